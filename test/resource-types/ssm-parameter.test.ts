import { expect, it } from 'vitest';
import type { RemovalSettings, Target } from '../../lib/resource-types/define.ts';
import { ssmParameter } from '../../lib/resource-types/ssm-parameter.ts';
import { answeredClients } from '../fakes/answered-clients.ts';
import type { Answer } from '../samples/sample.ts';
import { awsError } from '../samples/sample.ts';

const shard = { account: '222222222222', region: 'eu-west-1', partition: 'aws' };

const settings: RemovalSettings = { finalSnapshot: true, keepUntil: 0, stripKeys: [], objectsPerPass: 1000 };

const targets = (count: number): Target[] =>
  Array.from({ length: count }, (_, at) => ({
    kind: 'present',
    id: `p${at}`,
    arn: `arn:aws:ssm:eu-west-1:222222222222:parameter/p${at}`,
    identity: '',
    tags: {},
    facts: { name: `/p${at}` },
  }));

async function bound(answers: Record<string, Answer>) {
  const { source, sent } = answeredClients(answers);
  return { operations: await ssmParameter.bind(source, shard), sent };
}

it('asks for a name without a path with and without its slash, and keeps the id of the ARN', async () => {
  const { operations, sent } = await bound({
    DescribeParameters: { Parameters: [{ Name: '/flags' }] },
    ListTagsForResource: { TagList: [] },
  });
  const [answer] = await operations.describe(['flags']);
  expect(answer).toMatchObject({
    kind: 'present',
    id: 'flags',
    arn: 'arn:aws:ssm:eu-west-1:222222222222:parameter/flags',
    facts: { name: '/flags' },
  });
  expect(sent[0]?.input).toMatchObject({ ParameterFilters: [{ Values: ['flags', '/flags'] }] });
  expect(sent[1]?.input).toMatchObject({ ResourceId: '/flags' });
});

it('can not tell two parameters apart that share one ARN', async () => {
  const { operations } = await bound({ DescribeParameters: { Parameters: [{ Name: '/flags' }, { Name: 'flags' }] } });
  expect(await operations.describe(['flags'])).toMatchObject([{ kind: 'unreadable', id: 'flags' }]);
});

it('removes ten a call, by the names that AWS uses', async () => {
  const { operations, sent } = await bound({
    DeleteParameters: (({ Names }: { Names: string[] }) => ({ DeletedParameters: Names })) as Answer,
  });
  const results = await operations.remove(targets(11), settings);
  expect(results.map(({ kind }) => kind)).toEqual(Array(11).fill('removed'));
  expect(sent.map(({ input }) => (input['Names'] as string[]).length)).toEqual([10, 1]);
  expect(sent[1]?.input['Names']).toEqual(['/p10']);
});

it('lets one refused parameter hold only itself', async () => {
  const { operations } = await bound({
    DeleteParameters: (({ Names }: { Names: string[] }) =>
      Names.includes('/p1') ? awsError('AccessDeniedException') : { DeletedParameters: Names }) as Answer,
  });
  expect(await operations.remove(targets(3), settings)).toMatchObject([
    { kind: 'removed', id: 'p0' },
    { kind: 'failed', id: 'p1', code: 'AccessDeniedException' },
    { kind: 'removed', id: 'p2' },
  ]);
});
