import { describe, expect, test } from 'vitest';
import { inPlainText } from '../../lib/core/plain-words.ts';
import type { Policy } from '../../lib/core/policy.ts';
import { day } from '../../lib/core/time.ts';
import { noFilters } from '../../lib/use-cases/filters.ts';
import { idleTable } from '../../lib/use-cases/idle-table.ts';
import { scanShard } from '../../lib/use-cases/scan-shard.ts';
import { sweep } from '../../lib/use-cases/sweep.ts';
import { aPolicy, at } from '../fakes/builders.ts';
import { type ServerStage, serverArn, serverStage } from '../fakes/server-stage.ts';
import { account, region } from '../fakes/world.ts';
import { awsError } from '../samples/sample.ts';
import { everyHour } from '../samples/servers/server-sample.ts';

const shard = { account, region };
const enforced = aPolicy({ mode: 'enforce', idle: {}, expiry: { requireWarning: false } });
const now = at('2026-11-23T12:00Z');

const look = ({ ports }: ServerStage, policy: Policy = enforced, filters = noFilters) =>
  idleTable(ports, { policy, filters });

async function only(stage: ServerStage, policy?: Policy) {
  const { servers, unread } = await look(stage, policy);
  const [server] = servers;
  if (server === undefined) throw new Error(`no server: ${JSON.stringify(unread)}`);
  return { ...server, evidence: server.evidence.map((words) => inPlainText(words)) };
}

/** As the first sweep leaves it. */
async function swept(stage: ServerStage): Promise<ServerStage> {
  const rules = { policy: enforced, accountMode: 'enforce', dryRun: false, paused: false } as const;
  const { sightings } = await scanShard(stage.ports, shard, rules);
  await stage.ports.ledger.record(sightings);
  return stage;
}

test('an idle server is listed with since when, what shows it, whose it is and what comes next', async () => {
  const stage = serverStage();
  expect(await only(stage)).toEqual({
    arn: serverArn,
    type: 'ec2:instance',
    ...shard,
    mode: 'enforce',
    state: 'running',
    name: 'web',
    owner: 'ana',
    team: 'shop',
    costCentre: '4711',
    environment: 'staging',
    reason: 'idle-soon',
    idleSince: at('2026-10-01T08:00Z'),
    idleSinceFrom: 'launched',
    idleAt: at('2026-10-31T08:00Z'),
    lastChange: [{ at: at('2026-10-01T08:00Z') }, ': launched'],
    evidence: [
      'configuration unchanged since 2026-10-01T08:00:00Z (launched)',
      'CloudTrail was asked 2026-11-23T12:00:00Z and knows of no later change',
      'the highest of 14 days: CPU peak 1% (idle up to 5%), network 0 MB a day (idle up to 5 MB a day)',
      'It is idle and will be copied and stopped.',
    ],
    nextStep: 'warn',
    nextStepOn: now,
  });
});

test('it writes nothing, into the ledger neither', async () => {
  const stage = serverStage();
  await look(stage);
  expect(await stage.ports.ledger.history(serverArn)).toEqual([]);
  expect(stage.commands().filter((name) => !/^(Describe|Get|List|Lookup)/.test(name))).toEqual([]);
});

test('who is not idle by the configuration is not asked for metrics, nor CloudTrail about it', async () => {
  const young = aPolicy({ mode: 'enforce', idle: { after: '90d' } });
  const stage = serverStage();
  const server = await only(stage, young);
  expect(server).toMatchObject({ reason: 'changed-lately', nextStep: 'warn', nextStepOn: at('2026-12-27T08:00Z') });
  expect(server.evidence).toEqual(
    expect.arrayContaining([
      expect.stringContaining('CloudTrail was not asked yet'),
      'its metrics were not asked for yet',
    ]),
  );
  expect(stage.commands()).not.toEqual(expect.arrayContaining(['GetMetricData']));
  expect(stage.commands()).not.toEqual(expect.arrayContaining(['LookupEvents']));
});

describe('says the same as the plan', () => {
  test.each<[string, Parameters<typeof serverStage>[0], Policy?]>([
    ['of an idle server', {}],
    ['of one at work', { answers: { GetMetricData: everyHour(50) } }],
    ['of one without metrics', { answers: { GetMetricData: awsError('AccessDeniedException') } }],
    ['of one that is excluded', { tags: { 'mayfly:not-idle': 'true' } }],
    ['of one that expires first', { tags: { ttl: '2026-11-24T08:00Z' } }],
    ['of one whose expiry can not be read', { tags: { ttl: 'soon' } }],
    ['of one in an account that is only observed', {}, aPolicy({ idle: {} })],
  ])('%s', async (_, about, policy = enforced) => {
    const { plan } = await sweep(serverStage(about).ports, { policy, filters: noFilters, enforce: false });
    const { reason } = await only(serverStage(about), policy);
    expect(plan.decisions.map((one) => [one.arn, one.reason])).toEqual([[serverArn, reason]]);
  });
});

test('who postponed it stands in the history, and is asked for only then', async () => {
  const stage = await swept(serverStage());
  await stage.ports.ledger.record([
    { arn: serverArn, at: now, kind: 'postponed', to: now + 5 * day, by: 'ben', reason: 'demo' },
  ]);
  const server = await only(stage);
  expect(server).toMatchObject({ reason: 'postponed', nextStep: 'warn', nextStepOn: now + 2 * day });
  expect(server.evidence).toContain(
    'postponed by ben 2026-11-23T12:00:00Z: not idle before 2026-11-28T12:00:00Z: demo',
  );
});

test('in an account that is only observed the step is what would be done, and it says so', async () => {
  const server = await only(serverStage(), aPolicy({ idle: {} }));
  expect(server).toMatchObject({ mode: 'observe', nextStep: 'warn' });
  expect(server.evidence).toContain('its account is only observed: nothing happens to it');
});

test('what can not be read is named', async () => {
  const stage = serverStage({ answers: { DescribeInstances: awsError('UnauthorizedOperation', 'no way') } });
  expect(await look(stage)).toMatchObject({
    servers: [],
    unread: [{ ...shard, why: expect.stringContaining('no way') }],
  });
  const closed = serverStage();
  closed.ports.cloud.reader = async () => Promise.reject(new Error('no role'));
  expect(await look(closed)).toMatchObject({ servers: [], unread: [{ ...shard, why: 'no role' }] });
});

test('filters restrict what is shown', async () => {
  const shown = async (filters: Partial<typeof noFilters>) =>
    (await look(serverStage(), enforced, { ...noFilters, ...filters })).servers.length;
  expect(await shown({ environments: ['staging'] })).toBe(1);
  expect(await shown({ environments: ['stage'] })).toBe(0);
  expect(await shown({ types: ['rds:db'] })).toBe(0);
  expect(await shown({ regions: ['us-east-1'] })).toBe(0);
});

test('without the block idle in the policy it says how to add it', async () => {
  await expect(look(serverStage(), aPolicy())).rejects.toThrow(/no idle rule.*idle: \{ match:/);
});
