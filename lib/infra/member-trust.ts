import type { Policy } from '../core/policy.ts';
import { fillIn } from './member-policies.ts';
import { trustedHubRoles } from './role-names.ts';

/** What the hub's sessions say that they work for begins like this; see `sourceIdentity` in the cloud adapter. */
const sourceIdentities = 'mayfly-*';

/** What a person needs to look, to extend, and to take back what the guard did. Removals go through a sweep. */
const forPeople: readonly (keyof typeof trustedHubRoles)[] = ['read', 'tag', 'guard'];

/**
 * Who may assume a role of a member: the hub's roles of these names, which may be made again, and people in the role of
 * the operator, who remove nothing. Without an organization the hub is the account itself.
 */
export function hubTrust(purpose: keyof typeof trustedHubRoles, { organization }: Policy): object {
  const hub = organization?.hub ?? 'ACCOUNT';
  const root = fillIn(`arn:PARTITION:iam::${hub}:root`);
  const operator = forPeople.includes(purpose) ? organization?.operator : undefined;
  const names = [...trustedHubRoles[purpose], ...(operator === undefined ? [] : [operator])];
  const roles = names.map((name) => roleIn(hub, name));
  const always = {
    [operator?.includes('*') ? 'ArnLike' : 'ArnEquals']: { 'aws:PrincipalArn': roles },
    ...(organization && { StringLike: { 'sts:SourceIdentity': sourceIdentities } }),
  };
  const member = organization && { 'aws:PrincipalOrgID': organization.id };
  const secret = organization?.externalId === undefined ? {} : { 'sts:ExternalId': organization.externalId };
  const statement = (sid: string, action: string, equals: object) => ({
    Sid: sid,
    Effect: 'Allow',
    Principal: { AWS: root },
    Action: action,
    Condition: { ...always, ...(Object.keys(equals).length > 0 && { StringEquals: equals }) },
  });
  return {
    Version: '2012-10-17',
    Statement: [
      statement('Hub', 'sts:AssumeRole', { ...member, ...secret }),
      // Setting it is an action of its own, for which AWS shows no external id.
      ...(organization ? [statement('HubSaysForWhat', 'sts:SetSourceIdentity', { ...member })] : []),
    ],
  };
}

/** Filled in before the name, in which a person may have written any word. */
function roleIn(account: string, name: string): object {
  const { 'Fn::Sub': before } = fillIn(`arn:PARTITION:iam::${account}:role/`) as { 'Fn::Sub': string };
  return { 'Fn::Sub': `${before}${name}` };
}

/** Roles can't be passed to another account, so only this account's CloudFormation comes by. */
export const cloudFormationTrust = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'cloudformation.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};
