import { describe, expect, it } from 'vitest';
import { parseArn } from '../../lib/core/arn.ts';
import type {
  BoundType,
  OperationName,
  Present,
  RemovalSettings,
  ResourceType,
} from '../../lib/resource-types/define.ts';
import { resourceTypes } from '../../lib/resource-types/index.ts';
import { answeredClients, type Sent } from '../fakes/answered-clients.ts';
import { everyAnswer, pagedAnswers } from '../fakes/sample-answers.ts';
import { samples } from '../samples/index.ts';
import { type Answer, awsError, type Sample, type Scenario } from '../samples/sample.ts';
import { actionsFor } from './iam-actions.ts';

// Each registered type is bound to real SDK clients that answer from its sample, and must keep what define.ts promises.

type Answers = Readonly<Record<string, Answer>>;

/** What the idle rule asks of servers has a contract of its own. */
type Name = Extract<OperationName, 'list' | 'describe' | 'census' | 'remove' | 'finish' | 'tag' | 'resize'>;

const shard = { account: '222222222222', region: 'eu-west-1', partition: 'aws' };

const settings: RemovalSettings = {
  finalSnapshot: true,
  keepUntil: Date.parse('2026-12-23T00:00:00Z'),
  stripKeys: ['expires-at', 'ttl', 'mayfly:protect'],
  stackRoleArn: 'arn:aws:iam::222222222222:role/mayfly-stack',
  objectsPerPass: 1000,
};

async function bound(type: ResourceType, answers: Answers): Promise<{ operations: BoundType; sent: Sent[] }> {
  const { source, sent } = answeredClients(answers);
  return { operations: await type.bind(source, shard), sent };
}

describe.each(resourceTypes)('$id: facts', (type) => {
  const ofType = samples.filter((sample) => sample.type === type.id);

  it('are those of its description, and what shows nothing but tags is not asked', async () => {
    expect(ofType).not.toEqual([]);
    for (const { id, answers } of ofType) {
      const { operations, sent } = await bound(type, answers);
      const { facts } = await presentIn(operations, id);
      const before = sent.length;
      expect(await operations.facts([id])).toEqual(new Map([[id, facts]]));
      const commands = sent.slice(before).map(({ command }) => command);
      const batched = ['logs:log-group', 'ssm:parameter', 'dynamodb:table'].includes(type.id);
      if (batched) expect(commands.filter((one) => /Tags/.test(one))).toEqual([]);
    }
  });

  it('of what is gone, or can not be read, there are none', async () => {
    const [sample] = ofType;
    if (sample === undefined) throw new Error(`there is no sample of ${type.id}`);
    const denied = Object.keys(sample.answers).map((command): [string, Answer] => [command, awsError('AccessDenied')]);
    const { operations } = await bound(type, Object.fromEntries(denied));
    expect(await operations.facts([sample.id])).toEqual(new Map());
  });
});

async function presentIn(operations: BoundType, id: string): Promise<Present> {
  const [answer] = await operations.describe([id]);
  if (answer?.kind !== 'present') throw new Error(`${id} is not present: ${JSON.stringify(answer)}`);
  return answer;
}

describe.each(resourceTypes.map((type) => [type.id, type] as const))('%s', (id, type) => {
  const sample = samples.find((one) => one.type === id);
  if (sample === undefined) {
    it('has a sample', () => expect.fail(`test/samples/index.ts has none for ${id}`));
    return;
  }

  it('reads its id from its ARN, which no other type claims', () => {
    const arn = parseArn(sample.arn);
    if (arn === undefined) return expect.fail(`${sample.arn} is no ARN`);
    expect(type.idIn(arn)).toBe(sample.id);
    expect(resourceTypes.filter((one) => one.idIn(arn) !== undefined).map((one) => one.id)).toEqual([id]);
  });

  it('guards its removal by tags, or says why it can not', () => {
    const guarded = (type.needs.remove ?? []).filter(({ guard }) => guard === 'tags');
    expect(guarded.length > 0).toBe(type.unguarded === undefined);
    for (const { on } of guarded) expect(matches(on, sample.arn), `${on} covers ${sample.arn}`).toBe(true);
  });

  describeContract(type, sample);
  pagingContract(type, sample);
  removeContract(type, sample);

  it('sends exactly the commands that its needs declare', async () => {
    const runs: Scenario[] = [{ name: 'alive', answers: () => ({}) }, ...(sample.scenarios ?? [])];
    const names: Name[] = ['list', 'describe', 'census', 'remove', 'finish', 'tag', 'resize'];
    const sent = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<Name, Sent[]>;
    for (const run of runs) await runAll(type, sample, run, sent);
    for (const name of names) {
      const declared = (type.needs[name] ?? []).filter(({ implied }) => implied === undefined);
      const actions = [...new Set(declared.flatMap((need) => need.actions))].toSorted();
      expect(actionsFor(sent[name]), name).toEqual(actions);
    }
  });

  it.each((sample.scenarios ?? []).map((scenario) => [scenario.name, scenario] as const))('%s', async (_, scenario) => {
    const { operations } = await bound(type, { ...sample.answers, ...scenario.answers() });
    const [answer] = await operations.describe([sample.id]);
    if (scenario.described !== undefined) expect(answer).toMatchObject(scenario.described);
    if (scenario.removed === undefined) return;
    const target = await presentIn(operations, sample.id);
    const [result] = await operations.remove([target], { ...settings, ...scenario.settings });
    expect(result).toMatchObject(scenario.removed);
  });
});

