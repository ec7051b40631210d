import type { Kind } from '../local-aws/story/row.ts';
import type { Seeded } from './seed.ts';

/** Calls by operation. */
export type Calls = ReadonlyMap<string, number>;

type Counts = Readonly<Record<string, number>>;

/** What a safe program can't do without for `n` expired resources of one kind in one account and region. */
interface Need {
  /** Existence, identity, tags, protection, and what uses it or would go with it. */
  recheck: (n: number) => Counts;
  remove: (n: number) => Counts;
  /** One look at the end, where the removal is asynchronous. */
  confirm?: (n: number) => Counts;
}

const in200 = (n: number) => Math.ceil(n / 200);

const needs: Readonly<Partial<Record<Kind, Need>>> = {
  instance: {
    // Its disks go with it: they may carry a protect tag or a later expiry.
    recheck: (n) => ({ 'ec2:DescribeInstances': in200(n), 'ec2:DescribeVolumes': in200(n) }),
    // One call a pinned session, and a session holds at least this many of their ARNs at most.
    remove: (n) => ({ 'ec2:TerminateInstances': Math.ceil(n / 26) }),
    confirm: (n) => ({ 'ec2:DescribeInstances': in200(n) }),
  },
  volume: {
    recheck: (n) => ({ 'ec2:DescribeVolumes': in200(n) }),
    remove: (n) => ({ 'ec2:DeleteVolume': n }),
    confirm: (n) => ({ 'ec2:DescribeVolumes': in200(n) }),
  },
  snapshot: {
    // DescribeImages tells whether an image is made of it.
    recheck: (n) => ({ 'ec2:DescribeSnapshots': in200(n), 'ec2:DescribeImages': in200(n) }),
    remove: (n) => ({ 'ec2:DeleteSnapshot': n }),
  },
  image: {
    recheck: (n) => ({ 'ec2:DescribeImages': in200(n), 'ec2:DescribeSnapshots': in200(n) }),
    // moto leaves the image's snapshot behind, which AWS deletes with it.
    remove: (n) => ({ 'ec2:DeregisterImage': n, 'ec2:DeleteSnapshot': n }),
  },
  'security-group': {
    // Interfaces use it, and rules of other groups, inbound and outbound, each by a filter of its own.
    recheck: (n) => ({ 'ec2:DescribeSecurityGroups': 3 * in200(n), 'ec2:DescribeNetworkInterfaces': in200(n) }),
    remove: (n) => ({ 'ec2:DeleteSecurityGroup': n }),
  },
  'elastic-ip': {
    recheck: (n) => ({ 'ec2:DescribeAddresses': in200(n) }),
    remove: (n) => ({ 'ec2:ReleaseAddress': n }),
  },
  'launch-template': {
    recheck: (n) => ({ 'ec2:DescribeLaunchTemplates': in200(n) }),
    remove: (n) => ({ 'ec2:DeleteLaunchTemplate': n }),
  },
  function: {
    recheck: (n) => ({ 'lambda:GetFunction': n }),
    remove: (n) => ({ 'lambda:DeleteFunction': n }),
  },
  'log-group': {
    recheck: (n) => ({ 'logs:DescribeLogGroups': Math.ceil(n / 50), 'logs:ListTagsForResource': n }),
    remove: (n) => ({ 'logs:DeleteLogGroup': n }),
  },
  parameter: {
    recheck: (n) => ({ 'ssm:DescribeParameters': Math.ceil(n / 50), 'ssm:ListTagsForResource': n }),
    remove: (n) => ({ 'ssm:DeleteParameters': Math.ceil(n / 10) }),
  },
  queue: {
    // The creation time, which tells it from a later one of its name, and the tags.
    recheck: (n) => ({ 'sqs:GetQueueAttributes': n, 'sqs:ListQueueTags': n }),
    remove: (n) => ({ 'sqs:DeleteQueue': n }),
  },
  topic: {
    recheck: (n) => ({ 'sns:ListTagsForResource': n }),
    remove: (n) => ({ 'sns:DeleteTopic': n }),
  },
  secret: {
    recheck: (n) => ({ 'secretsmanager:DescribeSecret': n }),
    remove: (n) => ({ 'secretsmanager:DeleteSecret': n }),
  },
  bucket: {
    recheck: (n) => ({ 's3:ListBuckets': 1, 's3:GetBucketTagging': n }),
    remove: (n) => ({ 's3:DeleteBucket': n }),
  },
  table: {
    recheck: (n) => ({ 'dynamodb:DescribeTable': n, 'dynamodb:ListTagsOfResource': n }),
    remove: (n) => ({ 'dynamodb:DeleteTable': n }),
    confirm: (n) => ({ 'dynamodb:DescribeTable': n }),
  },
  database: {
    recheck: (n) => ({ 'rds:DescribeDBInstances': Math.ceil(n / 100) }),
    // The final snapshot gets the date until which it is kept, and loses the expiry that it may have inherited.
    remove: (n) => ({ 'rds:DeleteDBInstance': n, 'rds:ListTagsForResource': n, 'rds:AddTagsToResource': n }),
    confirm: (n) => ({ 'rds:DescribeDBInstances': Math.ceil(n / 100) }),
  },
};

