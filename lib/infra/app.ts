import { Annotations, App } from 'aws-cdk-lib';
import { readPolicyDocument } from '../adapters/policy-file.ts';
import type { Policy } from '../core/policy.ts';
import { resourceTypes } from '../resource-types/index.ts';
import { HubStack } from './hub-stack.ts';
import { MemberStack, namesMemberRoles } from './member-stack.ts';
import { MembersStack, namesUnits } from './members-stack.ts';

/** The CDK app. `-c policy=FILE` names the policy, `-c allowTimeTravel=true` is for a local AWS. */
export function buildApp(context: Readonly<Record<string, unknown>> = {}): App {
  const app = new App({ context });
  const file = app.node.tryGetContext('policy') ?? 'mayfly.yaml';
  const knownTypes = resourceTypes.map(({ id }) => id);
  const { policy, document: policyDocument } = readPolicyDocument(String(file), knownTypes);
  const allowTimeTravel = String(app.node.tryGetContext('allowTimeTravel')) === 'true';
  const hub = new HubStack(app, 'Mayfly', { policy, policyDocument, allowTimeTravel });
  const missing = rolesMissing(policy);
  if (missing !== undefined) Annotations.of(hub).addWarningV2('mayfly:roles', missing);
  if (namesMemberRoles(policy)) {
    new MemberStack(app, 'MayflyMember', { policy });
    if (namesUnits(policy)) new MembersStack(app, 'MayflyMembers', { policy });
  }
  return app;
}

/** A hub has no rights of its own in any account; without roles it deploys, and then every shard says so. */
function rolesMissing({ role, roles }: Policy): string | undefined {
  const missing = (['read', 'act'] as const).filter((purpose) => (roles[purpose] ?? role) === 'none');
  if (missing.length === 0) return undefined;
  const names = missing.map((purpose) => `roles.${purpose}`).join(' and ');
  return `the policy names no ${names}, so the hub can't work in any account: name them, and deploy MayflyMember there`;
}
