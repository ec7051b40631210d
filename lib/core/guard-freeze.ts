import { denials } from './guard-denials.ts';
import type { Policy } from './policy.ts';

/** What a freeze does not stop, in words for people. */
export const notDenied: readonly string[] = [
  'What runs: it goes on and costs what it costs. A stop is the next stage.',
  "What AWS's own services do by their service-linked roles, which no service control policy binds: an Auto Scaling " +
    'group replaces its instances, which is why its maximum is set to its present size; AWS Batch, EKS node groups, ' +
    'ECS services and Application Auto Scaling go on inside the limits that they have.',
  'Scheduled actions that an Auto Scaling group has already: one of them may raise its maximum again.',
  'Auto Scaling groups that are protected by their tag: they keep their maximum.',
  'The management account of the organization: no service control policy binds it.',
  "Mayfly's own roles in the account, which release what the guard did. Whoever may create roles there, or assume " +
    'these, can do the same.',
  'What grows with its use: traffic, requests, storage in S3, logs, Lambda invocations, on-demand DynamoDB, models ' +
    'of Bedrock that are asked by the request, serverless databases that scale up by themselves.',
  'Larger classes and sizes of what is there already, such as `rds:ModifyDBInstance` and `dynamodb:UpdateTable`: AWS ' +
    'tells no raise from a cut there, and cuts must stay possible. The type of a stopped server may be changed, but ' +
    'it is not started.',
  'Services that are not in the table.',
  'Cuts by a denied call: a service of ECS, a node group or a fleet cannot be made smaller while its account is ' +
    'frozen. It can be deleted, and so can everything else.',
];

/** Tells Mayfly's own policy from another one of its name, which is never touched. */
export const freezeTag = { key: 'mayfly:policy', value: 'freeze' } as const;

/**
 * The service control policy of a freeze, without white space and always in the same order, so that it can be compared.
 * It binds everybody in the account but Mayfly's own roles. AWS takes 10,240 characters since 15 May 2026, and took
 * 5,120 before, which this keeps to with names of ordinary length (AWS Organizations, quotas and service limits).
 */
export function freezeDocument(policy: Pick<Policy, 'role' | 'roles'>): string {
  const exempt = ownRoles(policy).map((name) => `arn:*:iam::*:role/${name}`);
  const others = exempt.length === 0 ? {} : { ArnNotLike: { 'aws:PrincipalArn': exempt } };
  const always = denials.flatMap(({ actions, only }) => (only === undefined ? actions : []));
  const conditional = denials.flatMap(({ actions, only }) =>
    only === undefined ? [] : statement(actions, { ...only, ...others }),
  );
  return JSON.stringify({ Version: '2012-10-17', Statement: [statement(always, others), ...conditional] });
}

/** A policy may name one role for everything, or one for each purpose. */
function ownRoles({ role, roles }: Pick<Policy, 'role' | 'roles'>): string[] {
  const named = Object.values(roles).filter((name) => name !== undefined);
  return [...new Set([...named, role])].filter((name) => name !== 'none').toSorted();
}

function statement(actions: readonly string[], condition: object): object {
  return {
    Effect: 'Deny',
    Action: actions,
    Resource: '*',
    ...(Object.keys(condition).length > 0 && { Condition: condition }),
  };
}
