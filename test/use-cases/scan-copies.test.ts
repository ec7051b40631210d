import { expect, test } from 'vitest';
import type { Event } from '../../lib/core/history.ts';
import { day, toIso } from '../../lib/core/time.ts';
import { scanCopies } from '../../lib/use-cases/scan-copies.ts';
import { aPolicy } from '../fakes/builders.ts';
import { heldClock } from '../fakes/clocks.ts';
import { account, aWorld, region } from '../fakes/world.ts';
import { ec2InstanceServer } from '../samples/servers/ec2-instance.ts';

const { copy } = ec2InstanceServer;
const shard = { account, region };

/** Who made copies. The cost guard looks at none of its own again, so that none is known to be whole. */
interface By {
  over?: 'guard';
  longer?: 'guard';
}

/** What a scan decides about one copy of an instance whose time is over, beside one that is kept longer. */
async function decided(types: unknown, { over, longer }: By = {}) {
  const world = aWorld(heldClock());
  const now = world.clock.now();
  const made = (id: string, by: 'guard' | undefined): Event[] => {
    const about = { arn: copy.of, at: now - 90 * day, identity: copy.identity };
    const begun = { ...copy, id, name: 'mayfly-web' };
    if (by === 'guard') return [{ ...about, kind: 'copy-requested', copy: { ...begun, ofGuard: true } }];
    return [
      { ...about, kind: 'copy-requested', copy: begun },
      { ...about, kind: 'copy-verified', copy: id },
    ];
  };
  await world.ports.ledger.record([...made(copy.id, over), ...made('ami-0feed0feed0feed00', longer)]);
  const tags = (until: number) => ({ 'mayfly:keep-until': toIso(until), 'mayfly:copy-of': copy.of });
  const listed = [
    { arn: copy.arn, tags: tags(now - day) },
    { arn: copy.arn.replace(copy.id, 'ami-0feed0feed0feed00'), tags: tags(now + 90 * day) },
  ];
  const inventory = { ...world.ports.inventory, tagged: async () => ({ listed, problems: [] }) };
  const session = await world.ports.cloud.reader(shard);
  const policy = aPolicy({ mode: 'enforce', types, idle: {} });
  const rules = { policy, accountMode: 'enforce' as const, dryRun: false, paused: false };
  return (await scanCopies({ ...world.ports, inventory }, session, shard, rules, () => ({}))).decisions;
}

test('a copy goes while the type of its server is listed, and stays while the role may delete none', async () => {
  expect(await decided(['ec2:instance'])).toMatchObject([{ arn: copy.arn, action: 'remove', reason: 'copy-expired' }]);
  expect(await decided(['sqs:queue'])).toMatchObject([{ arn: copy.arn, action: 'keep', reason: 'type-off' }]);
});

test.each<[string, By, string]>([
  ['goes as one of the idle rule does', { over: 'guard' }, 'copy-expired'],
  ['takes no other its place as the last one, of which people are warned', { longer: 'guard' }, 'copy-expiring'],
  ['that is the last one goes after a warning, too', { over: 'guard', longer: 'guard' }, 'copy-expiring'],
])('a copy of the cost guard %s', async (_, by, reason) => {
  expect(await decided(['ec2:instance'], by)).toMatchObject([{ arn: copy.arn, reason }]);
});