/** Whether an ARN pattern of a permission covers an ARN of the shard. */
function matches(pattern: string, arn: string): boolean {
  if (pattern.startsWith('TARGET')) return true;
  const filled = pattern.replace('REGION', shard.region).replace('ACCOUNT', shard.account);
  const regex = filled.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${regex.join('.*')}$`).test(arn);
}

async function runAll(
  type: ResourceType,
  sample: Sample,
  scenario: Scenario,
  sent: Record<Name, Sent[]>,
): Promise<void> {
  const clients = await bound(type, { ...sample.answers, ...scenario.answers() });
  const record = async <T>(name: Name, run: Promise<T> | undefined): Promise<T | undefined> => {
    // A scenario may refuse an operation; what was sent until then counts.
    const result = await run?.catch(() => undefined);
    sent[name].push(...clients.sent.splice(0));
    return result;
  };
  const { operations } = clients;
  await record('list', operations.list?.());
  await record('census', operations.census?.());
  const [target] = (await record('describe', operations.describe([sample.id]))) ?? [];
  if (target?.kind !== 'present') return;
  await record('tag', operations.tag?.(target, { key: 'expires-at', value: '2026-11-30T00:00:00Z' }));
  await record('resize', operations.resize?.(target, { max: 2 }));
  const some = { ...settings, ...scenario.settings };
  await record('remove', operations.remove([target], some));
  await record('finish', operations.finish([target], some));
}

function describeContract(type: ResourceType, sample: Sample): void {
  it('describes what is alive', async () => {
    const { operations } = await bound(type, sample.answers);
    const present = await presentIn(operations, sample.id);
    expect(present.arn).toBe(sample.arn);
    expect(present.tags).toEqual(sample.tags ?? expect.objectContaining({ 'expires-at': expect.any(String) }));
    expect(present.identity).toEqual(sample.identity ?? expect.stringMatching(/./));
    if (operations.list !== undefined) expect((await operations.list()).map(({ arn }) => arn)).toContain(sample.arn);
  });

  it('answers for each id, and asks nothing for none', async () => {
    const { operations, sent } = await bound(type, sample.answers);
    expect(await operations.describe([])).toEqual([]);
    expect(sent).toEqual([]);
    const ids = [`${sample.id}0`, sample.id];
    expect((await operations.describe(ids)).map(({ id }) => id)).toEqual(ids);
  });

  it('knows what is gone', async () => {
    const { operations } = await bound(type, { ...sample.answers, ...sample.gone });
    expect(await operations.describe([sample.id])).toEqual([{ kind: 'gone', id: sample.id }]);
  });

  it('takes no failed read for gone, whichever read fails', async () => {
    const { operations, sent } = await bound(type, sample.answers);
    await operations.describe([sample.id]);
    const commands = [...new Set(sent.map(({ command }) => command))];
    expect(commands).not.toEqual([]);
    for (const command of commands) {
      const failing = await bound(type, { ...sample.answers, [command]: awsError('AccessDenied', 'not allowed') });
      const [answer] = await failing.operations.describe([sample.id]);
      expect(answer, command).toMatchObject({ kind: 'unreadable', id: sample.id });
    }
  });

  it('lists nothing but what it read', async () => {
    const { operations } = await bound(type, everyAnswer(sample, awsError('AccessDenied', 'not allowed')));
    if (operations.list !== undefined) await expect(operations.list()).rejects.toThrow('not allowed');
  });
}

function pagingContract(type: ResourceType, sample: Sample): void {
  const { paged = [] } = sample;
  if (paged.length === 0) return;

  it('reads all pages', async () => {
    const whole = await bound(type, sample.answers);
    const pages = await bound(type, { ...sample.answers, ...pagedAnswers(sample) });
    expect(await pages.operations.describe([sample.id])).toEqual(await whole.operations.describe([sample.id]));
    expect(await pages.operations.list?.()).toEqual(await whole.operations.list?.());
    expect(await pages.operations.census?.()).toEqual(await whole.operations.census?.());
    for (const { command, inputToken } of paged) {
      const tokens = pages.sent.filter((one) => one.command === command).map(({ input }) => input[inputToken]);
      expect(tokens, command).toContain('page-2');
    }
  });

  it('takes a failing second page for unreadable', async () => {
    for (const only of paged) {
      const failing = pagedAnswers({ ...sample, paged: [only] }, awsError('AccessDenied', 'not allowed'));
      const { operations, sent } = await bound(type, { ...sample.answers, ...failing });
      const [answer] = await operations.describe([sample.id]);
      if (sent.some(({ command }) => command === only.command)) {
        expect(answer, only.command).toMatchObject({ kind: 'unreadable' });
      } else {
        await expect(operations.list?.(), only.command).rejects.toThrow('not allowed');
      }
    }
  });
}

function removeContract(type: ResourceType, sample: Sample): void {
  it('removes, with one result per target', async () => {
    const { operations } = await bound(type, sample.answers);
    const target = await presentIn(operations, sample.id);
    const [result, ...more] = await operations.remove([target], settings);
    expect(more).toEqual([]);
    expect(result).toMatchObject({ id: sample.id, kind: type.removal === 'synchronous' ? 'removed' : 'requested' });
    const another = { ...target, id: `${target.id}0`, arn: `${target.arn}0` };
    const results = await operations.remove([target, another], settings);
    expect(results.map(({ id }) => id)).toEqual([target.id, another.id]);
  });

  it('reports a refused removal and does not throw', async () => {
    const alive = await bound(type, sample.answers);
    const target = await presentIn(alive.operations, sample.id);
    const another = { ...target, id: `${target.id}0`, arn: `${target.arn}0` };
    for (const name of ['AccessDenied', 'InternalFailure']) {
      const { operations } = await bound(type, everyAnswer(sample, awsError(name, 'refused')));
      expect(await operations.remove([target, another], settings)).toMatchObject([
        { kind: 'failed', id: target.id, code: name },
        { kind: 'failed', id: another.id, code: name },
      ]);
    }
  });
}
