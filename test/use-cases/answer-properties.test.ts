import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Ask, type ButtonAction, buttonActions } from '../../lib/core/ask.ts';
import type { Notice } from '../../lib/core/notice.ts';
import { aStage, idOf, type Name, type Stage, textOf } from '../fakes/slack-stage.ts';

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

/** How an order about a name is typed; the last two are about no name. */
const typedAs = [
  (name: string) => `show ${name}`,
  (name: string) => `why ${name}`,
  (name: string) => `extend ${name} 2d`,
  (name: string) => `keep ${name} until 2026-11-28 x`,
  (name: string) => `let-go ${name}`,
  (name: string) => `restore ${name}`,
  (name: string) => `list env ${name}`,
  (name: string) => `list account 222222222222 ${name === 'pr-1' ? 'page 1' : ''}`,
  (name: string) => `approve ${name}`,
] as const;
const names = [
  'orders',
  'mails',
  'pr-1',
  'cache',
  'ORDERS',
  'vol-0a1b',
  '222222222222/pr-1',
  'order',
  'chache',
  'of-ben',
];
const command = fc.tuple(fc.constantFrom(...typedAs), fc.constantFrom(...names)).map(
  ([typed, name]) =>
    () =>
      typed(name),
);
const arnCommand = fc.tuple(fc.constantFrom(...typedAs), fc.nat(3)).map(
  ([typed, index]) =>
    (arns: readonly string[]) =>
      typed(arns[index] ?? ''),
);
const others = fc.constantFrom('list', 'list all', 'status', 'approve', 'resume', 'help').map((text) => () => text);
const click = fc.constantFrom<ButtonAction>(...buttonActions);
type Deed = { typed: (arns: readonly string[]) => string } | { click: ButtonAction };
const deed: fc.Arbitrary<Deed> = fc.oneof(
  fc.oneof({ weight: 3, arbitrary: command }, arnCommand, others).map((typed) => ({ typed })),
  click.map((one) => ({ click: one })),
);

/** Ana's own, apart from what the person typed. */
function leaksIn(text: string, typed: string, arns: readonly string[]): string[] {
  const secrets = [...arns, 'cache', 'vol-0a1b', 'vol-1a2b', 'orders', 'mails'];
  return secrets.filter((secret) => text.includes(secret) && !typed.toLowerCase().includes(secret));
}

/** The request, and what the person typed in it. */
function askFor({ arns, warning }: Scene, what: Deed): { from: Ask['from']; typed: string } {
  if ('click' in what) return { from: { kind: 'click', action: what.click, value: warning.id }, typed: '' };
  const typed = what.typed(arns);
  return { from: { kind: 'command', text: typed }, typed };
}

async function does(scene: Scene, name: Name, what: Deed): Promise<{ text: string; typed: string }> {
  const { from, typed } = askFor(scene, what);
  return { text: textOf(await scene.stage.asks({ person: idOf(name), from })), typed };
}

test('who may not, changes nothing and learns nothing of what is others’', async () => {
  const nobody = fc.constantFrom<Name>('ben', 'ben', 'ben', 'ben', 'gus', 'sam', 'rob', 'old');
  await fc.assert(
    fc.asyncProperty(nobody, fc.array(deed, { minLength: 1, maxLength: 8 }), async (name, deeds) => {
      const scene = await aScene();
      const before = await stateOf(scene);
      for (const one of deeds) {
        const { text, typed } = await does(scene, name, one);
        expect(leaksIn(text, typed, scene.arns)).toEqual([]);
      }
      expect(await stateOf(scene)).toBe(before);
      expect(await scene.stage.world.ports.ledger.pausedUntil()).toBeUndefined();
    }),
    { numRuns: 80 },
  );
});

test('an extender moves expiries, and never lets go, sees or approves', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { minLength: 1, maxLength: 8 }), async (deeds) => {
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
      const ask = { key: 'the-same', person: idOf('ada'), from: askFor(scene, what).from };
      await scene.stage.asks(ask);
      const once = await stateOf(scene);
      expect(await scene.stage.asks(ask)).toEqual({ kind: 'nothing' });
      expect(await stateOf(scene)).toBe(once);
    }),
    { numRuns: 30 },
  );
});
