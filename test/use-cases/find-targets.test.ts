import { beforeEach, describe, expect, test } from 'vitest';
import type { Shard } from '../../lib/core/resource.ts';
import { findListed, findTargets } from '../../lib/use-cases/find-targets.ts';
import { letGo } from '../../lib/use-cases/let-go.ts';
import { answeredClients } from '../fakes/answered-clients.ts';
import { aPolicy } from '../fakes/builders.ts';
import { account, aWorld, region, type World } from '../fakes/world.ts';
import { ec2Image } from '../samples/ec2-image.ts';
import { logGroup } from '../samples/log-group.ts';
import type { Answer } from '../samples/sample.ts';

const other = '333333333333';
const policy = aPolicy({ accounts: [{ id: account }, { id: other }] });

let world: World;
beforeEach(() => {
  world = aWorld();
});

/** What AWS answers, depending on who asks where. */
function answer(answersIn: (shard: Shard) => Readonly<Record<string, Answer>>) {
  world.ports.cloud.reader = async (shard) => ({
    partition: 'aws',
    source: answeredClients(answersIn(shard)).source,
  });
}

describe('an ARN that can be written in two ways', () => {
  beforeEach(() => answer(() => logGroup.answers));

  test('means what its service calls it, which is what a sweep asks the ledger for', async () => {
    const { targets } = await findTargets(world.ports, policy, `${logGroup.arn}:*`);
    expect(targets.map(({ resource }) => resource.arn)).toEqual([logGroup.arn]);
  });

  test('is let go under that name, and what is remembered of it is found', async () => {
    const at = world.clock.now();
    const sighting = { values: 'ttl=9h', firstSeenAt: at, needsFullLead: true };
    await world.ports.ledger.record([{ arn: logGroup.arn, at, kind: 'seen', sighting }]);
    const { arns, confirm } = await letGo(world.ports, { policy, name: `${logGroup.arn}:*`, who: 'ana' });
    await confirm();
    expect(arns).toEqual([logGroup.arn]);
    const memories = await world.ports.ledger.memories([logGroup.arn, `${logGroup.arn}:*`]);
    expect([...memories.keys()]).toEqual([logGroup.arn]);
    expect(memories.get(logGroup.arn)).toMatchObject({ sighting, letGo: { by: 'ana' } });
  });
});

describe('an image that is shared', () => {
  const image = { ImageId: ec2Image.id, State: 'available', OwnerId: other, Tags: [{ Key: 'ttl', Value: '3d' }] };
  const seenIn = (OwnerId: string) => () => ({
    ...ec2Image.answers,
    DescribeImages: { Images: [{ ...image, OwnerId }] },
  });
  const arn = `arn:aws:ec2:${region}::image/${ec2Image.id}`;

  test('is that of its owner, not of the first account that can see it', async () => {
    answer(seenIn(other));
    const { targets } = await findTargets(world.ports, policy, arn);
    expect(targets.map(({ shard }) => shard.account)).toEqual([other]);
  });

  test('by an account that the policy does not cover is nobody’s, and says whose it is', async () => {
    answer(seenIn('999999999999'));
    expect(await findTargets(world.ports, policy, arn)).toEqual({
      targets: [],
      missing: [{ arn, why: expect.stringContaining('999999999999') }],
    });
  });
});

describe('resources whose shards are known', () => {
  const listed = (arn: string, at = account, where = region) => ({ arn, account: at, region: where });

  test('are described in batches, each with what the ledger remembers and the mode of its account', async () => {
    const volumes = ['vol-1a', 'vol-2b', 'vol-3c'].map((id) => world.volume(id, { ttl: '3d' }));
    const there = world.queue('orders', { ttl: '3d' }, { account: other });
    const { targets, missing } = await findListed(
      world.ports,
      aPolicy({ accounts: [{ id: account }, { id: other }] }),
      [...volumes.map((arn) => listed(arn)), listed(volumes[0] ?? ''), listed(there, other)],
    );
    expect(targets.map(({ resource }) => resource.arn).toSorted()).toEqual([...volumes, there].toSorted());
    expect(missing).toEqual([]);
    expect(world.sent.filter(({ command }) => command === 'DescribeVolumes')).toHaveLength(1);
  });

  test('that are gone, unread or not covered any more are missing, each with why', async () => {
    const here = world.queue('orders', { ttl: '3d' });
    const gone = here.replace('orders', 'gone');
    const closed = world.queue('orders', { ttl: '3d' }, { account: other });
    world.closed.add(other);
    const { targets, missing } = await findListed(world.ports, policy, [
      listed(here),
      listed(gone),
      listed(closed, other),
      listed(here, '999999999999'),
      listed(here, account, 'us-east-1'),
    ]);
    expect(targets).toHaveLength(1);
    expect(missing).toEqual([
      { arn: gone, why: expect.any(String), state: 'gone' },
      { arn: closed, why: expect.stringContaining('no way into') },
      { arn: here, why: expect.stringMatching(/999999999999.*does not cover/) },
      { arn: here, why: expect.stringMatching(/us-east-1.*does not cover/) },
    ]);
  });

  test('that AWS is deleting are told from those that are gone', async () => {
    const arn = world.instance('i-0a', { ttl: '3d' });
    const instance = { InstanceId: 'i-0a', State: { Name: 'shutting-down' } };
    answer(() => ({ DescribeInstances: { Reservations: [{ Instances: [instance] }] } }));
    const leaving = [{ arn, why: 'AWS is deleting it', state: 'leaving' }];
    expect((await findListed(world.ports, policy, [listed(arn)])).missing).toEqual(leaving);
    expect((await findTargets(world.ports, policy, arn)).missing).toEqual(leaving);
  });
});
