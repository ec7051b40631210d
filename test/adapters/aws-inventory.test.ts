import { expect, test } from 'vitest';
import { awsInventory } from '../../lib/adapters/aws-inventory.ts';
import type { Listed } from '../../lib/use-cases/ports.ts';
import { answeredClients } from '../fakes/answered-clients.ts';
import { type Answer, awsError } from '../samples/sample.ts';

const shard = { account: '222222222222', region: 'eu-west-1' };
const keys = ['expires-at', 'ttl'];
const arn = (name: string) => `arn:aws:sqs:eu-west-1:222222222222:${name}`;
const ec2 = (what: string) => `arn:aws:ec2:eu-west-1:222222222222:${what}`;

/** A small AWS: what its two listings know, in pages of two. */
interface Known {
  tagging?: Listed[];
  ec2?: { id: string; type: string; tags: Record<string, string> }[];
  /** Keys that GetTagKeys gives; those of `tagging` where absent. */
  tagKeys?: string[];
}

interface Asked {
  PaginationToken?: string;
  NextToken?: string;
  TagFilters?: { Key: string; Values?: string[] }[];
  Filters?: { Name: string; Values: string[] }[];
}

/** Two a page; an empty page comes first, as AWS's may. */
function page<T>(all: readonly T[], token: string | undefined): { items: T[]; next?: string } {
  if (token === undefined) return { items: [], next: '0' };
  const start = Number(token);
  const end = start + 2;
  return { items: all.slice(start, end), ...(end < all.length && { next: String(end) }) };
}

function world({ tagging = [], ec2: rows = [], tagKeys }: Known, over: Readonly<Record<string, Answer>> = {}) {
  const answers: Record<string, Answer> = {
    GetTagKeys({ PaginationToken }: Asked) {
      const all = tagKeys ?? [...new Set(tagging.flatMap(({ tags }) => Object.keys(tags)))];
      const { items, next } = page(all, PaginationToken);
      return { TagKeys: items, ...(next !== undefined && { PaginationToken: next }) };
    },
    GetResources({ PaginationToken, TagFilters = [] }: Asked) {
      const fits = ({ tags }: Listed) =>
        TagFilters.every(({ Key, Values }) => Key in tags && (Values?.includes(tags[Key] ?? '') ?? true));
      const { items, next } = page(tagging.filter(fits), PaginationToken);
      const ResourceTagMappingList = items.map(({ arn: ResourceARN, tags }) => ({
        ResourceARN,
        Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      }));
      return { ResourceTagMappingList, ...(next !== undefined && { PaginationToken: next }) };
    },
    DescribeTags({ NextToken, Filters = [] }: Asked) {
      const all = rows.flatMap(({ id, type, tags }) =>
        Object.entries(tags).map(([Key, Value]) => ({ ResourceId: id, ResourceType: type, Key, Value })),
      );
      const wanted = (name: string) => Filters.find(({ Name }) => Name === name)?.Values;
      const fitting = all.filter(
        ({ Key, ResourceId }) =>
          (wanted('key')?.includes(Key) ?? true) && (wanted('resource-id')?.includes(ResourceId) ?? true),
      );
      const { items, next } = page(fitting, NextToken);
      return { Tags: items, ...(next !== undefined && { NextToken: next }) };
    },
    ...over,
  };
  return answeredClients(answers);
}

async function listedIn(known: Known, over: Readonly<Record<string, Answer>> = {}) {
  const { source, sent } = world(known, over);
  const { listed, problems } = await awsInventory.tagged({ source, partition: 'aws' }, shard, keys);
  return { tags: Object.fromEntries(listed.map((one) => [one.arn, one.tags])), listed, problems, sent };
}

const pageTwoFails = (first: object): Answer =>
  ((input: Asked) =>
    (input.PaginationToken ?? input.NextToken) === undefined ? first : awsError('ThrottlingException')) as Answer;

test('every page of every listing is read, empty first pages included', async () => {
  const tagging = Array.from({ length: 5 }, (_, index) => ({ arn: arn(`q-${index}`), tags: { ttl: `${index + 1}h` } }));
  const rows = Array.from({ length: 5 }, (_, index) => ({ id: `vol-${index}`, type: 'volume', tags: { ttl: '3d' } }));
  const noise = Array.from({ length: 6 }, (_, index) => `team-${index}`);
  const { listed, problems } = await listedIn({ tagging, ec2: rows, tagKeys: [...noise, 'ttl'] });
  expect(problems).toEqual([]);
  expect(listed).toHaveLength(10);
});

test('spellings in use are found whatever their case, and each is asked for alone', async () => {
  const { tags, sent } = await listedIn({
    tagging: [
      { arn: arn('a'), tags: { TTL: '3d', Owner: 'ana' } },
      { arn: arn('b'), tags: { 'Expires-At': '2026-11-23' } },
      { arn: arn('c'), tags: { TTL: '4h', 'Expires-At': 'never' } },
      { arn: arn('d'), tags: { ttls: '3d', owner: 'ben' } },
    ],
  });
  expect(Object.keys(tags).toSorted()).toEqual([arn('a'), arn('b'), arn('c')]);
  expect(tags[arn('a')]).toEqual({ TTL: '3d', Owner: 'ana' });
  const filters = sent.filter(({ command }) => command === 'GetResources').map(({ input }) => input['TagFilters']);
  expect(new Set(filters.map((one) => JSON.stringify(one)))).toEqual(
    new Set(['[{"Key":"TTL"}]', '[{"Key":"Expires-At"}]']),
  );
});

