import { freezeDocument } from '../core/guard-freeze.ts';
import type { Policy } from '../core/policy.ts';
import type { ClientSource } from '../resource-types/define.ts';
import type { Clock } from '../use-cases/ports.ts';
import type { ControlPolicies } from '../use-cases/ports-guard.ts';
import {
  accountGone,
  attachedTo,
  attachPolicy,
  createPolicy,
  detachPolicy,
  findPolicy,
  readOrganization,
  updatePolicy,
} from './control-policy-calls.ts';
import { FreezeObstacle, inWords, isRefusal } from './control-policy-problems.ts';

export interface ControlPoliciesSettings {
  /** Of the hub's own credentials. */
  source: ClientSource;
  policy: Pick<Policy, 'role' | 'roles'>;
  clock: Pick<Clock, 'sleep'>;
}

/** How many AWS attaches to one account since 15 May 2026, FullAWSAccess among them. */
const attachedMax = 10;

/** Organizations works on one change at a time, and refuses the others for some seconds. */
const passing = new Set(['ConcurrentModificationException', 'PolicyChangesInProgressException']);
const attemptsMax = 5;
const pauseMs = 1_000;

/** Service control policies by the Organizations API, which knows one organization: that of the credentials. */
export function controlPolicies(settings: ControlPoliciesSettings): ControlPolicies {
  const { source } = settings;
  const document = freezeDocument(settings.policy);
  const organization = remembered(() => inWords('reading the organization', readOrganization(source)));
  const policies = new Map<string, () => Promise<string>>();

  const policyNamed = (name: string): Promise<string> => {
    const known =
      policies.get(name) ??
      remembered(() => inWords(`making the service control policy ${name}`, makePolicy(settings, name, document)));
    policies.set(name, known);
    return known();
  };

  const found = (name: string) => inWords(`looking for the service control policy ${name}`, findPolicy(source, name));

  return {
    async look(name, account, { makes }) {
      try {
        const { management } = await organization();
        if (account === management) throw new FreezeObstacle(ofManagement(account));
        const attached = await inWords(listing(account), attachedTo(source, account));
        if (attached === undefined) throw new FreezeObstacle(`${account} is not, or no longer, in the organization`);
        const id = makes ? await policyNamed(name) : ((await found(name))?.id ?? name);
        if (attached.includes(id)) return { policy: id, state: 'attached' };
        if (attached.length < attachedMax) return { policy: id, state: 'detached' };
        return { policy: id, state: 'quota', why: tooMany(account, attached.length) };
      } catch (error) {
        return { policy: name, state: 'not-allowed', why: (error as Error).message };
      }
    },
    attach: (id, account) =>
      change(settings, { call: attachPolicy, id, account, to: 'attached', doing: `attaching ${id} to ${account}` }),
    detach: (id, account) =>
      change(settings, { call: detachPolicy, id, account, to: 'detached', doing: `detaching ${id} from ${account}` }),
    attachment: (id, account) => attachment(source, id, account),
    async mayFreeze(name) {
      const { management } = await organization();
      const present = await found(name);
      if (present === undefined) return { management, policy: 'missing' };
      return { management, policy: present.content === document ? 'current' : 'outdated' };
    },
  };
}

const listing = (account: string) => `listing the service control policies of ${account}`;

const ofManagement = (account: string) =>
  `${account} is the management account of the organization, which no service control policy binds: creations can't ` +
  'be denied there; keep what costs in other accounts';

const tooMany = (account: string, count: number) =>
  `account ${account} has ${count} service control policies, and AWS allows no more: detach one from it, or join two`;

/** Asked once; a failure is asked again. */
function remembered<T>(make: () => Promise<T>): () => Promise<T> {
  let known: Promise<T> | undefined;
  return () => {
    known ??= make().catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  };
}

async function makePolicy(settings: ControlPoliciesSettings, name: string, document: string): Promise<string> {
  const { source } = settings;
  const found = await findPolicy(source, name);
  if (found?.content === document) return found.id;
  if (found !== undefined) {
    await persistently(settings, () => updatePolicy(source, found.id, document));
    return found.id;
  }
  try {
    return await persistently(settings, () => createPolicy(source, name, document));
  } catch (error) {
    if ((error as Error).name !== 'DuplicatePolicyException') throw error;
    // Another run has made it since.
    const other = await findPolicy(source, name);
    if (other === undefined) throw error;
    return other.id;
  }
}

interface Change {
  call: typeof attachPolicy;
  id: string;
  account: string;
  to: 'attached' | 'detached';
  doing: string;
}

/** Errors that say that it stands as it was wanted. */
const done: Readonly<Record<Change['to'], readonly string[]>> = {
  attached: ['DuplicatePolicyAttachmentException'],
  detached: ['PolicyNotAttachedException', 'PolicyNotFoundException', ...accountGone],
};

async function change(settings: ControlPoliciesSettings, { call, id, account, to, doing }: Change): Promise<void> {
  const { source } = settings;
  try {
    await persistently(settings, () => call(source, id, account));
  } catch (error) {
    if (done[to].includes((error as Error).name)) return;
    // Where the answer was lost on its way, what came about is no refusal.
    const stands = isRefusal(error) ? undefined : await attachment(source, id, account).catch(() => undefined);
    if (stands === to || (stands === 'gone' && to === 'detached')) return;
    await inWords(doing, Promise.reject(error));
  }
}

async function attachment(source: ClientSource, id: string, account: string) {
  const attached = await inWords(listing(account), attachedTo(source, account));
  if (attached === undefined) return 'gone';
  return attached.includes(id) ? 'attached' : 'detached';
}

async function persistently<T>({ clock }: ControlPoliciesSettings, call: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (attempt === attemptsMax || !passing.has((error as Error).name)) throw error;
      await clock.sleep(attempt * pauseMs);
    }
  }
}
