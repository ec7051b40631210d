import { expect, test } from 'vitest';
import { sessionPolicyMax } from '../../lib/adapters/session-policy.ts';
import { costTypes } from '../../lib/resource-types/cost-types.ts';
import { readActions } from '../../lib/use-cases/read-actions.ts';

test('a session that only reads counts all that costs, changes nothing, and fits into one policy', async () => {
  const actions = await readActions();
  const counted = costTypes.flatMap(({ needs }) => needs.census.flatMap((need) => [...need.actions]));
  expect(actions).toEqual(expect.arrayContaining(counted));
  expect(actions.filter((action) => !/^[a-z0-9-]+:(Describe|List|Get|LookupEvents)/.test(action))).toEqual([]);
  const statement = { Effect: 'Allow', Action: actions, Resource: '*' };
  const policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  // New types need room, too.
  expect(policy.length).toBeLessThan(sessionPolicyMax - 200);
});