/** moto's tagging API does not list these, and EC2's own tag listing gives only the tags that were asked for. */
const listedByEc2Only: readonly Kind[] = ['elastic-ip', 'launch-template'];

const ec2Kinds: readonly Kind[] = [
  'instance',
  'volume',
  'snapshot',
  'image',
  'security-group',
  'elastic-ip',
  'launch-template',
];

/** What a dry run can't do without. */
export function scanFloor(seeded: readonly Seeded[]): Map<string, number> {
  const calls = new Map<string, number>();
  for (const shard of shardsOf(seeded)) {
    const count = (kinds: readonly Kind[]) => shard.filter(({ seed }) => kinds.includes(seed.kind)).length;
    // moto shows the buckets of an account in each of its regions.
    const buckets = seeded.filter(({ account, seed }) => account === shard[0]?.account && seed.kind === 'bucket');
    const listed = shard.length - count(listedByEc2Only) - count(['bucket']) + buckets.length;
    add(calls, {
      'sts:AssumeRole': 1,
      'tag:GetTagKeys': 1,
      'tag:GetResources': Math.max(1, Math.ceil(listed / 100)),
      'ec2:DescribeTags': Math.ceil(count(ec2Kinds) / 1000) + in200(count(listedByEc2Only)),
      // Neither listing knows Auto Scaling groups.
      'autoscaling:DescribeAutoScalingGroups': 1,
    });
  }
  return calls;
}

/** What an enforced run can't do without: the scan, then recheck, pinned sessions, removal and confirmation. */
export function sweepFloor(seeded: readonly Seeded[]): Map<string, number> {
  const calls = scanFloor(seeded);
  for (const shard of shardsOf(seeded)) {
    const expired = shard.filter((one) => one.expired);
    add(calls, { 'sts:AssumeRole': pinnedSessions(expired) });
    for (const [kind, some] of Map.groupBy(expired, ({ seed }) => seed.kind)) {
      const need = needs[kind];
      if (need === undefined) throw new Error(`the floor does not know what a ${kind} needs`);
      for (const part of [need.recheck, need.remove, need.confirm]) add(calls, part?.(some.length) ?? {});
    }
  }
  return calls;
}

/** AssumeRole takes 2,048 characters of policy. */
const policyCharacters = 2048;
const frame = '{"Version":"2012-10-17","Statement":[]}'.length;

/**
 * The fewest sessions whose policies have room for all ARNs of a shard under their tag values, as if they could be
 * packed without a gap and needed no order among types. Each removal needs its ARN and its action in a policy once.
 */
function pinnedSessions(expired: readonly Seeded[]): number {
  const statements = Map.groupBy(expired, ({ seed }) => seed.tags['expires-at'] ?? '');
  let characters = 0;
  for (const [value, some] of statements) {
    const Condition = {
      StringEquals: { 'aws:ResourceTag/expires-at': value },
      Null: { 'aws:ResourceTag/ttl': 'true', 'aws:ResourceTag/mayfly:protect': 'true' },
    };
    const Resource = some.map(({ arn }) => arn);
    characters += JSON.stringify({ Effect: 'Allow', Action: ['ec2:DeleteVolume'], Resource, Condition }).length + 1;
  }
  return Math.ceil(characters / (policyCharacters - frame));
}

function shardsOf(seeded: readonly Seeded[]): Seeded[][] {
  return [...Map.groupBy(seeded, ({ account, region }) => `${account} ${region}`).values()];
}

function add(calls: Map<string, number>, more: Counts): void {
  for (const [operation, count] of Object.entries(more)) calls.set(operation, (calls.get(operation) ?? 0) + count);
}

export function sumOf(calls: Calls): number {
  return [...calls.values()].reduce((sum, count) => sum + count, 0);
}

/** Calls that came since then. */
export function since(before: Calls, after: Calls): Calls {
  const changed = [...after].map(([name, count]): [string, number] => [name, count - (before.get(name) ?? 0)]);
  return new Map(changed.filter(([, count]) => count > 0));
}
