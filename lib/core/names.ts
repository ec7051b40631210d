import { parseArn } from './arn.ts';
import { nearestFew } from './nearest.ts';
import type { PlannedDecision } from './plan.ts';
import type { Reason } from './reasons.ts';

/** What people may call a resource by its ARN; the first is what they are shown. */
export function idsIn(text: string): [string, ...string[]] {
  const arn = parseArn(text);
  if (arn === undefined) return [text];
  const { service, resource } = arn;
  const id = resource.replace(/^(.*autoScalingGroupName\/|[A-Za-z-]+[:/])/, '').replace(/:\*$/, '');
  const [first = id, second = id] = id.split('/');
  switch (service) {
    case 'cloudformation':
      return [first, id];
    case 'elasticloadbalancing':
      // `app/web/50dc6c495c0c9188`, or `web/73e2d6bc24d8a067` of a target group.
      return [/^(app|net|gwy)\//.test(id) ? second : first, id];
    case 'secretsmanager':
      return [id.replace(/-[A-Za-z0-9]{6}$/, ''), id];
    case 'ssm':
      return id.includes('/') ? [`/${id}`, id] : [id, `/${id}`];
    default:
      return [id];
  }
}

/** An environment of one account. */
export interface Environment {
  account: string;
  name: string;
  members: readonly PlannedDecision[];
}

/** What a name can mean. */
export interface Meanings {
  resources: readonly PlannedDecision[];
  environments: readonly Environment[];
}

/**
 * What a name means among the decisions of a plan: ids, `Name` tags and environments, and `ACCOUNT/ENVIRONMENT`. What
 * fits as it stands comes before what fits in another case.
 */
export function meaningsOf(name: string, decisions: readonly PlannedDecision[]): Meanings {
  const exact = meanings(decisions, (text) => text === name);
  const found = exact.resources.length + exact.environments.length > 0;
  const wanted = name.toLowerCase();
  return found ? exact : meanings(decisions, (text) => text.toLowerCase() === wanted);
}

function meanings(decisions: readonly PlannedDecision[], fits: (text: string) => boolean): Meanings {
  const resources = decisions.filter(({ arn, name }) => [arn, ...idsIn(arn), ...(name ? [name] : [])].some(fits));
  const members = decisions.filter((decision) => isMatter(decision) && placesOf(decision).some((place) => fits(place)));
  const byPlace = Map.groupBy(members, ({ account, environment }) => JSON.stringify([account, environment]));
  const environments = [...byPlace].map(([key, some]): Environment => {
    const [account, environment] = JSON.parse(key) as [string, string];
    return { account, name: environment, members: some };
  });
  // An environment of one resource that has its name is one thing.
  const isSame = ({ members: [only, ...more] }: Environment) =>
    more.length === 0 && only !== undefined && resources.includes(only);
  return { resources, environments: environments.filter((environment) => !isSame(environment)) };
}

function placesOf({ account, environment }: PlannedDecision): string[] {
  return environment ? [environment, `${account}/${environment}`] : [];
}

/** The way of a server down, and back. */
const onTheWay: readonly Reason[] = [
  'idle-soon',
  'warned-of-stop',
  'postponed',
  'idle',
  'copying',
  'copy-failing',
  'idle-copied',
  'stop-unfinished',
  'woke-up',
  'stopped',
  'started-again',
  'idle-done',
  'account-observed',
  'paused',
];

/**
 * Whether a decision is a matter of what people list, and of orders about an environment: it carries an expiry tag, or
 * is of a server that is warned of its stop, stopped or back. A server that is in use is found by its own name alone.
 */
export function isMatter({ idleAt, expiresAt, reason, decidedOn }: PlannedDecision): boolean {
  if (idleAt === undefined || expiresAt !== undefined || onTheWay.includes(reason)) return true;
  return !reason.startsWith('protect') && Object.keys(decidedOn).length > 0;
}

/** Names near what was typed. */
export function namesNear(typed: string, decisions: readonly PlannedDecision[]): string[] {
  const names = decisions.flatMap(({ arn, name, environment }) => [
    idsIn(arn)[0],
    ...(name ? [name] : []),
    ...(environment ? [environment] : []),
  ]);
  return typed.length > longestName ? [] : nearestFew(typed, [...new Set(names)], 3);
}

/** A tag value of AWS is no longer. */
const longestName = 256;
