import type { Answer, Told, Words } from '../core/answer.ts';
import { memoryOf } from '../core/decide.ts';
import { outlookInWords } from '../core/idle-outlook.ts';
import { aMonth } from '../core/money.ts';
import { fateInWords, type Known, nextStep } from '../core/next-step.ts';
import { reasons } from '../core/reasons.ts';
import { managerInTags } from '../core/resource.ts';
import { quoted } from '../core/slash-words.ts';
import type { Instant } from '../core/time.ts';
import { inParallel } from '../resource-types/batches.ts';
import type { Asking } from './asker.ts';
import { explainTarget, judged } from './explain.ts';
import type { FoundTarget } from './find-targets.ts';
import { type Resolved, resolveName } from './resolve-name.ts';
import { copyInShort, serverInFull, serverInShort } from './server-answer.ts';
import { namedOf, ownerTagOf, toldMissing } from './told.ts';

const rowsMax = 20;
const rowsAtOnce = 4;

/** The state of one resource, or of each resource of an environment in short; `why` explains one. */
export async function answerShow(asking: Asking, verb: 'show' | 'why', name: string): Promise<Answer> {
  const resolved = await resolveName(asking, verb, name, (typed) => `${verb} ${typed}`);
  if (resolved.kind === 'unclear') return resolved.answer;
  const { targets, missing, refused } = await visibleIn(asking, verb, resolved);
  const [target] = targets;
  if (target === undefined && missing.length === 0) {
    return { kind: 'refused', lines: [refused ?? [`"${name}" is not there any more.`]] };
  }
  const [gone, ...more] = missing;
  if (target === undefined && gone !== undefined && more.length === 0) {
    return { kind: 'text', lines: [[`"${name}": `, ...gone.words, '.']] };
  }
  if (target === undefined || targets.length + missing.length > 1) {
    return severalShown(asking, verb, targets, missing, resolved, refused);
  }
  return verb === 'show' ? showOne(asking, target, resolved) : explainOne(asking, target, resolved);
}

type Shown = Extract<Resolved, { kind: 'found' }>;

async function visibleIn({ asker, ports, policy }: Asking, verb: 'show' | 'why', { found, known }: Shown) {
  const refusals: Words[] = [];
  const isVisible = async (ownerTag: string | undefined) => {
    const why = await asker.whyNot(verb, ownerTag);
    if (why !== undefined) refusals.push(why);
    return why === undefined;
  };
  const targets: FoundTarget[] = [];
  for (const target of found.targets) if (await isVisible(ownerTagOf(target, policy))) targets.push(target);
  const missing: Told[] = [];
  for (const one of found.missing) {
    const about = known.get(one.arn);
    if (about === undefined || (await isVisible(about.owner))) missing.push(await toldMissing(ports, one, about));
  }
  const [refused] = refusals;
  return { targets, missing, refused };
}

async function severalShown(
  { policy, ports }: Asking,
  verb: 'show' | 'why',
  targets: readonly FoundTarget[],
  missing: readonly Told[],
  { environment, notes }: Shown,
  refused: Words | undefined,
): Promise<Answer> {
  const paused = (await ports.ledger.pausedUntil()) !== undefined;
  const now = ports.clock.now();
  const rows = await inParallel(targets.slice(0, rowsMax), rowsAtOnce, async (target): Promise<Told> => {
    // Only for servers, and copies, more than their expiry decides, which takes more than what was read.
    const { decision, server } = await judged(ports, policy, target, { paused, now });
    const next = server && outlookInWords(server.outlook, now, target.mode);
    const words = next ?? fateInWords(decision, policy, knownOf(target, now));
    return { about: namedOf(target, policy), words };
  });
  const all = [...rows, ...missing];
  const count = targets.length + missing.length;
  const one = verb === 'why' ? [['why explains one resource at a time: name one of these.'] as const] : [];
  return {
    kind: 'list',
    title: [environment === undefined ? `${count} resources` : `${count} resources in ${environment}`],
    rows: all.slice(0, rowsMax),
    more: Math.max(0, count - rowsMax),
    ...(count > rowsMax && environment !== undefined && { next: `list env ${quoted(environment)} page 2` }),
    notes: [...one, ...notes, ...(refused === undefined ? [] : [['There is more in it that is not yours to see.']])],
  };
}

