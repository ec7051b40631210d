import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ButtonAction, buttonActions } from '../../lib/core/ask.ts';
import type { Notice } from '../../lib/core/notice.ts';
import { aStage, idOf, type Name, type Stage, textOf } from '../fakes/slack-stage.ts';

const owned = ['orders', 'mails', 'pr-1', 'cache'];

interface Scene {
  stage: Stage;
  arns: string[];
  warning: Notice;
}

/** Things of ana, about which she was warned; ben owns something in the same environment. */
async function aScene(): Promise<Scene> {
  const stage = aStage();
  const tags = { ttl: '2026-11-24T12:00Z', owner: 'ana', environment: 'pr-1' };
  const arns = [
    stage.world.queue('orders', tags),
    stage.world.queue('mails', tags),
    stage.world.volume('vol-0a1b', { ...tags, Name: 'cache' }),
    stage.world.volume('vol-1a2b', { ...tags, Name: 'cache' }),
  ];
  stage.world.queue('of-ben', { ...tags, owner: 'ben' });
  await stage.sweeps();
  const warning = stage.world.warnings.find(({ owner }) => owner === 'ana');
  if (warning === undefined) throw new Error('nobody was warned');
  return { stage, arns, warning };
}

/** Everything of ana that an order could have changed. */
async function stateOf({ stage: { world }, arns, warning }: Scene): Promise<string> {
  const histories = await Promise.all(arns.map((arn) => world.ports.ledger.history(arn)));
  const memories = [...(await world.ports.ledger.memories(arns))];
  const approvals = await world.ports.ledger.approvals();
  const updates = world.updates.filter(({ id }) => id === warning.id);
  return JSON.stringify([arns.map((arn) => world.tagsOf(arn)), histories, memories, approvals, updates]);
}

const verbs = ['show', 'why', 'extend', 'keep', 'let-go', 'restore', 'list env', 'list account', 'list', 'approve'];
const suffixes = ['', ' 2d', ' until 2026-11-28 x', ' all', ' 222222222222'];
const names = [...owned, 'ORDERS', 'vol-0a1b', '222222222222/pr-1', 'order', 'of-ben', 'nothing'];
const command = fc
  .tuple(fc.constantFrom(...verbs), fc.constantFrom(...names), fc.constantFrom(...suffixes))
  .map(([verb, name, suffix]) => `${verb} ${name}${suffix}`);
const arnCommand = fc
  .tuple(fc.constantFrom(...verbs), fc.nat(3), fc.constantFrom(...suffixes))
  .map(([verb, arn, suffix]) => ({ verb, arn, suffix }));
const click = fc.constantFrom<ButtonAction>(...buttonActions);
type Deed = string | { verb: string; arn: number; suffix: string } | { click: ButtonAction };
const deed: fc.Arbitrary<Deed> = fc.oneof(
  command,
  arnCommand,
  click.map((one) => ({ click: one })),
);

/** Ana's own, apart from what the person typed. */
function leaksIn(text: string, typed: string, arns: readonly string[]): string[] {
  const secrets = [...arns, 'cache', 'vol-0a1b', 'vol-1a2b', 'orders', 'mails'];
  return secrets.filter((secret) => text.includes(secret) && !typed.toLowerCase().includes(secret));
}

async function does(scene: Scene, name: Name, what: Deed): Promise<{ text: string; typed: string }> {
  const { stage, arns, warning } = scene;
  if (typeof what !== 'string' && 'click' in what) {
    return { text: textOf(await stage.clicks(name, what.click, warning.id)), typed: '' };
  }
  const typed = typeof what === 'string' ? what : `${what.verb} ${arns[what.arn]}${what.suffix}`;
  return { text: textOf(await stage.says(name, typed)), typed };
}

test('who may not, changes nothing and learns nothing of what is others’', async () => {
  const nobody = fc.constantFrom<Name>('ben', 'gus', 'sam', 'rob', 'old');
  await fc.assert(
    fc.asyncProperty(nobody, fc.array(deed, { minLength: 1, maxLength: 6 }), async (name, deeds) => {
      const scene = await aScene();
      const before = await stateOf(scene);
      for (const one of deeds) {
        const { text, typed } = await does(scene, name, one);
        expect(leaksIn(text, typed, scene.arns)).toEqual([]);
      }
      expect(await stateOf(scene)).toBe(before);
      expect(await scene.stage.world.ports.ledger.pausedUntil()).toBeUndefined();
    }),
    { numRuns: 60 },
  );
});

test('an extender moves expiries, and never lets go, sees or approves', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { minLength: 1, maxLength: 6 }), async (deeds) => {
      const scene = await aScene();
      for (const one of deeds) await does(scene, 'dan', one);
      const { ledger } = scene.stage.world.ports;
      for (const arn of scene.arns) {
        const kinds = (await ledger.history(arn)).map(({ kind }) => kind);
        expect(kinds.filter((kind) => !['seen', 'warned', 'extended'].includes(kind))).toEqual([]);
      }
      expect(await ledger.approvals()).toEqual([]);
    }),
    { numRuns: 30 },
  );
});

test('a request that comes again, at any time after it ended, changes nothing more', async () => {
  await fc.assert(
    fc.asyncProperty(deed, async (what) => {
      const scene = await aScene();
      const from =
        typeof what !== 'string' && 'click' in what
          ? ({ kind: 'click', action: what.click, value: scene.warning.id } as const)
          : ({
              kind: 'command',
              text: typeof what === 'string' ? what : `${what.verb} ${scene.arns[what.arn]}${what.suffix}`,
            } as const);
      const ask = { key: 'the-same', person: idOf('ada'), from };
      await scene.stage.asks(ask);
      const once = await stateOf(scene);
      expect(await scene.stage.asks(ask)).toEqual({ kind: 'nothing' });
      expect(await stateOf(scene)).toBe(once);
    }),
    { numRuns: 30 },
  );
});
