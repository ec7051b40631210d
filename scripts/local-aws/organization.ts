import {
  CreateAccountCommand,
  CreateOrganizationalUnitCommand,
  CreateOrganizationCommand,
  EnablePolicyTypeCommand,
  ListRootsCommand,
  MoveAccountCommand,
  OrganizationsClient,
} from '@aws-sdk/client-organizations';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { given, type SiteSettings } from './site.ts';

/** The role that Organizations makes in every account that it creates. */
export const memberRole = 'OrganizationAccountAccessRole';

/** What moto takes for its own account, 123456789012: the management account of the organization. */
export const management = { accessKeyId: 'local', secretAccessKey: 'local' };

export interface Organization {
  id: string;
  /** The unit `sandboxes` that holds the accounts. */
  unit: string;
  /** Account ids by name. */
  accounts: Readonly<Record<string, string>>;
}

export async function createOrganization(endpoint: string, names: readonly string[]): Promise<Organization> {
  const client = new OrganizationsClient({ endpoint, region: 'us-east-1', credentials: management });
  const { Organization } = await client.send(new CreateOrganizationCommand({ FeatureSet: 'ALL' }));
  const { Roots: [root] = [] } = await client.send(new ListRootsCommand({}));
  const rootId = given(root?.Id, 'a root');
  // A freeze attaches one.
  await client.send(new EnablePolicyTypeCommand({ RootId: rootId, PolicyType: 'SERVICE_CONTROL_POLICY' }));
  const { OrganizationalUnit } = await client.send(
    new CreateOrganizationalUnitCommand({ ParentId: rootId, Name: 'sandboxes' }),
  );
  const unit = given(OrganizationalUnit?.Id, 'a unit');
  const accounts: Record<string, string> = {};
  for (const name of names) {
    const { CreateAccountStatus } = await client.send(
      new CreateAccountCommand({ AccountName: name, Email: `${name}@example.com`, RoleName: memberRole }),
    );
    const AccountId = given(CreateAccountStatus?.AccountId, 'an account id');
    await client.send(new MoveAccountCommand({ AccountId, SourceParentId: rootId, DestinationParentId: unit }));
    accounts[name] = AccountId;
  }
  return { id: given(Organization?.Id, 'an organization id'), unit, accounts };
}

/** Credentials for one account, which moto keeps apart from the others by them. */
export async function credentialsIn(endpoint: string, account: string): Promise<SiteSettings['credentials']> {
  const client = new STSClient({ endpoint, region: 'us-east-1', credentials: management });
  const RoleArn = `arn:aws:iam::${account}:role/${memberRole}`;
  const { Credentials } = await client.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'seed' }));
  return {
    accessKeyId: given(Credentials?.AccessKeyId, 'a key'),
    secretAccessKey: given(Credentials?.SecretAccessKey, 'a key'),
    sessionToken: given(Credentials?.SessionToken, 'a token'),
  };
}
