import { beforeEach, expect, test } from 'vitest';
import { day } from '../../lib/core/time.ts';
import { at } from '../fakes/builders.ts';
import { serverArn, serverStage } from '../fakes/server-stage.ts';
import { aStage, type Stage, textOf } from '../fakes/slack-stage.ts';
import { ec2InstanceServer } from '../samples/servers/ec2-instance.ts';

const now = at('2026-11-23T12:00Z');
const since = now - 50 * day;

let stage: Stage;
beforeEach(async () => {
  stage = aStage({ idle: {} });
  const { ports } = serverStage();
  Object.assign(stage.world.ports, { cloud: ports.cloud, inventory: ports.inventory });
  const configuration = { version: 0, fields: {} };
  const about = { arn: serverArn, identity: ec2InstanceServer.id, at: since };
  await stage.world.ports.ledger.record([
    { ...about, kind: 'configured', configuration, since, from: 'launched' },
    { ...about, kind: 'trail-asked' },
  ]);
});

test('show says since when a server stands and what comes next', async () => {
  const text = textOf(await stage.says('ana', `show ${serverArn}`));
  expect(text.split('\n')).toEqual(
    expect.arrayContaining([
      'It is idle and will be copied and stopped.',
      'Unchanged since 2026-10-04T12:00:00Z (launched); idle on 2026-11-03T12:00:00Z.',
      'Next step: its owner is warned by the next sweep.',
    ]),
  );
  expect(text).not.toMatch(/carries no expiry/);
});

test('why gives the evidence, each piece a sentence', async () => {
  const text = textOf(await stage.says('ana', `why ${serverArn}`));
  expect(text.split('\n')).toEqual(
    expect.arrayContaining([
      'warn: It is idle and will be copied and stopped.',
      'CloudTrail was asked 2026-10-04T12:00:00Z and knows of no later change.',
      expect.stringMatching(/^The highest of 14 days: CPU peak 1% \(idle up to 5%\), .*\.$/),
      'Next step: its owner is warned by the next sweep.',
      expect.stringMatching(/^To keep it running: `\/ttl extend/),
    ]),
  );
});
