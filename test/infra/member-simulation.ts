import { runSimulation } from '@cloud-copilot/iam-simulate';
import type { Policy } from '../../lib/core/policy.ts';
import { actGrants, type OptIn, optInGrants, roleOf } from '../../lib/infra/member-act.ts';
import { cloudFormationGrants } from '../../lib/infra/member-cloudformation.ts';
import { guardGrants, guardReadGrants } from '../../lib/infra/member-guard.ts';
import { idleGrants, idleReadGrants } from '../../lib/infra/member-idle.ts';
import { filledWith, intoPolicies, policyDocument } from '../../lib/infra/member-policies.ts';
import { type Grant, readGrants, tagGrants } from '../../lib/infra/permissions.ts';
import { costTypes } from '../../lib/resource-types/cost-types.ts';
import type { ResourceType } from '../../lib/resource-types/define.ts';
import { resourceTypes } from '../../lib/resource-types/index.ts';
import { aPolicy } from '../fakes/builders.ts';

export const memberAccount = '222222222222';
export const hubAccount = '111111111111';
export const region = 'eu-west-1';

/** A policy with a hub, all roles and two expiry keys. */
export function memberPolicy(overrides: Record<string, unknown> = {}): Policy {
  return aPolicy({
    organization: { id: 'o-abc123de45', hub: hubAccount, externalId: 'mayfly' },
    accounts: [{ ou: 'ou-ab12-34567890' }, { id: memberAccount }],
    roles: {
      read: 'mayfly-read',
      act: 'mayfly-act',
      tag: 'mayfly-tag',
      idle: 'mayfly-idle',
      guard: 'mayfly-guard',
      stack: 'mayfly-stack',
    },
    ...overrides,
  });
}

export type Role = 'read' | 'act' | 'tag' | 'stack' | 'idle' | 'guard';

/** What the member stack attaches to a role. `optIns` are the parameters that are `true`. */
export function grantsOf(
  role: Role,
  policy: Policy = memberPolicy(),
  types: readonly ResourceType[] = resourceTypes,
  optIns: readonly OptIn[] = [],
): Grant[] {
  const reading = readGrants([...types, ...costTypes]);
  const evidence = idleReadGrants(types, policy);
  const granted = (to: 'act' | 'idle') =>
    optIns.filter((name) => roleOf(name) === to).flatMap((name) => optInGrants(name, types, policy));
  const all: Record<Role, Grant[]> = {
    read: [...reading, ...evidence, ...guardReadGrants(types, policy)],
    act: [...actGrants(types, policy), ...granted('act')],
    tag: [...reading, ...evidence, ...tagGrants(types, policy)],
    stack: [...reading, ...cloudFormationGrants(types, policy)],
    idle: [...reading, ...evidence, ...idleGrants(types, policy), ...granted('idle')],
    guard: guardGrants(types, policy),
  };
  return all[role];
}

/** As IAM sees it in the member account. */
export function inAccount(text: string): string {
  return filledWith(text, 'aws', memberAccount);
}

export type Tags = Readonly<Record<string, string>>;

export interface Request {
  action: string;
  arn: string;
  /** Tags of the resource. */
  tags?: Tags;
  /** Other keys of the request, such as `aws:TagKeys`. */
  context?: Readonly<Record<string, string | string[]>>;
  session?: object;
}

export type Verdict = 'Allowed' | 'ExplicitlyDenied' | 'ImplicitlyDenied' | 'NotApplicable';

/**
 * What IAM would say to a request of a role, by the public service authorization reference: a condition key that the
 * service does not know for the action is not there. `NotApplicable`: the action does not act on such a resource.
 */
export async function verdict(grants: readonly Grant[], request: Request): Promise<Verdict> {
  const { action, arn, tags = {}, context = {}, session } = request;
  const resourceTags = Object.entries(tags).map(([key, value]) => [`aws:ResourceTag/${key}`, value] as const);
  const result = await runSimulation(
    {
      request: {
        principal: `arn:aws:iam::${memberAccount}:role/mayfly`,
        action,
        resource: { resource: arn, accountId: memberAccount },
        contextVariables: { ...Object.fromEntries(resourceTags), ...context },
      },
      identityPolicies: documentsOf(grants),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      sessionPolicy: session,
    },
    {},
  );
  if (result.resultType !== 'error') return result.overallResult;
  if (result.errors.message === 'no.resource.types') return 'NotApplicable';
  throw new Error(`${action} on ${arn}: ${JSON.stringify(result.errors)}`);
}

type Documents = { name: string; policy: object }[];

const known = new WeakMap<readonly Grant[], Documents>();

/** The managed policies of a role, made once. */
function documentsOf(grants: readonly Grant[]): Documents {
  const documents =
    known.get(grants) ??
    intoPolicies('role', grants).map((some, index) => ({
      name: `policy${index}`,
      policy: policyDocument(some, inAccount),
    }));
  known.set(grants, documents);
  return documents;
}
