import type { AppsManifestCreateArguments } from '@slack/web-api';

type Manifest = AppsManifestCreateArguments['manifest'];

/** What the app may do in a workspace, and what for. Nothing else is asked. */
export const botScopes = {
  commands: 'the slash command',
  'chat:write': 'warnings, reports and answers',
  'im:write': 'opens the direct message with the owner of what expires',
  'channels:read': 'doctor looks whether the channels of the policy are there and Mayfly is in them',
  'files:write': 'the details of a report, as a file in its thread',
  'users:read': 'who clicked: guests and people of other organizations are refused; the time zone of a reader',
  'users:read.email': 'finds the person behind an owner tag that is an e-mail address',
  'usergroups:read': 'who is in the user groups that the policy names as admins and extenders',
} as const;

export interface ManifestSettings {
  /** The output SlackUrl of the hub. */
  url: string;
  /** The command of the policy. */
  command: string;
}

/** The description from which Slack makes the app. docs/slack.md tells how. */
export function manifestOf({ url, command }: ManifestSettings): Manifest {
  return {
    display_information: {
      name: 'Mayfly',
      description: 'Warns before AWS resources expire, and keeps what you still need',
      long_description:
        'Mayfly removes AWS resources that are past their expiry tag. Before it does, it warns their owner, who can ' +
        'extend them, keep them until a date, or let them go, with a button or a command. After each sweep it tells ' +
        'what is gone, what waits, and what it could not read.',
      background_color: '#2f4858',
    },
    features: {
      app_home: { home_tab_enabled: false, messages_tab_enabled: true, messages_tab_read_only_enabled: true },
      bot_user: { display_name: 'Mayfly', always_online: true },
      slash_commands: [
        {
          command,
          url,
          description: 'What expires, and what to do about it',
          usage_hint: 'list | extend X 2d | keep X until 2026-12-01 REASON | let-go X | help',
          should_escape: false,
        },
      ],
    },
    oauth_config: { scopes: { bot: Object.keys(botScopes) as (keyof typeof botScopes)[] } },
    settings: {
      interactivity: { is_enabled: true, request_url: url },
      org_deploy_enabled: false,
      socket_mode_enabled: false,
      token_rotation_enabled: false,
    },
  };
}
