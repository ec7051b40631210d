import { CreateTagsCommand, DeleteTagsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { expect, test } from 'vitest';
import { day, toIso } from '../../lib/core/time.ts';
import { stagingServer } from '../../scripts/local-aws/staging-server.ts';
import { ago, bench, document, quickPolicy } from './command-line.ts';
import { idleShape } from './contract-shapes.ts';

// moto has no CloudTrail and no metrics but those that tests write: the policy does without both.
const idlePolicy = `${quickPolicy}idle: { after: 10d, warnings: [1d], requireMetrics: false, cloudTrail: 'off' }\n`;

const inDays = (days: number) => ago(-24 * days);

test('servers are listed with what shows that they are idle, and with what comes next', async () => {
  const here = bench(idlePolicy);
  const site = await here.site();
  const [account] = here.accounts;
  const [web, kept] = [await stagingServer(site), await stagingServer(site)];
  const ec2 = site.client(EC2Client);
  // An expiry of their own would come first.
  await ec2.send(new DeleteTagsCommand({ Resources: [web.id, kept.id], Tags: [{ Key: 'expires-at' }] }));
  const Tags = [{ Key: 'mayfly:not-idle', Value: 'true' }];
  await ec2.send(new CreateTagsCommand({ Resources: [kept.id], Tags }));
  const arnOf = (id: string) => `arn:aws:ec2:us-east-1:${account}:instance/${id}`;

  const first = await here.mayfly('idle', '--json');
  expect([first.code, first.stderr]).toEqual([0, '']);
  const servers = idleShape.parse(document(first)).servers.toSorted((a, b) => (a.nextStep > b.nextStep ? -1 : 1));
  expect(servers).toMatchObject([
    { arn: arnOf(web.id), type: 'ec2:instance', account, region: 'us-east-1', nextStep: 'warn' },
    { arn: arnOf(kept.id), nextStep: 'kept: Its tag excludes it from the idle rule.' },
  ]);
  const { idleSince = '', nextStepOn = '' } = servers[0] ?? {};
  expect(Date.parse(nextStepOn) - Date.parse(idleSince)).toBeCloseTo(9 * day, -4);
  expect(await here.mayfly('history', arnOf(web.id))).toMatchObject({
    stderr: expect.stringContaining('knows nothing'),
  });

  await here.mayfly('reap', '--enforce');
  const [later, talk, story] = await Promise.all([
    here.mayfly('idle', '--json', '--now', inDays(9.5)),
    here.mayfly('idle', '--now', inDays(9.5)),
    here.mayfly('history', arnOf(web.id)),
  ]);
  const [next] = idleShape.parse(document(later)).servers.filter(({ arn }) => arn === arnOf(web.id));
  expect(next?.nextStep).toBe('warn');
  expect(next?.nextStepOn?.slice(0, 13)).toBe(toIso(Date.now() + 9.5 * day).slice(0, 13));
  expect([talk.code, talk.stdout]).toEqual([0, '']);
  expect(talk.stderr).toMatch(new RegExp(`${web.id}.*warn.*next sweep`));
  expect(talk.stderr).toContain('2 servers of the idle rule in 2 account-regions');
  expect(Math.max(...talk.stderr.split('\n').map((line) => line.length))).toBeLessThanOrEqual(120);
  const explained = document<{ server: object }>(await here.mayfly('explain', arnOf(web.id), '--json'));
  expect(explained).toMatchObject({ action: 'keep', reason: 'changed-lately', server: { nextStep: 'warn' } });
  expect(story.stderr).toMatch(/configuration known since .* \(launched\)/);
});

test('without an idle rule it says how to add one', async () => {
  const { code, stdout, stderr } = await bench().mayfly('idle', '--json');
  expect([code, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/^mayfly: the policy has no idle rule: add a block idle/);
});
