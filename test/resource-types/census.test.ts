import { describe, expect, it } from 'vitest';
import type { BoundType, ResourceType } from '../../lib/resource-types/define.ts';
import { resourceTypes } from '../../lib/resource-types/index.ts';
import { answeredClients, type Sent } from '../fakes/answered-clients.ts';
import { pagedAnswers } from '../fakes/sample-answers.ts';
import { samples } from '../samples/index.ts';
import { type Answer, awsError, type Sample } from '../samples/sample.ts';

// What the cost of an account rests on: all that stands there, as the describe of its type shows it, or an error.

type Answers = Readonly<Record<string, Answer>>;

async function bound(type: ResourceType, answers: Answers): Promise<{ operations: BoundType; sent: Sent[] }> {
  const { source, sent } = answeredClients(answers);
  const shard = { account: '222222222222', region: 'eu-west-1', partition: 'aws' };
  return { operations: await type.bind(source, shard), sent };
}

const counting = resourceTypes.flatMap((type): [string, ResourceType, Sample][] => {
  const sample = samples.find((one) => one.type === type.id);
  return type.needs.census === undefined || sample === undefined ? [] : [[type.id, type, sample]];
});

it('is there for what costs by standing there', () => {
  expect(counting.map(([id]) => id)).toEqual([
    'ec2:elastic-ip',
    'ec2:instance',
    'ec2:snapshot',
    'ec2:volume',
    'elasticloadbalancing:loadbalancer',
    'rds:cluster',
    'rds:db',
  ]);
});

describe.each(counting)('the census of %s', (_id, type, sample) => {
  const known = [{ name: 'as it is', answers: () => ({}) }, ...(sample.scenarios ?? [])];

  it.each(known.map((one) => [one.name, one.answers] as const))(
    'counts it as describe shows it: %s',
    async (_, more) => {
      const { operations } = await bound(type, { ...sample.answers, ...more() });
      const [described] = await operations.describe([sample.id]);
      const counted = (await operations.census?.())?.find(({ id }) => id === sample.id) ?? {
        kind: 'gone',
        id: sample.id,
      };
      if (described?.kind !== 'present' || counted.kind !== 'present')
        return expect(counted.kind).toBe(described?.kind);
      // What only a removal asks about may cost calls, and a census makes none for it.
      const { protection: _protection, usedBy: _usedBy, ...asked } = described;
      expect(counted).toMatchObject(asked);
    },
  );

  it('counts what carries no tags', async () => {
    const { operations } = await bound(type, untagged(sample.answers));
    expect(await operations.census?.()).toMatchObject([{ kind: 'present', arn: sample.arn, tags: {} }]);
  });

  it('asks for no ids, and makes no call for each', async () => {
    const { operations, sent } = await bound(type, sample.answers);
    await operations.census?.();
    expect(sent[0]?.input).not.toHaveProperty('Filters');
    expect(sent.length).toBeLessThanOrEqual(2);
  });

  it('throws where any of its reads fails, first page or second', async () => {
    const { operations, sent } = await bound(type, sample.answers);
    await operations.census?.();
    const refusal = awsError('AccessDenied', 'not allowed');
    for (const command of new Set(sent.map((one) => one.command))) {
      const paged = (sample.paged ?? []).filter((one) => one.command === command);
      for (const answers of [{ [command]: refusal }, pagedAnswers({ ...sample, paged }, refusal)]) {
        if (Object.keys(answers).length === 0) continue;
        const failing = await bound(type, { ...sample.answers, ...answers });
        await expect(failing.operations.census?.(), command).rejects.toThrow('not allowed');
      }
    }
  });
});

/** The answers of a sample, with every list of tags empty. */
function untagged(answers: Answers): Answers {
  const isTags = (key: string) => key === 'Tags' || key === 'TagList';
  const strip = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(strip);
    if (value === null || typeof value !== 'object' || value instanceof Date || value instanceof Error) return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, isTags(key) ? [] : strip(one)]));
  };
  return strip(answers) as Answers;
}
