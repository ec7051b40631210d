import { App } from 'aws-cdk-lib';
import { readPolicyDocument } from '../adapters/policy-file.ts';
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
  new HubStack(app, 'Mayfly', { policy, policyDocument, allowTimeTravel });
  if (namesMemberRoles(policy)) {
    new MemberStack(app, 'MayflyMember', { policy });
    if (namesUnits(policy)) new MembersStack(app, 'MayflyMembers', { policy });
  }
  return app;
}
