import { controlPolicies } from '../../lib/adapters/control-policies.ts';
import { freezeDocument } from '../../lib/core/guard-freeze.ts';
import { type Answer, awsError } from '../samples/sample.ts';
import { answeredClients } from './answered-clients.ts';

export const management = '999999999999';
export const name = 'mayfly-freeze';
const policy = { role: 'none', roles: { guard: 'mayfly-guard' } };
export const document = freezeDocument(policy);
export const freezeTags = [{ Key: 'mayfly:policy', Value: 'freeze' }];

export interface HeldPolicy {
  Id: string;
  Name: string;
  Content: string;
  Tags: { Key: string; Value: string }[];
  AwsManaged?: boolean;
}

const fullAccess: HeldPolicy = {
  Id: 'p-FullAWSAccess',
  Name: 'FullAWSAccess',
  Content: '{}',
  Tags: [],
  AwsManaged: true,
};
/** The policy of a freeze, as it is to be. */
export const ours: HeldPolicy = { Id: 'p-0a1b2c3d', Name: name, Content: document, Tags: freezeTags };

/** The real client over an organization in memory; every list comes in pages of one, the first of them empty. */
export function organizationWith({ held = [], attached = [], answers = {} }: OrganizationSettings = {}) {
  const policies = new Map([fullAccess, ...held].map((one) => [one.Id, { ...one }]));
  const onAccount = new Set(['p-FullAWSAccess', ...attached]);
  const paged = (all: readonly object[], token: string | undefined, field: string) => {
    const at = Number(token ?? 0);
    return { [field]: all.slice(at - 1, at), ...(at < all.length && { NextToken: String(at + 1) }) };
  };
  const known = (id: string) => {
    const found = policies.get(id);
    if (found === undefined) throw awsError('PolicyNotFoundException');
    return found;
  };
  const own: Record<string, Answer> = {
    DescribeOrganization: { Organization: { Id: 'o-abc123de45', MasterAccountId: management } },
    ListRoots: { Roots: [{ PolicyTypes: [{ Type: 'SERVICE_CONTROL_POLICY', Status: 'ENABLED' }] }] },
    ListPolicies: ({ NextToken }: { NextToken?: string }) => paged([...policies.values()], NextToken, 'Policies'),
    ListPoliciesForTarget: ({ NextToken }: { NextToken?: string }) =>
      paged(
        [...onAccount].map((Id) => ({ Id })),
        NextToken,
        'Policies',
      ),
    ListTagsForResource: ({ ResourceId, NextToken }: { ResourceId: string; NextToken?: string }) =>
      paged(known(ResourceId).Tags, NextToken, 'Tags'),
    DescribePolicy: ({ PolicyId }: { PolicyId: string }) => ({ Policy: { Content: known(PolicyId).Content } }),
    CreatePolicy: ({ Name, Content, Tags }: HeldPolicy) => {
      policies.set('p-made1234', { Id: 'p-made1234', Name, Content, Tags });
      return { Policy: { PolicySummary: { Id: 'p-made1234' } } };
    },
    UpdatePolicy: ({ PolicyId, Content }: { PolicyId: string; Content: string }) => {
      known(PolicyId).Content = Content;
      return {};
    },
    AttachPolicy: ({ PolicyId }: { PolicyId: string }) => {
      if (onAccount.has(PolicyId)) return awsError('DuplicatePolicyAttachmentException');
      onAccount.add(known(PolicyId).Id);
      return {};
    },
    DetachPolicy: ({ PolicyId }: { PolicyId: string }) =>
      onAccount.delete(PolicyId) ? {} : awsError('PolicyNotAttachedException'),
  };
  const { source, sent } = answeredClients({ ...own, ...answers });
  const slept: number[] = [];
  const clock = { sleep: async (duration: number) => void slept.push(duration) };
  const changes = () => sent.map(({ command }) => command).filter((one) => /^(Create|Update|Attach|Detach)/.test(one));
  return { port: controlPolicies({ source, policy, clock }), policies, onAccount, sent, slept, changes };
}

export interface OrganizationSettings {
  held?: readonly HeldPolicy[];
  attached?: readonly string[];
  answers?: Record<string, Answer>;
}
