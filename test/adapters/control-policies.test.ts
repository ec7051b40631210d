import { describe, expect, test } from 'vitest';
import {
  document,
  freezeTags,
  type HeldPolicy,
  management,
  name,
  type OrganizationSettings,
  organizationWith,
  ours,
} from '../fakes/answered-organization.ts';
import { type Answer, awsError } from '../samples/sample.ts';

const account = '222222222222';

/** Refuses so often, then answers. */
function refusedFirst(times: number, refusal: Error): Answer {
  let left = times;
  return () => (left-- > 0 ? refusal : {});
}

const constraint = (Reason: string) => Object.assign(awsError('ConstraintViolationException'), { Reason });
const lost = Object.assign(new Error('socket hang up'), { name: 'TimeoutError' });

describe('a look', () => {
  test('makes the policy where it is missing, with its tag, once for all accounts', async () => {
    const { port, policies, sent, changes } = organizationWith();
    expect(await port.look(name, account, { makes: true })).toEqual({ policy: 'p-made1234', state: 'detached' });
    expect(await port.look(name, '333333333333', { makes: true })).toEqual({ policy: 'p-made1234', state: 'detached' });
    expect(policies.get('p-made1234')).toMatchObject({ Name: name, Content: document, Tags: freezeTags });
    expect(changes()).toEqual(['CreatePolicy']);
    const { input } = sent.find(({ command }) => command === 'CreatePolicy') ?? {};
    expect(input).toMatchObject({ Type: 'SERVICE_CONTROL_POLICY', Description: expect.stringContaining('Mayfly') });
  });

  test.each([[[]], [[ours]], [[{ ...ours, Content: '{}' }]]])('that only asks changes nothing (%#)', async (held) => {
    const { port, changes } = organizationWith({ held });
    const policy = held.length === 0 ? name : ours.Id;
    expect(await port.look(name, account, { makes: false })).toEqual({ policy, state: 'detached' });
    expect(changes()).toEqual([]);
  });

  test('finds it on a later page, says whether it is attached, and changes nothing', async () => {
    const spaced = JSON.stringify(JSON.parse(document), undefined, 2);
    const { port, changes } = organizationWith({ held: [{ ...ours, Content: spaced }], attached: [ours.Id] });
    expect(await port.look(name, account, { makes: true })).toEqual({ policy: ours.Id, state: 'attached' });
    expect(changes()).toEqual([]);
  });

  test.each(['{"Version":"2012-10-17","Statement":[]}', 'no JSON', ''])('brings %j up to date', async (Content) => {
    const { port, policies, changes } = organizationWith({ held: [{ ...ours, Content }] });
    expect(await port.look(name, account, { makes: true })).toEqual({ policy: ours.Id, state: 'detached' });
    expect(policies.get(ours.Id)?.Content).toBe(document);
    expect(changes()).toEqual(['UpdatePolicy']);
  });

  test.each([
    ['no tags', []],
    ['another value', [{ Key: 'mayfly:policy', Value: 'other' }]],
    ['another key', [{ Key: 'team', Value: 'freeze' }]],
  ])('a policy of its name with %s is left as it is', async (_, Tags) => {
    const { port, changes } = organizationWith({ held: [{ ...ours, Tags, Content: '{}' }] });
    const found = await port.look(name, account, { makes: true });
    expect(found).toEqual({
      policy: name,
      state: 'not-allowed',
      why: expect.stringMatching(/not Mayfly's.*guard\.scp/),
    });
    expect(changes()).toEqual([]);
  });

  test("AWS's own policy is never Mayfly's", async () => {
    const found = await organizationWith().port.look('FullAWSAccess', account, { makes: true });
    expect(found).toMatchObject({ state: 'not-allowed', why: expect.stringContaining("not Mayfly's") });
  });

  test('another run made it in between: that one is taken', async () => {
    const organization = organizationWith({
      answers: {
        CreatePolicy: () => {
          organization.policies.set(ours.Id, ours);
          return awsError('DuplicatePolicyException');
        },
      },
    });
    expect(await organization.port.look(name, account, { makes: true })).toEqual({
      policy: ours.Id,
      state: 'detached',
    });
  });

  test('ten policies are as many as AWS attaches; nine leave room', async () => {
    const nine = Array.from({ length: 8 }, (_, index) => `p-other00${index}`);
    expect(
      await organizationWith({ held: [ours], attached: nine }).port.look(name, account, { makes: true }),
    ).toMatchObject({
      state: 'detached',
    });
    const ten = [...nine, 'p-other009'];
    const found = await organizationWith({ held: [ours], attached: ten }).port.look(name, account, { makes: true });
    expect(found).toEqual({ policy: ours.Id, state: 'quota', why: expect.stringMatching(/has 10 .*detach one/) });
    const among = await organizationWith({ held: [ours], attached: [...nine, ours.Id] }).port.look(name, account, {
      makes: true,
    });
    expect(among.state).toBe('attached');
  });

  test('the management account is not bound, and nothing is made for it', async () => {
    const { port, changes } = organizationWith();
    const found = await port.look(name, management, { makes: true });
    expect(found).toEqual({ policy: name, state: 'not-allowed', why: expect.stringContaining('management account') });
    expect(changes()).toEqual([]);
  });

  test.each<[string, Record<string, Answer>, RegExp]>([
    [
      'outside an organization',
      { DescribeOrganization: awsError('AWSOrganizationsNotInUseException') },
      /member of one/,
    ],
    ['a hub that may not ask', { ListRoots: awsError('AccessDeniedException') }, /delegate .* to its account/],
    ['policies that are off', { ListRoots: { Roots: [{ PolicyTypes: [] }] } }, /enable them in Organizations/],
    ['an account that has left', { ListPoliciesForTarget: awsError('TargetNotFoundException') }, /no longer/],
    ['a hub that may not make it', { CreatePolicy: awsError('AccessDeniedException') }, /making .*delegate/],
    ['too many policies', { CreatePolicy: constraint('POLICY_NUMBER_LIMIT_EXCEEDED') }, /delete one/],
    ['too long a policy', { CreatePolicy: constraint('POLICY_CONTENT_LIMIT_EXCEEDED') }, /shorter names/],
    ['a network that fails', { ListPolicies: lost }, /making the service control policy mayfly-freeze.*hang up/],
  ])('%s: why, and what to do', async (_, answers, says) => {
    const found = await organizationWith({ answers }).port.look(name, account, { makes: true });
    expect(found).toEqual({ policy: name, state: 'not-allowed', why: expect.stringMatching(says) });
  });

  test('what failed once is asked again', async () => {
    const answers = { CreatePolicy: refusedFirst(1, awsError('ServiceException')) };
    const { port, changes } = organizationWith({ answers });
    expect((await port.look(name, account, { makes: true })).state).toBe('not-allowed');
    await port.look(name, account, { makes: true });
    expect(changes()).toEqual(['CreatePolicy', 'CreatePolicy']);
  });
});

describe('attaching and detaching', () => {
  test('each once, and once more without an error', async () => {
    const { port, onAccount } = organizationWith({ held: [ours] });
    expect(await port.attachment(ours.Id, account)).toBe('detached');
    await port.attach(ours.Id, account);
    await port.attach(ours.Id, account);
    expect(await port.attachment(ours.Id, account)).toBe('attached');
    await port.detach(ours.Id, account);
    await port.detach(ours.Id, account);
    expect([...onAccount]).toEqual(['p-FullAWSAccess']);
  });

  test.each(['PolicyNotFoundException', 'TargetNotFoundException'])('%s is detached', async (gone) => {
    const { port } = organizationWith({ answers: { DetachPolicy: awsError(gone) } });
    await expect(port.detach(ours.Id, account)).resolves.toBeUndefined();
  });

  test.each<[string, 'attach' | 'detach', Error, RegExp]>([
    [
      'a full account',
      'attach',
      constraint('MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED'),
      /p-0a1b2c3d to 2+.*detach one/,
    ],
    ['the last policy', 'detach', constraint('MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED'), /from 2+.*FullAWSAccess/],
    ['an account that has left', 'attach', awsError('TargetNotFoundException'), /no longer/],
    ['a deleted policy', 'attach', awsError('PolicyNotFoundException'), /next freeze makes it/],
    ['a hub that may not', 'attach', awsError('AccessDeniedException'), /management account/],
    ['a hub that may no more', 'detach', awsError('AccessDeniedException'), /management account/],
    ['policies that are off', 'attach', awsError('PolicyTypeNotEnabledException'), /enable service control policies/],
  ])('%s: refused in words', async (_, doing, refusal, says) => {
    const answers = { AttachPolicy: refusal, DetachPolicy: refusal };
    const { port, changes } = organizationWith({ held: [ours], answers });
    await expect(port[doing](ours.Id, account)).rejects.toThrow(says);
    expect(changes()).toHaveLength(1);
  });

  test.each(['ConcurrentModificationException', 'PolicyChangesInProgressException'])('%s passes', async (passing) => {
    const answers = { AttachPolicy: refusedFirst(4, awsError(passing)) };
    const { port, slept, changes } = organizationWith({ held: [ours], answers });
    await port.attach(ours.Id, account);
    expect(slept).toEqual([1_000, 2_000, 3_000, 4_000]);
    expect(changes()).toHaveLength(5);
  });

  test('but is waited for no longer than that', async () => {
    const { port, changes } = organizationWith({
      answers: { AttachPolicy: awsError('ConcurrentModificationException') },
    });
    await expect(port.attach(ours.Id, account)).rejects.toThrow(/tried again/);
    expect(changes()).toHaveLength(5);
  });

  test.each(['attach', 'detach'] as const)('an answer to %s that was lost is looked for', async (doing) => {
    const organization = organizationWith({
      held: [ours],
      attached: doing === 'attach' ? [] : [ours.Id],
      answers: {
        AttachPolicy: () => {
          organization.onAccount.add(ours.Id);
          return lost;
        },
        DetachPolicy: () => {
          organization.onAccount.delete(ours.Id);
          return lost;
        },
      },
    });
    await expect(organization.port[doing](ours.Id, account)).resolves.toBeUndefined();
  });

  test('and where it did not come about, or nobody knows, it is no success', async () => {
    const { port: sure } = organizationWith({ held: [ours], answers: { AttachPolicy: lost } });
    await expect(sure.attach(ours.Id, account)).rejects.toThrow(/hang up/);
    const blind = { AttachPolicy: lost, ListPoliciesForTarget: lost };
    const { port } = organizationWith({ held: [ours], answers: blind });
    await expect(port.attach(ours.Id, account)).rejects.toThrow(/attaching.*hang up/);
  });
});

describe('how it stands', () => {
  test('gone: the account has left; without the policy it is detached, unread it is neither', async () => {
    const left = organizationWith({ answers: { ListPoliciesForTarget: awsError('TargetNotFoundException') } });
    expect(await left.port.attachment(ours.Id, account)).toBe('gone');
    expect(await organizationWith().port.attachment(ours.Id, account)).toBe('detached');
    const blind = organizationWith({ answers: { ListPoliciesForTarget: awsError('AccessDeniedException') } });
    await expect(blind.port.attachment(ours.Id, account)).rejects.toThrow(/AccessDeniedException/);
  });
});

describe('whether it may freeze', () => {
  test.each<[string, readonly HeldPolicy[], string]>([
    ['without the policy', [], 'missing'],
    ['with it', [ours], 'current'],
    ['with an older one', [{ ...ours, Content: '{}' }], 'outdated'],
  ])('%s: changes nothing', async (_, held, policyIs) => {
    const { port, changes } = organizationWith({ held });
    expect(await port.mayFreeze(name)).toEqual({ management, policy: policyIs });
    expect(changes()).toEqual([]);
  });

  test.each<[string, OrganizationSettings, RegExp]>([
    ["somebody's policy", { held: [{ ...ours, Tags: [] }] }, /not Mayfly's/],
    ['a hub that may not ask', { answers: { ListPolicies: awsError('AccessDeniedException') } }, /delegate/],
    ['policies that are off', { answers: { ListRoots: { Roots: [] } } }, /not enabled/],
  ])('%s: why not', async (_, settings, says) => {
    await expect(organizationWith(settings).port.mayFreeze(name)).rejects.toThrow(says);
  });
});
