import { freezeTag } from '../core/guard-freeze.ts';
import type { ClientSource } from '../resource-types/define.ts';
import { FreezeObstacle } from './control-policy-problems.ts';

const Filter = 'SERVICE_CONTROL_POLICY';

/** What Organizations calls an account that is not in it. */
export const accountGone = ['TargetNotFoundException', 'AccountNotFoundException'];

async function clientIn(source: ClientSource) {
  const sdk = await import('./sdk/organizations.ts');
  return { sdk, client: source(sdk.OrganizationsClient) };
}

/** The management account, where service control policies are switched on. */
export async function readOrganization(source: ClientSource): Promise<{ management: string }> {
  const { sdk, client } = await clientIn(source);
  const { Organization } = await client.send(new sdk.DescribeOrganizationCommand({}));
  for await (const { Roots = [] } of sdk.paginateListRoots({ client }, {})) {
    const types = Roots.flatMap(({ PolicyTypes = [] }) => PolicyTypes);
    if (types.some(({ Type, Status }) => Type === Filter && Status === 'ENABLED')) {
      return { management: Organization?.MasterAccountId ?? '' };
    }
  }
  throw new FreezeObstacle(
    'service control policies are not enabled in the organization: enable them in Organizations (Policies), which ' +
      'needs all of its features',
  );
}

/** A policy of the name, where there is one and it is Mayfly's. */
export async function findPolicy(
  source: ClientSource,
  name: string,
): Promise<{ id: string; content: string } | undefined> {
  const { sdk, client } = await clientIn(source);
  for await (const { Policies = [] } of sdk.paginateListPolicies({ client }, { Filter })) {
    const { Id, AwsManaged } = Policies.find((one) => one.Name === name) ?? {};
    if (Id === undefined) continue;
    if (AwsManaged || !(await isOwn(source, Id))) {
      throw new FreezeObstacle(
        `there is a service control policy ${name} that is not Mayfly's (it lacks the tag ${freezeTag.key}=` +
          `${freezeTag.value}), and it is left as it is: give guard.scp another name`,
      );
    }
    return { id: Id, content: compact((await contentOf(source, Id)) ?? '') };
  }
  return undefined;
}

async function isOwn(source: ClientSource, ResourceId: string): Promise<boolean> {
  const { sdk, client } = await clientIn(source);
  for await (const { Tags = [] } of sdk.paginateListTagsForResource({ client }, { ResourceId })) {
    if (Tags.some(({ Key, Value }) => Key === freezeTag.key && Value === freezeTag.value)) return true;
  }
  return false;
}

/** `undefined`: there is no such policy. */
async function contentOf(source: ClientSource, PolicyId: string): Promise<string | undefined> {
  const { sdk, client } = await clientIn(source);
  try {
    const { Policy: found } = await client.send(new sdk.DescribePolicyCommand({ PolicyId }));
    return found?.Content ?? '';
  } catch (error) {
    if ((error as Error).name === 'PolicyNotFoundException') return undefined;
    throw error;
  }
}

/** Without the white space that a person's editor put in; what is no JSON differs from any document. */
function compact(content: string): string {
  try {
    return JSON.stringify(JSON.parse(content));
  } catch {
    return '';
  }
}

/** The ids of the policies on the account itself; `undefined`: it is not in the organization. */
export async function attachedTo(source: ClientSource, TargetId: string): Promise<string[] | undefined> {
  const { sdk, client } = await clientIn(source);
  const ids: string[] = [];
  try {
    for await (const { Policies = [] } of sdk.paginateListPoliciesForTarget({ client }, { TargetId, Filter })) {
      ids.push(...Policies.flatMap(({ Id }) => Id ?? []));
    }
    return ids;
  } catch (error) {
    if (accountGone.includes((error as Error).name)) return undefined;
    throw error;
  }
}

export async function createPolicy(source: ClientSource, name: string, document: string): Promise<string> {
  const { sdk, client } = await clientIn(source);
  const { Policy: made } = await client.send(
    new sdk.CreatePolicyCommand({
      Name: name,
      Description: 'Denies creations that cost while an account is frozen. Made, attached and detached by Mayfly.',
      Type: Filter,
      Content: document,
      Tags: [{ Key: freezeTag.key, Value: freezeTag.value }],
    }),
  );
  const id = made?.PolicySummary?.Id;
  if (id === undefined) throw new FreezeObstacle(`Organizations made the policy ${name} and did not say its id`);
  return id;
}

export async function updatePolicy(source: ClientSource, PolicyId: string, Content: string): Promise<void> {
  const { sdk, client } = await clientIn(source);
  await client.send(new sdk.UpdatePolicyCommand({ PolicyId, Content }));
}

export async function attachPolicy(source: ClientSource, PolicyId: string, TargetId: string): Promise<void> {
  const { sdk, client } = await clientIn(source);
  await client.send(new sdk.AttachPolicyCommand({ PolicyId, TargetId }));
}

export async function detachPolicy(source: ClientSource, PolicyId: string, TargetId: string): Promise<void> {
  const { sdk, client } = await clientIn(source);
  await client.send(new sdk.DetachPolicyCommand({ PolicyId, TargetId }));
}
