import { beforeEach, describe, expect, test } from 'vitest';
import type { Event } from '../../lib/core/history.ts';
import { day, hour, toIso } from '../../lib/core/time.ts';
import { noFilters } from '../../lib/use-cases/filters.ts';
import type { Ports } from '../../lib/use-cases/ports.ts';
import { sweep } from '../../lib/use-cases/sweep.ts';
import { answeredClients, type Sent } from '../fakes/answered-clients.ts';
import { aPolicy } from '../fakes/builders.ts';
import { heldClock } from '../fakes/clocks.ts';
import { aWorld, type World } from '../fakes/world.ts';
import { tagList } from '../fakes/world-places.ts';
import { type Answer, awsError } from '../samples/sample.ts';
import { ec2InstanceServer } from '../samples/servers/ec2-instance.ts';

const { copy } = ec2InstanceServer;
const owner = { owner: 'ana' };
const policy = aPolicy({ mode: 'enforce', idle: { match: { environment: 'staging' }, warnings: ['3d'] } });

let world: World;
let ports: Ports;
let sent: Sent[];

const image = (keepUntil: string, about: object = {}) => ({
  ImageId: copy.id,
  State: 'available',
  CreationDate: '2026-11-20T08:00:00Z',
  Tags: tagList({ 'mayfly:keep-until': keepUntil, 'mayfly:copy-of': copy.of, ...owner }),
  BlockDeviceMappings: [{ Ebs: { SnapshotId: 'snap-1' } }, { Ebs: { SnapshotId: 'snap-2' } }],
  ...about,
});

/** A shard that lists one image of Mayfly's; `live` is what EC2 says of it at the last look. */
function stage(
  keepUntil: string,
  { live = keepUntil, listed = {}, answers = {}, image: is = true }: Staged = {},
): void {
  const clients = answeredClients({
    ...ec2InstanceServer.answers,
    DescribeImages: { Images: is ? [image(live)] : [] },
    DescribeInstances: { Reservations: [] },
    DescribeAutoScalingGroups: { AutoScalingGroups: [] },
    DescribeLaunchConfigurations: { LaunchConfigurations: [] },
    DescribeLaunchTemplates: { LaunchTemplates: [] },
    DescribeLaunchTemplateVersions: { LaunchTemplateVersions: [] },
    DescribeNetworkInterfaces: { NetworkInterfaces: [] },
    CreateTags: {},
    DeregisterImage: {},
    DeleteSnapshot: {},
    ...answers,
  });
  sent = clients.sent;
  const session = { source: clients.source, partition: 'aws' };
  const tags = { 'mayfly:keep-until': keepUntil, 'mayfly:copy-of': copy.of, ...owner };
  const all = { ...listed, ...(is && { [copy.arn]: tags }) };
  ports = {
    ...world.ports,
    cloud: { ...world.ports.cloud, reader: async () => session, idler: async () => session },
    inventory: {
      tagged: async (_session, _shard, keys) => ({
        listed: Object.entries(all).flatMap(([arn, some]) =>
          keys.some((key) => key in some) ? [{ arn, tags: some }] : [],
        ),
        problems: [],
      }),
      withTag: async () => [],
    },
  };
}

interface Staged {
  live?: string;
  /** Whether the image is there at all. */
  image?: boolean;
  listed?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  answers?: Readonly<Record<string, Answer>>;
}

const now = () => world.clock.now();
const told = (...events: Event[]) => world.ports.ledger.record(events);
const about = () => ({ arn: copy.of, at: now() - 90 * day, identity: copy.identity });
const made = (id = copy.id): Event[] => [
  { ...about(), kind: 'copy-requested', copy: { ...copy, id, name: 'mayfly-web' } },
  { ...about(), kind: 'copy-verified', copy: id },
];
const warned = (expiresAt: number): Event => {
  const at = now() - 3 * day;
  return { arn: copy.arn, at, kind: 'warned', to: 'ana', receipt: { expiresAt, at } };
};
const enforced = () => sweep(ports, { policy, filters: noFilters, enforce: true });
const deletions = () => sent.map(({ command }) => command).filter((name) => /^(Delete|Deregister)/.test(name));
const another = {
  'arn:aws:ec2:eu-west-1::image/ami-0feed0feed0feed00': {
    'mayfly:keep-until': '2027-12-01',
    'mayfly:copy-of': copy.of,
  },
};

