import type { ChangingStage } from './guard-memory.ts';
import type { Ahead, GuardDeed, GuardMessage } from './guard-message.ts';
import { keyOfPart, type Part } from './guard-parts.ts';
import { guardExceptions } from './guard-reasons.ts';
import type { Left } from './guard-steps.ts';
import { burnInWords } from './guard-words.ts';
import { idsIn } from './names.ts';

/** `account 222222222222 (shop)`, or an environment of it. */
export function guardedPlace({
  account,
  accountName,
  environment,
}: Pick<GuardMessage, 'account' | 'accountName' | 'environment'>): string {
  const name = accountName === undefined ? account : `${account} (${accountName})`;
  return environment === undefined ? name : `${name}, environment ${environment}`;
}

/** What a phone shows of a message: `$12.30 an hour, frozen`. What has no price makes it `at least`. */
export function stateInWords(message: Pick<GuardMessage, 'burn' | 'did' | 'stage' | 'reason'>): string {
  const { burn, did } = message;
  const state = did === undefined ? standing(message) : outcome(did);
  if (burn === undefined) return did?.kind === 'release' ? state : `USD an hour not known, ${state}`;
  const { known, unknown, usdPerHour } = burn;
  if (known === 0 && unknown > 0) return `USD an hour not known, ${state}`;
  return `${unknown > 0 ? 'at least ' : ''}${burnInWords({ usdPerHour, known, unknown: 0 })}, ${state}`;
}

const done: Readonly<Record<GuardDeed['kind'], string>> = { freeze: 'frozen', stop: 'stopped', release: 'released' };

function standing({ stage, reason }: Pick<GuardMessage, 'stage' | 'reason'>): string {
  if (stage === 'freeze' || stage === 'stop') return done[stage];
  return reason === 'calmed' ? 'within its limits again' : 'nothing changed';
}

/** What is true of all of it: an account of which nothing could be frozen is not called frozen. */
function outcome({ kind, isFinished, parts, refused, lacks, left }: GuardDeed): string {
  if (!isFinished) return `${kind} not finished`;
  const misses = lacks.filter((lack) => lack !== 'scp-attached-before');
  const isPart = refused.length + misses.length > 0;
  if (kind === 'release') return done.release;
  const isEarlier = left.some(({ because }) => because === 'done-already');
  if (parts.length === 0 && !isEarlier && lacks.length === misses.length) return `nothing could be ${done[kind]}`;
  return isPart ? `${done[kind]} in part` : done[kind];
}

const kinds: readonly [Part['kind'], string, string][] = [
  ['group', 'Auto Scaling group', 'Auto Scaling groups'],
  ['server', 'server', 'servers'],
  ['database', 'database', 'databases'],
];

/** `2 Auto Scaling groups`, `12 servers`, `1 database`; none without any of them. */
function counted(parts: readonly Part[]): string[] {
  return kinds.flatMap(([kind, one, many]) => {
    const { length } = parts.filter((part) => part.kind === kind);
    return length === 0 ? [] : [`${length} ${length === 1 ? one : many}`];
  });
}

function joined(items: readonly string[]): string {
  const last = items.at(-1);
  return last === undefined || items.length === 1 ? (last ?? '') : `${items.slice(0, -1).join(', ')} and ${last}`;
}

const policyWord = 'service control policy';

/** The same with the service control policy. */
export function countsOfParts(parts: readonly Part[]): string {
  const denial = parts.find((part) => part.kind === 'scp');
  return joined([...(denial ? [`the ${policyWord} ${denial.policy}`] : []), ...counted(parts)]);
}

/** What was done, in sentences. */
export function deedInSentences({ kind, parts, copies = [], isFinished }: GuardDeed): string[] {
  const denial = parts.find((part) => part.kind === 'scp');
  const others = joined(counted(parts));
  const rest = [
    ...(copies.length > 0 ? [`Copies were begun first: ${copies.length}.`] : []),
    ...(isFinished ? [] : ['It is not finished: the next sweep goes on with it.']),
  ];
  if (parts.length === 0) return [kind === 'release' ? 'Nothing was taken back.' : 'Nothing was changed.', ...rest];
  if (kind === 'release') return [`Taken back: ${countsOfParts(parts)}.`, ...rest];
  return [
    ...(denial ? [`Creations are denied by the ${policyWord} ${denial.policy}.`] : []),
    ...(others && kind === 'freeze' ? [`Kept from growing: ${others}.`] : []),
    ...(others && kind === 'stop' ? [`Stopped: ${others}.${wakesIn(parts)}`] : []),
    ...rest,
  ];
}

/** Amazon RDS User Guide, "Stopping an Amazon RDS DB instance temporarily". */
function wakesIn(parts: readonly Part[]): string {
  return parts.some(({ kind }) => kind === 'database') ? ' RDS starts a stopped database by itself after 7 days.' : '';
}

/** What a stage would do as things stand now. */
export function aheadInWords(stage: ChangingStage, { parts }: Ahead): string {
  const denial = parts.find((part) => part.kind === 'scp');
  const others = joined(counted(parts));
  const all = [
    ...(denial ? [`deny creations by the ${policyWord} ${denial.policy}`] : []),
    ...(others ? [stage === 'freeze' ? `keep ${others} from growing` : `stop ${others}`] : []),
  ];
  const wakes = stage === 'stop' ? wakesIn(parts) : '';
  return `A ${stage} would ${all.length === 0 ? 'change nothing' : joined(all)}.${wakes}`;
}

/** What is left as it is, by why: the most of one reason first. */
export function leftByReason(left: readonly Left[]): { sentence: string; names: string[] }[] {
  const groups = [...Map.groupBy(left, exceptionInWords)];
  return groups
    .map(([sentence, some]) => ({ sentence, names: some.map(({ arn }) => nameOfPart(arn)) }))
    .toSorted((a, b) => b.names.length - a.names.length);
}

/** What a tag says is anybody's text. */
export function exceptionInWords({ because, why }: Left): string {
  const sentence = guardExceptions[because];
  return why === undefined ? sentence : `${sentence.slice(0, -1)}: ${why}.`;
}

/** What people call a part, by its key or ARN. */
export function nameOfPart(key: string): string {
  const [, policy] = /^scp (\S+) /.exec(key) ?? [];
  return policy === undefined ? idsIn(key)[0] : `${policyWord} ${policy}`;
}

/** The names of what is counted, in its order; the service control policy is named in the sentences. */
export function namesOfParts(parts: readonly Part[]): string[] {
  return parts.flatMap((part) => (part.kind === 'scp' ? [] : nameOfPart(keyOfPart(part))));
}
