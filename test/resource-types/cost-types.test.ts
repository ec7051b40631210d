import { describe, expect, it } from 'vitest';
import { loadPrices } from '../../lib/adapters/prices/load-prices.ts';
import { kindOf, parseArn } from '../../lib/core/arn.ts';
import type { Price } from '../../lib/core/cost.ts';
import type { CostType } from '../../lib/resource-types/cost-type.ts';
import { costTypeIds, isCostType } from '../../lib/resource-types/cost-type-ids.ts';
import { costTypes } from '../../lib/resource-types/cost-types.ts';
import type { Description } from '../../lib/resource-types/define.ts';
import { identify, resourceTypes } from '../../lib/resource-types/index.ts';
import { knownTypes } from '../../lib/use-cases/known-types.ts';
import { answeredClients, type Sent } from '../fakes/answered-clients.ts';
import { pagedAnswers } from '../fakes/sample-answers.ts';
import type { CostSample } from '../samples/cost-sample.ts';
import { costSamples } from '../samples/cost-types.ts';
import { type Answer, awsError } from '../samples/sample.ts';
import { actionsFor } from './iam-actions.ts';

// What is only counted keeps the promises of what is removed, too: its permissions, its pages, and that a failed read
// is never an empty list.

type Answers = Readonly<Record<string, Answer>>;

const shard = { account: '222222222222', region: 'eu-west-1', partition: 'aws' };
const refusal = awsError('AccessDenied', 'not allowed');

async function counted(type: CostType, answers: Answers): Promise<{ found: Description[]; sent: Sent[] }> {
  const { source, sent } = answeredClients(answers);
  const { census } = await type.bind(source, shard);
  return { found: await census(), sent };
}

it('no policy and no filter takes a type that is only counted', () => {
  expect(costTypes.map(({ id }) => id).toSorted()).toEqual(costTypeIds);
  expect([...knownTypes(), ...resourceTypes.map(({ id }) => id)].filter(isCostType)).toEqual([]);
});

describe.each(costTypes.map((type) => [type.id, type] as const))('%s', (id, type) => {
  const sample = costSamples.find((one) => one.type === id);
  if (sample === undefined) {
    it('has a sample', () => expect.fail(`test/samples/cost-types.ts has none for ${id}`));
    return;
  }

  it('is what its ARN is called where Mayfly does not know it, and no type to remove', () => {
    const arn = parseArn(sample.arn);
    expect(arn && kindOf(arn)).toBe(id);
    expect(identify(sample.arn)).toMatchObject({ kind: id });
    expect(identify(sample.arn)?.type).toBeUndefined();
  });

  it('counts it with its tags and what its price needs', async () => {
    const { found } = await counted(type, sample.answers);
    expect(found).toEqual([
      {
        kind: 'present',
        id: sample.id,
        arn: sample.arn,
        identity: expect.stringMatching(/./),
        tags: sample.tags,
        facts: sample.facts,
        ...(sample.createdAt !== undefined && { createdAt: sample.createdAt }),
      },
    ]);
  });

  it('counts nothing where nothing is, and not what is being deleted or gone', async () => {
    expect((await counted(type, { ...sample.answers, ...sample.none })).found).toEqual([]);
    for (const answers of [sample.leaving, sample.gone ?? {}].filter((one) => Object.keys(one).length > 0)) {
      const { found } = await counted(type, { ...sample.answers, ...answers });
      expect(found.filter(({ kind }) => kind === 'present' || kind === 'unreadable')).toEqual([]);
    }
  });

  it('sends exactly the commands that its needs declare, few of them, and none for single resources', async () => {
    const { sent } = await counted(type, sample.answers);
    expect(actionsFor(sent)).toEqual(type.needs.census.flatMap(({ actions }) => [...actions]).toSorted());
    expect(sent.length).toBeLessThanOrEqual(3);
    const empty = await counted(type, { ...sample.answers, ...sample.none });
    expect(empty.sent.length).toBe(1);
  });

  it('reads all pages', async () => {
    const { found, sent } = await counted(type, { ...sample.answers, ...pagedAnswers(sample) });
    expect(found).toEqual((await counted(type, sample.answers)).found);
    for (const { command, inputToken } of sample.paged ?? []) {
      const tokens = sent.filter((one) => one.command === command).map(({ input }) => input[inputToken]);
      expect(tokens, command).toContain('page-2');
    }
  });

  failureContract(type, sample);
  costContract(type, sample);
});

function failureContract(type: CostType, sample: CostSample): void {
  it('takes no failed read for nothing, whichever read fails, first page or second', async () => {
    const { sent } = await counted(type, sample.answers);
    for (const command of new Set(sent.map((one) => one.command))) {
      const paged = (sample.paged ?? []).filter((one) => one.command === command);
      for (const answers of [{ [command]: refusal }, pagedAnswers({ ...sample, paged }, refusal)]) {
        if (Object.keys(answers).length === 0) continue;
        const answer = counted(type, { ...sample.answers, ...answers });
        if (sample.onlyForThePrice?.includes(command)) {
          const [one] = (await answer).found;
          const amount = one?.kind === 'present' ? type.cost.monthlyUsd(one.facts, everything) : undefined;
          expect(amount, command).toEqual({ kind: 'unknown', why: expect.stringContaining('not allowed') });
        } else {
          const found = await answer.then((all) => all.found).catch(String);
          expect(JSON.stringify(found), command).toContain('not allowed');
          expect(JSON.stringify(found), command).not.toContain('"present"');
        }
      }
    }
  });
}

const everything = {
  region: 'eu-west-1',
  find: (): Price => ({ usd: 0.01, source: 'a test', date: '2026-11-23' }),
};

function costContract(type: CostType, { facts }: CostSample): void {
  it('says in words what it costs', () => {
    expect(type.cost.says).toMatch(/^[a-z][^\n]{8,}[^.\s]$/);
  });

  it('has an amount where every price is known, and none where no price or no fact is', async () => {
    const { monthlyUsd, fixed } = type.cost;
    expect(monthlyUsd(facts, everything).kind).toBe(fixed ? 'unknown' : 'estimate');
    const prices = await loadPrices();
    for (const region of ['xx-nowhere-1', '', 'us-gov-west-1', 'cn-north-1']) {
      expect(monthlyUsd(facts, prices.in(region)).kind, region).toBe('unknown');
    }
    // All that a NAT gateway costs is that it is there.
    if (type.id === 'ec2:natgateway') return;
    expect(monthlyUsd({}, everything)).toEqual({ kind: 'unknown', why: expect.stringMatching(/./) });
  });
}
