import { describe, expect, test } from 'vitest';
import { actGrants } from '../../lib/infra/member-act.ts';
import { intoPolicies, policiesPerRole, policyMax, sizeOf } from '../../lib/infra/member-policies.ts';
import { readGrants } from '../../lib/infra/permissions.ts';
import { resourceTypes } from '../../lib/resource-types/index.ts';
import { fakeType, pairsIn } from './member-pairs.ts';
import { grantsOf, memberPolicy, type Role } from './member-simulation.ts';

const roles: readonly Role[] = ['read', 'act', 'tag', 'stack', 'idle'];

describe('the sizes that IAM sets', () => {
  const fiveKeys = memberPolicy({
    expiry: { tags: ['expires-at', 'ttl', 'delete-after', 'auto-delete', 'expiry'] },
    idle: { match: { environment: ['staging', 'stage', 'int*'], team: ['*'] } },
  });

  test.each(roles)('mayfly-%s fits, also with five expiry keys and in the partition with the longest name', (role) => {
    const policies = intoPolicies(role, grantsOf(role, fiveKeys));
    expect(policies.flat()).toHaveLength(grantsOf(role, fiveKeys).length);
    expect(Math.max(...policies.map(sizeOf))).toBeLessThanOrEqual(policyMax);
    // Room for the three parameters of mayfly-act.
    expect(policies.length).toBeLessThanOrEqual(policiesPerRole - 3);
  });

  test('a statement that is too long is cut between services, and grants the same', () => {
    const types = Array.from({ length: 200 }, (_, index) => fakeType({}, `made-up-service-${index}`));
    const grants = readGrants(types);
    const policies = intoPolicies('read', grants);
    expect(policies.length).toBeGreaterThan(1);
    expect(Math.max(...policies.map(sizeOf))).toBeLessThanOrEqual(policyMax);
    expect(pairsIn(policies.flat())).toEqual(pairsIn(grants));
  });

  test('a role that would need more policies than AWS attaches is an error that says what to do', () => {
    const tags = Array.from({ length: 40 }, (_, index) => `expires-${index}`);
    const many = memberPolicy({ expiry: { tags } });
    expect(() => intoPolicies('mayfly-act', actGrants(resourceTypes, many))).toThrow(/mayfly-act.*fewer expiry.tags/);
  });
});