function knownOf({ resource, mode }: FoundTarget, now: Instant): Known {
  return { memory: memoryOf(resource), now, observed: mode === 'observe' };
}

async function showOne({ ports, policy }: Asking, target: FoundTarget, { known, notes }: Shown): Promise<Answer> {
  const { resource, mode, present } = target;
  const pausedUntil = await ports.ledger.pausedUntil();
  const now = ports.clock.now();
  const { decision, server, copy } = await judged(ports, policy, target, { paused: pausedUntil !== undefined, now });
  const { letGo, removalRequestedAt } = memoryOf(resource);
  const { detail, expiresAt, reason } = decision;
  const managedBy = managerInTags(present.tags);
  const next = server === undefined ? nextStep(decision, policy, knownOf(target, now)) : undefined;
  const cost = aMonth(known.get(resource.arn)?.monthlyUsd);
  const lines: Words[] = [
    [`${target.type.title} in account ${resource.account} (${mode}), ${resource.region}`],
    ...(expiresAt === undefined ? [] : [['Expires ', { at: expiresAt }, '.'] as const]),
    [`${reasons[reason].sentence}${detail === undefined ? '' : ` (${detail})`}`],
    ...(server === undefined ? [] : serverInShort(server, now, mode)),
    ...(copy === undefined ? [] : copyInShort(copy)),
    ...(next === undefined ? [] : [['Next step: ', ...next, '.'] as const]),
    ...(letGo === undefined ? [] : [[`Let go by ${letGo.by} at `, { at: letGo.at }, '.'] as const]),
    ...(removalRequestedAt === undefined
      ? []
      : [['Its removal was asked for ', { at: removalRequestedAt }, '; how that ended is not known yet.'] as const]),
    ...(managedBy === undefined ? [] : [[`Managed by ${managedBy}.`]]),
    ...(cost === undefined ? [] : [[`Costs about ${cost}.`]]),
    ...(pausedUntil === undefined ? [] : [['Mayfly is paused until ', { at: pausedUntil }, '.'] as const]),
  ];
  return { kind: 'shown', about: namedOf(target, policy), lines: [...lines, ...notes] };
}

async function explainOne({ ports, policy, slack }: Asking, target: FoundTarget, { notes }: Shown): Promise<Answer> {
  const explanation = await explainTarget(ports, policy, target);
  const { keys, decision, obstacles, advice, mode, server, copy, costs, now } = explanation;
  const cost = aMonth(costs.monthlyUsd);
  const { reason, action, detail, expiresAt } = decision;
  const lines: Words[] = [
    ...keys.map(({ key, value }): Words => ['Its tag says ', { code: `${key}=${value}` }, '.']),
    ...(keys.length === 0 && copy === undefined ? [['It carries no expiry tag.']] : []),
    ...(expiresAt === undefined ? [] : [['That is ', { at: expiresAt }, '.'] as const]),
    [`${action}: ${reasons[reason].sentence}${detail === undefined ? '' : ` (${detail})`}`],
    ...(server === undefined ? [] : serverInFull(server, now, mode)),
    ...(copy === undefined ? [] : copyInShort(copy)),
    ...obstacles.map((obstacle): Words => [`In its way: ${obstacle}`]),
    ...(cost === undefined ? [] : [[`Costs about ${cost}.`]]),
    ...(mode === 'observe' ? [['The policy only observes its account: nothing happens to it.']] : []),
    adviceInWords(advice, slack.command, target),
  ];
  return { kind: 'shown', about: namedOf(target, policy), lines: [...lines, ...notes] };
}

/** The commands in it as they are typed here. */
function adviceInWords(advice: string, command: string, { resource: { arn } }: FoundTarget): Words {
  const [before = '', ...rest] = advice.split('mayfly ');
  const after = rest.flatMap((text): Words => {
    const named = text.indexOf(arn);
    const verb = text.split(' ', 1)[0] ?? '';
    if (named === -1) return [{ code: `${command} ${verb}` }, text.slice(verb.length)];
    const end = text.slice(named + arn.length);
    const amount = /^ \d+[a-z]+/.exec(end)?.[0] ?? '';
    return [{ code: `${command} ${verb} ${quoted(arn)}${amount}` }, end.slice(amount.length)];
  });
  return [before, ...after];
}
