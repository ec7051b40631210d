import { describe, expect, test } from 'vitest';
import { botScopes, manifestOf } from '../../../lib/adapters/slack/manifest.ts';

const url = 'https://abc123.execute-api.eu-west-1.amazonaws.com/slack';
const manifest = manifestOf({ url, command: '/ttl' });
const [command] = manifest.features?.slash_commands ?? [];

describe('the manifest', () => {
  test('sends commands, clicks and forms to the one address of the hub', () => {
    expect([command?.url, manifest.settings?.interactivity]).toEqual([url, { is_enabled: true, request_url: url }]);
    expect(manifestOf({ url, command: '/cloud' }).features?.slash_commands).toMatchObject([{ command: '/cloud' }]);
  });

  test('gives a bot what it needs, each with what for, and nobody else anything', () => {
    expect(manifest.oauth_config).toEqual({ scopes: { bot: Object.keys(botScopes) } });
    expect(
      Object.keys(botScopes).filter((scope) => /admin|history|:write\.|groups:write|users:write/.test(scope)),
    ).toEqual([]);
  });

  test('is for one workspace, with a token that stays, and over plain requests', () => {
    expect(manifest.settings).toMatchObject({
      org_deploy_enabled: false,
      token_rotation_enabled: false,
      socket_mode_enabled: false,
    });
    expect(manifest.settings).not.toHaveProperty('event_subscriptions');
  });

  const about = manifest.display_information;
  test.each([
    ['name', about.name, 1, 35],
    ['description', about.description, 1, 140],
    ['long description', about.long_description, 174, 4_000],
    ['display name of the bot', manifest.features?.bot_user?.display_name, 1, 80],
    [
      'command of the longest name',
      manifestOf({ url, command: `/${'x'.repeat(31)}` }).features?.slash_commands?.[0]?.command,
      1,
      32,
    ],
    ['description of the command', command?.description, 1, 2_000],
    ['usage hint', command?.usage_hint, 1, 1_000],
  ])('%s: as long as Slack takes it', (_, text, least, most) => {
    expect(text?.length).toBeGreaterThanOrEqual(least);
    expect(text?.length).toBeLessThanOrEqual(most);
  });

  test('has a colour that Slack reads', () => {
    expect(about.background_color).toMatch(/^#([0-9a-f]{3}){1,2}$/);
  });
});
