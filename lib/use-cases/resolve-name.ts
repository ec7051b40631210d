import type { Answer, Named, Option, Words } from '../core/answer.ts';
import { type Environment, idsIn, type Meanings, meaningsOf, namesNear } from '../core/names.ts';
import type { Plan, PlannedDecision } from '../core/plan.ts';
import type { Verb } from '../core/slash-command.ts';
import { quoted } from '../core/slash-words.ts';
import type { Instant } from '../core/time.ts';
import { resourceType } from '../resource-types/index.ts';
import type { Asking } from './asker.ts';
import { type Found, findListed, findTargets } from './find-targets.ts';
import { loadLatest } from './latest-sweep.ts';
import type { Ports } from './ports.ts';

/** What the newest sweep saw: its plan, with what is kept. */
export interface Inventory {
  at: Instant;
  plan: Plan;
}

/** `undefined` before the first sweep has ended. Throws where it can't be read. */
export async function newestInventory({ runStore }: Pick<Ports, 'runStore'>): Promise<Inventory | undefined> {
  const latest = await loadLatest({ runStore });
  if (latest === undefined) return undefined;
  const plan = await runStore.loadPlan(latest.plan);
  if (plan === undefined) throw new Error(`the run store has no plan ${latest.plan}, which the newest sweep made`);
  return { at: latest.at, plan };
}

/** What a person meant, as its services show it now, or what to say to the person instead. */
export type Resolved =
  | {
      kind: 'found';
      found: Found;
      /** What the newest sweep knew of them, by ARN; an ARN that was typed is looked up nowhere. */
      known: ReadonlyMap<string, PlannedDecision>;
      environment?: string;
      notes: Words[];
    }
  | { kind: 'unclear'; answer: Answer };

/**
 * Finds what a person means by an ARN, an id, a name or an environment. What it means several of is asked back;
 * `commandFor` gives the command that each button of the question stands for. Only that is named which the person may
 * do this to.
 */
export async function resolveName(
  asking: Asking,
  verb: Verb,
  name: string,
  commandFor: (name: string) => string,
): Promise<Resolved> {
  const { ports, policy } = asking;
  if (name.startsWith('arn:')) {
    return { kind: 'found', found: await findTargets(ports, policy, name), known: new Map(), notes: [] };
  }
  const inventory = await newestInventory(ports);
  if (inventory === undefined) return unclear([['No sweep has ended yet, so names mean nothing. An ARN works now.']]);
  const meant = meaningsOf(name, inventory.plan.decisions);
  const one = onlyOne(meant) ?? onlyOne(ownOf(asking, meant));
  if (one === undefined) return askBack(asking, verb, name, inventory, meant, commandFor);
  const { decisions, environment } = one;
  const found = await findListed(ports, policy, decisions);
  const known = new Map(decisions.map((decision) => [decision.arn, decision]));
  if (environment === undefined) return { kind: 'found', found, known, notes: [] };
  const newer: Words = [`This is ${environment} as the sweep saw it `, { at: inventory.at }, '; '];
  const notes: Words[] = [[...newer, 'what is newer is named by its ARN.']];
  return { kind: 'found', found, known, environment, notes };
}

function unclear(lines: readonly Words[]): Resolved {
  return { kind: 'unclear', answer: { kind: 'refused', lines } };
}

function onlyOne({ resources, environments }: Meanings) {
  if (resources.length + environments.length !== 1) return undefined;
  const [environment] = environments;
  return environment === undefined
    ? { decisions: resources }
    : { decisions: environment.members, environment: environment.name };
}

/** Whose name means several things means the own. */
function ownOf({ asker }: Asking, { resources, environments }: Meanings): Meanings {
  const isOwn = ({ owner }: PlannedDecision) => asker.owns(owner);
  return {
    resources: resources.filter(isOwn),
    environments: environments.filter(({ members }) => members.some(isOwn)),
  };
}

/** Of an environment as much as the person may do this to. */
async function permitted({ asker }: Asking, verb: Verb, { resources, environments }: Meanings): Promise<Meanings> {
  const those = async (decisions: readonly PlannedDecision[]) => {
    const whys = await Promise.all(decisions.map(({ owner }) => asker.whyNot(verb, owner)));
    return decisions.filter((_, index) => whys[index] === undefined);
  };
  const parts = environments.map(async (one) => ({ ...one, members: await those(one.members) }));
  const seen = await Promise.all(parts);
  return { resources: await those(resources), environments: seen.filter(({ members }) => members.length > 0) };
}

const optionsMax = 10;

async function askBack(
  asking: Asking,
  verb: Verb,
  name: string,
  inventory: Inventory,
  meant: Meanings,
  commandFor: (name: string) => string,
): Promise<Resolved> {
  if (meant.resources.length + meant.environments.length === 0) return notFound(asking, name, inventory);
  const { resources, environments } = await permitted(asking, verb, meant);
  const options: Option[] = [
    ...environments.map((one) => environmentOption(one, commandFor)),
    ...resources.map((one) => ({ label: labelOf(one), command: commandFor(quoted(one.arn)) })),
  ];
  if (options.length === 0) {
    const unsure = (await asking.asker.problems()).map((problem): Words => [`${problem}.`]);
    const none = `"${name}" means several things, and none of them is yours. An ARN says which one you mean.`;
    return unclear([[none], ...unsure]);
  }
  const question: Words = [`"${name}" means several things. Which of them?`];
  const shown = options.slice(0, optionsMax);
  return { kind: 'unclear', answer: { kind: 'choice', question, options: shown, more: options.length - shown.length } };
}

function environmentOption({ account, name, members }: Environment, commandFor: (name: string) => string): Option {
  const count = members.length === 1 ? '1 resource' : `${members.length} resources`;
  return {
    label: `environment ${name} in account ${account} (${count})`,
    command: commandFor(quoted(`${account}/${name}`)),
  };
}

function labelOf({ type, arn, name, account, region }: Named & Pick<PlannedDecision, 'arn'>): string {
  const id = idsIn(arn)[0];
  const called = name === undefined || name === id ? '' : ` "${name}"`;
  return `${resourceType(type ?? '')?.title ?? type} ${id}${called}, ${account} ${region}`;
}

async function notFound({ asker, policy }: Asking, name: string, { plan, at }: Inventory): Promise<Resolved> {
  const seen = (await asker.isAdmin()) ? plan.decisions : plan.decisions.filter(({ owner }) => asker.owns(owner));
  const near = namesNear(name, seen);
  const what = policy.idle === undefined ? '' : ', and no server of the idle rule,';
  const lines: Words[] = [[`Nothing that carries an expiry tag${what} is called "${name}".`]];
  if (near.length > 0) lines.push([`Did you mean ${near.map((one) => `"${one}"`).join(' or ')}?`]);
  lines.push(['The newest sweep was ', { at }, '; what is newer is named by its ARN, which works at once.']);
  return unclear(lines);
}