beforeEach(() => {
  world = aWorld(heldClock());
});

describe('a copy whose time is over', () => {
  const past = () => toIso(now() - hour);

  test('goes with its snapshots where another is kept longer, and both histories say so', async () => {
    await told(...made(), ...made('ami-0feed0feed0feed00'));
    stage(past(), { listed: another });
    const { outcomes } = await enforced();
    expect(outcomes).toMatchObject([{ arn: copy.arn, action: 'remove', outcome: 'removed' }]);
    expect(deletions()).toEqual(['DeregisterImage', 'DeleteSnapshot', 'DeleteSnapshot']);
    const ofServer = await world.ports.ledger.history(copy.of);
    expect(ofServer.at(-1)).toMatchObject({ kind: 'copy-discarded', copy: copy.id });
    expect((await world.ports.ledger.history(copy.arn)).at(-1)).toMatchObject({ kind: 'removed' });
  });

  test('goes also where an earlier try could not delete it, though the ledger has forgotten it since', async () => {
    await told(...made(), { ...about(), kind: 'copy-discarded', copy: copy.id }, ...made('ami-0feed0feed0feed00'));
    stage(past(), { listed: another });
    expect((await enforced()).outcomes).toMatchObject([{ arn: copy.arn, outcome: 'removed' }]);
    expect(deletions()).toEqual(['DeregisterImage', 'DeleteSnapshot', 'DeleteSnapshot']);
  });

  test('is the last one while the other never became whole', async () => {
    await told(...made(), {
      ...about(),
      kind: 'copy-requested',
      copy: { ...copy, id: 'ami-0feed0feed0feed00', name: 'later' },
    });
    stage(past(), { listed: another });
    const { outcomes } = await enforced();
    expect(outcomes).toMatchObject([{ arn: copy.arn, outcome: 'warned' }]);
    expect(deletions()).toEqual([]);
  });

  test('is the last one, so its owner is warned, and it goes only then, with the interface that was kept', async () => {
    const end = now() - hour;
    await told(...made());
    stage(toIso(end), {
      answers: {
        DescribeNetworkInterfaces: {
          NetworkInterfaces: [{ NetworkInterfaceId: 'eni-1', TagSet: image(toIso(end)).Tags }],
        },
        DeleteNetworkInterface: {},
      },
    });
    expect((await enforced()).outcomes).toMatchObject([{ arn: copy.arn, outcome: 'warned' }]);
    expect(world.warnings[0]).toMatchObject({ owner: 'ana', items: [{ reason: 'copy-expiring', copyOf: copy.of }] });
    expect(deletions()).toEqual([]);
    await told(warned(Math.floor(end / 1000) * 1000));
    expect((await enforced()).outcomes).toMatchObject([{ outcome: 'removed' }]);
    expect(deletions()).toContain('DeleteNetworkInterface');
  });

  test('stays where the ledger does not know it: tags alone prove nothing', async () => {
    stage(past());
    const { plan, outcomes } = await enforced();
    expect(plan.decisions).toMatchObject([{ arn: copy.arn, action: 'hold', reason: 'copy-unknown' }]);
    expect(outcomes).toEqual([]);
    expect(deletions()).toEqual([]);
  });

  test.each<[string, Staged, string, RegExp]>([
    ['stays where somebody keeps it longer meanwhile', { live: '2027-06-01T00:00:00Z' }, 'changed', /2027-06-01/],
    [
      'stays where what it is can not be read',
      { answers: { DescribeImages: awsError('RequestLimitExceeded') } },
      'failed',
      /can't be read/,
    ],
    [
      'stays where a group starts servers of it',
      {
        answers: {
          DescribeAutoScalingGroups: {
            AutoScalingGroups: [{ AutoScalingGroupName: 'web', LaunchConfigurationName: 'web' }],
          },
          DescribeLaunchConfigurations: {
            LaunchConfigurations: [{ LaunchConfigurationName: 'web', ImageId: copy.id }],
          },
        },
      },
      'blocked',
      /in use/,
    ],
    ['stays where AWS refuses', { answers: { DeregisterImage: awsError('UnauthorizedOperation') } }, 'failed', /./],
  ])('%s', async (_, staged, outcome, why) => {
    await told(...made(), ...made('ami-0feed0feed0feed00'));
    stage(past(), { ...staged, listed: another });
    const { outcomes } = await enforced();
    expect(outcomes).toMatchObject([{ outcome, detail: expect.stringMatching(why) }]);
    expect((await world.ports.ledger.history(copy.of)).some(({ kind }) => kind === 'copy-discarded')).toBe(false);
  });

  test('stays in an account that is only observed', async () => {
    await told(...made(), ...made('ami-0feed0feed0feed00'));
    stage(past(), { listed: another });
    const observed = aPolicy({ mode: 'observe', idle: { match: { environment: 'staging' } } });
    const { plan } = await sweep(ports, { policy: observed, filters: noFilters, enforce: true });
    expect(plan.decisions).toMatchObject([{ action: 'keep', reason: 'account-observed' }]);
    expect(deletions()).toEqual([]);
  });
});

