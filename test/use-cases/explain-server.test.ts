import { beforeEach, describe, expect, test } from 'vitest';
import { inPlainText } from '../../lib/core/plain-words.ts';
import type { Policy } from '../../lib/core/policy.ts';
import { day } from '../../lib/core/time.ts';
import { explain } from '../../lib/use-cases/explain.ts';
import { noFilters } from '../../lib/use-cases/filters.ts';
import { idleTable } from '../../lib/use-cases/idle-table.ts';
import { aPolicy, at } from '../fakes/builders.ts';
import { type ServerStage, serverArn, serverStage } from '../fakes/server-stage.ts';
import { ec2InstanceServer } from '../samples/servers/ec2-instance.ts';
import { everyHour, ownTagsOf } from '../samples/servers/server-sample.ts';

const now = at('2026-11-23T12:00Z');
const policy = aPolicy({ mode: 'enforce', idle: { removeAfter: '14d' }, expiry: { requireWarning: false } });
const { copy } = ec2InstanceServer;

let stage: ServerStage;
beforeEach(() => {
  stage = serverStage();
});

async function explained(under: Policy = policy, arn = serverArn) {
  const { server, ...rest } = await explain(stage.ports, under, arn);
  if (server === undefined) throw new Error('the idle rule is about it');
  return { ...rest, server, evidence: server.evidence.map((words) => inPlainText(words)) };
}

describe('a server of the idle rule', () => {
  test('is explained without an expiry tag, with the words of the table of idle servers', async () => {
    const { keys, decision, server, evidence } = await explained();
    expect(keys).toEqual([]);
    expect(decision).toMatchObject({ action: 'warn', reason: 'idle-soon' });
    expect(server).toMatchObject({
      state: 'running',
      metrics: { cpuPeak: 1 },
      limits: { cpuPeak: 5, networkMbPerDay: 5, connections: 0 },
      outlook: { nextStep: 'warn', on: now },
    });
    const { servers } = await idleTable(serverStage().ports, { policy, filters: noFilters });
    expect(servers[0]?.evidence.map((words) => inPlainText(words))).toEqual(evidence);
  });

  test('shows its metrics also while nothing asks for them', async () => {
    stage = serverStage({ answers: { GetMetricData: everyHour(50) } });
    const { decision, evidence } = await explained(aPolicy({ mode: 'enforce', idle: { after: '90d' } }));
    expect(decision.reason).toBe('changed-lately');
    expect(evidence).toContainEqual(expect.stringContaining('CPU peak 50% (idle up to 5%)'));
    expect(stage.commands()).not.toContain('LookupEvents');
  });

  test('has the story of its configuration and its copies, as far as they are now', async () => {
    const about = { arn: serverArn, identity: ec2InstanceServer.id };
    const { configuration } = (await explained()).target.present.server ?? {};
    if (configuration === undefined) throw new Error('a configuration');
    const since = now - 50 * day;
    const told = { configuration, since, from: 'seen by Mayfly', change: 'tag size=big added' };
    await stage.ports.ledger.record([
      { ...about, at: since, kind: 'configured', ...told },
      { ...about, at: since, kind: 'trail-asked' },
      { ...about, at: now - 5 * day, kind: 'idle-warned', idleAt: now - 20 * day, to: 'ana' },
      { ...about, at: now - 2 * day, kind: 'copy-requested', copy: { ...copy, name: 'mayfly-1' } },
    ]);
    const { server, decision } = await explained();
    expect(server.changes).toEqual([{ at: since, change: 'tag size=big added' }]);
    expect(server.copies).toMatchObject([{ copy: { id: copy.id }, state: { kind: 'complete' } }]);
    expect(decision.reason).toBe('copy-failing');
    expect(server.outlook.nextStep).toBe('verify');
  });

  test('that expires sooner is explained by its expiry, and says what comes first', async () => {
    stage = serverStage({ tags: { ttl: '2026-12-24' } });
    const { decision, server } = await explained(aPolicy({ mode: 'enforce', idle: { after: '90d' } }));
    expect(decision).toMatchObject({ reason: 'not-due', expiresAt: at('2026-12-24T23:00Z') });
    expect(server.outlook).toEqual({ nextStep: 'expires', on: at('2026-12-24T23:00Z') });
  });
});

test.each([
  ['without the rule’s tags', serverStage({ tags: { environment: 'production' } }), policy],
  ['without an idle rule', serverStage(), aPolicy()],
  ['of a type that is off', serverStage(), aPolicy({ types: [], idle: {} })],
])('a server %s is explained like everything else', async (_, { ports }, under) => {
  const explanation = await explain(ports, under, serverArn);
  expect(explanation).not.toHaveProperty('server');
  expect(['no-expiry', 'type-off']).toContain(explanation.decision.reason);
});

describe('a copy', () => {
  // Whether something starts from an image only these show.
  const nothing = { AutoScalingGroups: [], LaunchConfigurations: [], LaunchTemplateVersions: [] };
  beforeEach(() => {
    const asked = ['DescribeAutoScalingGroups', 'DescribeLaunchConfigurations', 'DescribeLaunchTemplateVersions'];
    const image = { ImageId: copy.id, OwnerId: '222222222222', State: 'available', Tags: ownTagsOf(serverArn) };
    const answers = Object.fromEntries(asked.map((command) => [command, nothing]));
    stage = serverStage({ answers: { ...answers, DescribeImages: { Images: [image] } } });
  });
  const record = (to: ServerStage) =>
    to.ports.ledger.record([
      { arn: serverArn, at: now - day, kind: 'copy-requested', copy: { ...copy, name: 'mayfly-1' } },
    ]);

  test('says of what it is one and until when it is kept', async () => {
    await record(stage);
    const { decision, copy: said } = await explain(stage.ports, policy, copy.arn);
    expect(said).toEqual({ of: serverArn, keepUntil: at('2027-02-01T00:00Z'), known: true });
    expect(decision).toMatchObject({ action: 'keep', reason: 'not-due', expiresAt: at('2027-02-01T00:00Z') });
  });

  test('that the ledger does not know is said to be somebody’s', async () => {
    const { copy: said } = await explain(stage.ports, policy, copy.arn);
    expect(said).toMatchObject({ of: serverArn, known: false });
  });
});