test.each([
  ['GetTagKeys', pageTwoFails({ TagKeys: ['ttl'], PaginationToken: '2' })],
  ['GetResources', pageTwoFails({ ResourceTagMappingList: [], PaginationToken: '2' })],
])('a page of %s that fails is no shorter list', async (command, answer) => {
  const known = { tagging: [{ arn: arn('a'), tags: { ttl: '3d' } }] };
  await expect(listedIn(known, { [command]: answer })).rejects.toThrow('ThrottlingException');
});

test('where only the listing of EC2 fails the rest is given, and the failure is named', async () => {
  const { listed, problems } = await listedIn(
    { tagging: [{ arn: arn('a'), tags: { ttl: '3d' } }] },
    { DescribeTags: pageTwoFails({ Tags: [], NextToken: '2' }) },
  );
  expect(listed.map((one) => one.arn)).toEqual([arn('a')]);
  expect(problems).toEqual([expect.stringMatching(/^ec2:DescribeTags: .*ThrottlingException/)]);
});

test('of what only EC2 lists all tags are asked for, and a failure there is no shorter list', async () => {
  const known = { ec2: [{ id: 'vol-1', type: 'volume', tags: { ttl: '3d', owner: 'ana', 'mayfly:protect': 'true' } }] };
  const { tags } = await listedIn(known);
  expect(tags).toEqual({ [ec2('volume/vol-1')]: { ttl: '3d', owner: 'ana', 'mayfly:protect': 'true' } });
  const failing: Answer = ({ Filters = [] }: Asked) =>
    Filters[0]?.Name === 'key'
      ? { Tags: [{ ResourceId: 'vol-1', ResourceType: 'volume', Key: 'ttl', Value: '3d' }] }
      : awsError('UnauthorizedOperation');
  await expect(listedIn(known, { DescribeTags: failing })).rejects.toThrow('UnauthorizedOperation');
});

test('more ids than one filter takes are asked for in several calls', async () => {
  const rows = Array.from({ length: 401 }, (_, index) => ({ id: `vol-${index}`, type: 'volume', tags: { ttl: '3d' } }));
  const { listed, sent } = await listedIn({ ec2: rows });
  expect(listed).toHaveLength(401);
  const sizes = sent.flatMap(({ input }) =>
    ((input as Asked).Filters ?? []).filter(({ Name }) => Name === 'resource-id').map(({ Values }) => Values.length),
  );
  expect(Math.max(...sizes)).toBe(200);
});

test('for EC2 the newer value of an expiry key counts, and the other tags stay', async () => {
  const { tags } = await listedIn({
    tagging: [{ arn: ec2('volume/vol-1'), tags: { ttl: '3d', owner: 'ana' } }],
    ec2: [{ id: 'vol-1', type: 'volume', tags: { ttl: '9d', owner: 'ana' } }],
  });
  expect(tags).toEqual({ [ec2('volume/vol-1')]: { ttl: '9d', owner: 'ana' } });
});

test('an expiry key that was renamed or taken away in EC2 does not live on', async () => {
  const { tags } = await listedIn({
    tagging: [{ arn: ec2('volume/vol-1'), tags: { TTL: '3d', 'expires-at': '2026-11-01' } }],
    ec2: [{ id: 'vol-1', type: 'volume', tags: { ttl: '9d' } }],
  });
  expect(tags).toEqual({ [ec2('volume/vol-1')]: { ttl: '9d' } });
});

test('an EC2 resource that EC2 itself does not list is a ghost of the tagging API', async () => {
  const { tags } = await listedIn({
    tagging: [
      { arn: ec2('instance/i-1'), tags: { ttl: '3d' } },
      { arn: arn('a'), tags: { ttl: '3d' } },
    ],
  });
  expect(Object.keys(tags)).toEqual([arn('a')]);
});

test('snapshots and images have no account in their ARN, and an address is an elastic IP', async () => {
  const { tags } = await listedIn({
    ec2: [
      { id: 'snap-1', type: 'snapshot', tags: { ttl: '3d' } },
      { id: 'ami-1', type: 'image', tags: { ttl: '3d' } },
      { id: 'eipalloc-1', type: 'elastic-ip', tags: { ttl: '3d' } },
    ],
  });
  expect(Object.keys(tags).toSorted()).toEqual([
    'arn:aws:ec2:eu-west-1:222222222222:elastic-ip/eipalloc-1',
    'arn:aws:ec2:eu-west-1::image/ami-1',
    'arn:aws:ec2:eu-west-1::snapshot/snap-1',
  ]);
});

test('the members of a stack are those with the very value', async () => {
  const stack = 'aws:cloudformation:stack-id';
  const tagging = [1, 2, 3].map((n) => ({ arn: arn(`q-${n}`), tags: { [stack]: n === 2 ? 'other' : 'mine' } }));
  const { source } = world({ tagging });
  const members = await awsInventory.withTag({ source, partition: 'aws' }, stack, 'mine');
  expect(members.map((one) => one.arn)).toEqual([arn('q-1'), arn('q-3')]);
});