describe('snapshots that a try left behind after it had deregistered their image', () => {
  const end = () => toIso(now() - hour);
  const marks = { 'mayfly:copy-of': copy.of, 'mayfly:part-of': copy.id };
  const part = (id: string, keepUntil: string) => ({
    [`arn:aws:ec2:eu-west-1::snapshot/${id}`]: { 'mayfly:keep-until': keepUntil, ...marks },
  });
  const Description = `Created by CreateImage(i-1) for ${copy.id}`;
  const left = { SnapshotId: 'snap-1', Description, Tags: tagList({ 'mayfly:keep-until': 'x', ...marks }) };

  test('go in the next sweep, without a warning: nobody could restore of them', async () => {
    await told(...made());
    const listed = { ...part('snap-1', end()), ...part('snap-2', end()) };
    stage(end(), { listed, image: false, answers: { DescribeSnapshots: { Snapshots: [left] } } });
    const { plan, outcomes } = await enforced();
    expect(plan.decisions).toMatchObject([{ arn: copy.arn, action: 'remove', reason: 'copy-expired' }]);
    expect(outcomes).toMatchObject([{ arn: copy.arn, outcome: 'removed' }]);
    expect(deletions()).toEqual(['DeleteSnapshot']);
  });

  test('stay until the time of all of them is over', async () => {
    await told(...made());
    const listed = { ...part('snap-1', end()), ...part('snap-2', toIso(now() + 60 * day)) };
    stage(end(), { listed, image: false });
    expect((await enforced()).plan.decisions).toEqual([]);
  });

  test('stay where the image is there after all, and was only missing in the listing', async () => {
    await told(...made());
    stage(end(), {
      listed: part('snap-1', end()),
      image: false,
      answers: { DescribeImages: { Images: [image(end())] } },
    });
    expect((await enforced()).outcomes).toMatchObject([
      { outcome: 'changed', detail: expect.stringMatching(/its image is there/) },
    ]);
    expect(deletions()).toEqual([]);
  });
});

test('a copy whose time is far off costs one listing, and is no decision', async () => {
  await told(...made());
  stage(toIso(now() + 60 * day));
  const { plan } = await enforced();
  expect(plan.decisions).toEqual([]);
  expect(sent.map(({ command }) => command)).not.toContain('DescribeImages');
});
