import { describe, expect, it } from 'vitest';
import type { Recipe } from '../../lib/core/server.ts';
import type { BoundServer } from '../../lib/resource-types/bind-server.ts';
import type { Present, ResourceType } from '../../lib/resource-types/define.ts';
import { resourceTypes } from '../../lib/resource-types/index.ts';
import { type ServerOperationName, serverOperations } from '../../lib/resource-types/server-operations.ts';
import { answeredClients, type Sent } from '../fakes/answered-clients.ts';
import { pagedAnswers } from '../fakes/sample-answers.ts';
import { type Answer, awsError } from '../samples/sample.ts';
import { serverSamples } from '../samples/servers/index.ts';
import { keepUntil, type ServerSample, since, until } from '../samples/servers/server-sample.ts';
import { actionsFor } from './iam-actions.ts';

// Each type that is a server is bound to real SDK clients that answer from its sample, as in the contract of all types.

type Answers = Readonly<Record<string, Answer>>;

const shard = { account: '222222222222', region: 'eu-west-1', partition: 'aws' };
const stripKeys = ['expires-at', 'ttl', 'mayfly:protect'];
const question = { since, own: { roles: ['mayfly-idle'], sourceIdentity: 'mayfly-' }, sleep: async () => {} };
const servers = resourceTypes.filter(({ needs }) => needs.copy !== undefined);

interface Stage {
  server: BoundServer;
  target: Present;
  recipe: Recipe;
  sent: Sent[];
}

/** A described server with its recipe, and from then on only the commands of what is asked of it. */
async function stage(type: ResourceType, sample: ServerSample, turn: Answers = {}): Promise<Stage> {
  const answers = { ...sample.answers, ...turn };
  const { source, sent } = answeredClients(answers);
  const { describe: read, server } = await type.bind(source, shard);
  const [target] = await read([sample.id]);
  if (target?.kind !== 'present' || server === undefined) throw new Error(`${type.id}: ${JSON.stringify(target)}`);
  const read2 = await server.recipe(target);
  if (read2.kind !== 'recipe') throw new Error(`${type.id}: ${JSON.stringify(read2)}`);
  sent.splice(0);
  return { server, target, recipe: read2.recipe, sent };
}

function run(name: ServerOperationName, { server, target, recipe }: Stage, { copy }: ServerSample): Promise<unknown> {
  const runs: Record<ServerOperationName, () => Promise<unknown>> = {
    checkStop: () => server.checkStop([target]),
    metrics: () => server.metrics([target], { since, until }),
    lastChange: () => server.lastChange([target], question),
    copy: () => server.copy(target, { name: copy.id, keepUntil, at: until }),
    finishCopy: () => server.finishCopy(copy, { keepUntil, stripKeys }),
    copyState: () => server.copyState([copy]),
    stop: () => server.stop(target),
    start: () => server.start(target),
    stopTogether: () => server.stopAll([target]),
    startTogether: () => server.startAll([target]),
    untag: () => server.untag(target, ['expires-at']),
    recipe: () => server.recipe(target),
    restore: () => server.restore({ recipe, copy, stripKeys }),
    prepareRemoval: () => server.prepareRemoval(target, { keepUntil }),
    discardCopy: () => server.discardCopy(copy, { last: true }),
  };
  return runs[name]();
}

/** The kinds of answers that let the way down go on, or say that there is nothing. */
const goesOn = ['stoppable', 'none', 'changed', 'requested', 'done', 'gone', 'recipe', 'restored', 'complete'];

function kindOf(answer: unknown): string {
  const [one] = Array.isArray(answer) ? answer : [answer];
  const { kind, state, missing } = one as { kind?: string; state?: { kind: string }; missing?: readonly object[] };
  if (missing !== undefined) return missing.length === 0 ? 'complete' : 'missing';
  return kind ?? state?.kind ?? 'unknown';
}

describe.each(servers.map((type) => [type.id, type] as const))('%s as a server', (id, type) => {
  const found = serverSamples.find((one) => one.type === id);
  if (found === undefined) {
    it('has a sample', () => expect.fail(`test/samples/servers/index.ts has none for ${id}`));
    return;
  }
  const sample = found;
  const names = serverOperations.filter((name) => type.needs[name] !== undefined);

  it('does everything that a server must', () => {
    const optional = ['checkStop', 'stopTogether', 'startTogether', 'prepareRemoval'];
    expect(names).toEqual(expect.arrayContaining(serverOperations.filter((name) => !optional.includes(name))));
  });

  it.each(names)('%s: sends exactly the commands that its needs declare', async (name) => {
    const turns: Answers[] = [
      {},
      ...sample.turns.filter((one) => one.operation === name).map(({ answers }) => answers),
    ];
    const sent: Sent[] = [];
    for (const turn of turns) {
      const at = await stage(type, sample, turn);
      await run(name, at, sample);
      sent.push(...at.sent);
    }
    const declared = (type.needs[name] ?? []).filter(({ implied }) => implied === undefined);
    expect(actionsFor(sent)).toEqual([...new Set(declared.flatMap(({ actions }) => actions))].toSorted());
  });

  it.each(names)('%s: is no success where every call is refused, and does not throw', async (name) => {
    for (const error of ['AccessDenied', 'ThrottlingException']) {
      const at = await stage(type, sample);
      const refusing = Object.fromEntries(Object.keys(sample.answers).map((command) => [command, awsError(error)]));
      const { server } = await type.bind(answeredClients(refusing).source, shard);
      if (server === undefined) return expect.fail('it is no server');
      const answer = await run(name, { ...at, server }, sample);
      expect(goesOn, `${error}: ${JSON.stringify(answer)}`).not.toContain(kindOf(answer));
      expect(JSON.stringify(answer)).toContain(error);
    }
  });

  it.each(names)('%s: takes no failed call for a success, whichever fails', async (name) => {
    const plain = await stage(type, sample);
    await run(name, plain, sample);
    for (const command of new Set(plain.sent.map((one) => one.command))) {
      const failing = { ...sample.answers, [command]: awsError('AccessDenied', 'not allowed') };
      const { server } = await type.bind(answeredClients(failing).source, shard);
      if (server === undefined) return expect.fail('it is no server');
      const answer = await run(name, { ...plain, server }, sample);
      // What comes after the point of no return is told beside the success.
      const said = JSON.stringify(answer).includes('not allowed');
      expect(said, `${command}: ${JSON.stringify(answer)}`).toBe(true);
      if (!['restore', 'discardCopy'].includes(name)) expect(goesOn, command).not.toContain(kindOf(answer));
    }
  });

  it.each(names)('%s: reads all pages, and a failing second one is no answer', async (name) => {
    const plain = await stage(type, sample);
    const expected = await run(name, plain, sample);
    const read = new Set(plain.sent.map(({ command }) => command));
    for (const only of sample.paged.filter(({ command }) => read.has(command))) {
      const some = { ...sample, arn: '', gone: {}, paged: [only] };
      const over = async (answers: Answers) => {
        const { source } = answeredClients({ ...sample.answers, ...answers });
        const { server } = await type.bind(source, shard);
        return server === undefined ? expect.fail('it is no server') : run(name, { ...plain, server }, sample);
      };
      expect(await over(pagedAnswers(some)), only.command).toEqual(expected);
      const answer = await over(pagedAnswers(some, awsError('AccessDenied', 'page two')));
      expect(JSON.stringify(answer), only.command).toContain('page two');
    }
  });
});
