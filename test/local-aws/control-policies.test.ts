import {
  DeletePolicyCommand,
  DescribePolicyCommand,
  EnablePolicyTypeCommand,
  ListPoliciesForTargetCommand,
  ListRootsCommand,
  ListTagsForResourceCommand,
  OrganizationsClient,
  RemoveAccountFromOrganizationCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-organizations';
import { beforeEach, expect, inject, test } from 'vitest';
import { controlPolicies } from '../../lib/adapters/control-policies.ts';
import { freezeDocument } from '../../lib/core/guard-freeze.ts';
import { resetMoto } from '../../scripts/local-aws/moto.ts';
import { createOrganization } from '../../scripts/local-aws/organization.ts';
import { given } from '../../scripts/local-aws/site.ts';
import { heldClock } from '../fakes/clocks.ts';

const endpoint = inject('motoUrl');
const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
const client = new OrganizationsClient({ endpoint, region: 'us-east-1', credentials });
const policy = { role: 'none', roles: { guard: 'mayfly-guard' } };
const Filter = 'SERVICE_CONTROL_POLICY';

/** What a new run knows: nothing. */
const port = (roles: Record<string, string> = policy.roles) =>
  controlPolicies({
    source: (make) => new make({ endpoint, region: 'us-east-1', credentials }),
    policy: { ...policy, roles },
    clock: heldClock(),
  });

let account = '';
let management = '';

beforeEach(async () => {
  await resetMoto(endpoint);
  const organization = await createOrganization(endpoint, ['dev']);
  account = given(organization.accounts['dev'], 'an account');
  management = '123456789012';
  const { Roots: [root] = [] } = await client.send(new ListRootsCommand({}));
  const isOn = root?.PolicyTypes?.some(({ Type, Status }) => Type === Filter && Status === 'ENABLED');
  const RootId = given(root?.Id, 'a root');
  if (!isOn) await client.send(new EnablePolicyTypeCommand({ RootId, PolicyType: Filter }));
});

async function attachedTo(TargetId: string): Promise<string[]> {
  const { Policies = [] } = await client.send(new ListPoliciesForTargetCommand({ TargetId, Filter }));
  return Policies.flatMap(({ Name }) => Name ?? []);
}

test('the policy is made, attached and detached, each of it twice', async () => {
  expect(await port().mayFreeze('mayfly-freeze')).toEqual({ management, policy: 'missing' });
  const made = await port().look('mayfly-freeze', account, { makes: true });
  expect(made).toMatchObject({ policy: expect.stringMatching(/^p-/), state: 'detached' });
  expect(await port().look('mayfly-freeze', account, { makes: true })).toEqual(made);

  const { Policy: kept } = await client.send(new DescribePolicyCommand({ PolicyId: made.policy }));
  expect(kept?.Content).toBe(freezeDocument(policy));
  const { Tags } = await client.send(new ListTagsForResourceCommand({ ResourceId: made.policy }));
  expect(Tags).toEqual([{ Key: 'mayfly:policy', Value: 'freeze' }]);

  await port().attach(made.policy, account);
  await port().attach(made.policy, account);
  expect((await attachedTo(account)).filter((name) => name === 'mayfly-freeze')).toHaveLength(1);
  expect(await port().look('mayfly-freeze', account, { makes: true })).toEqual({
    policy: made.policy,
    state: 'attached',
  });
  expect(await port().attachment(made.policy, account)).toBe('attached');

  await port().detach(made.policy, account);
  await port().detach(made.policy, account);
  expect(await attachedTo(account)).not.toContain('mayfly-freeze');
  expect(await port().attachment(made.policy, account)).toBe('detached');
});

test('it is brought up to date where roles were renamed, and left alone once it is no longer tagged', async () => {
  const { policy: id } = await port().look('mayfly-freeze', account, { makes: true });
  const renamed = { guard: 'mayfly-brake' };
  expect(await port(renamed).mayFreeze('mayfly-freeze')).toEqual({ management, policy: 'outdated' });
  expect(await port(renamed).look('mayfly-freeze', account, { makes: true })).toEqual({
    policy: id,
    state: 'detached',
  });
  const content = async () =>
    (await client.send(new DescribePolicyCommand({ PolicyId: id }))).Policy?.Content ?? 'nothing';
  expect(await content()).toBe(freezeDocument({ role: 'none', roles: renamed }));

  await client.send(new UntagResourceCommand({ ResourceId: id, TagKeys: ['mayfly:policy'] }));
  expect(await port().look('mayfly-freeze', account, { makes: true })).toMatchObject({ state: 'not-allowed' });
  expect(await content()).toContain('mayfly-brake');
});

test('an account that has left is gone, a policy that was deleted is detached, and both can be detached', async () => {
  const { policy: id } = await port().look('mayfly-freeze', account, { makes: true });
  await client.send(new DeletePolicyCommand({ PolicyId: id }));
  expect(await port().attachment(id, account)).toBe('detached');
  await port().detach(id, account);
  await expect(port().attach(id, account)).rejects.toThrow(/the next freeze makes it again/);

  const again = await port().look('mayfly-freeze', account, { makes: true });
  await client.send(new RemoveAccountFromOrganizationCommand({ AccountId: account }));
  expect(await port().attachment(again.policy, account)).toBe('gone');
  expect(await port().look('mayfly-freeze', account, { makes: true })).toMatchObject({ state: 'not-allowed' });
  await port().detach(again.policy, account);
  await expect(port().attach(again.policy, account)).rejects.toThrow(/no longer, in this organization/);
});

// moto attaches any number of policies: what AWS says to one too many is answered from memory, in the adapter's tests.
test('the management account is not bound', async () => {
  expect(await port().look('mayfly-freeze', management, { makes: true })).toMatchObject({
    policy: 'mayfly-freeze',
    state: 'not-allowed',
    why: expect.stringContaining('management account'),
  });
});
