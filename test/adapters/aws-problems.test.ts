import { expect, test } from 'vitest';
import { accountProblem } from '../../lib/adapters/aws-problems.ts';
import { awsError } from '../samples/sample.ts';

test.each([
  ['AccessDenied', /trust policy/],
  ['ExpiredTokenException', /sign in again/],
  ['CredentialsProviderError', /AWS_PROFILE/],
  ['ParentNotFoundException', /organizational unit/],
])('%s is told with what AWS said and what to do next', (name, remedy) => {
  const cause = awsError(name, 'what AWS said');
  const problem = accountProblem(cause, 'assuming the role');
  expect(problem.message).toMatch(new RegExp(`^assuming the role failed \\(${name}: what AWS said\\); `));
  expect(problem.message).toMatch(remedy);
  expect(problem.cause).toBe(cause);
});

test('an error of the connection is known by its code', () => {
  const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' });
  expect(accountProblem(refused, 'asking').message).toMatch(/ECONNREFUSED.*; nothing listens there/);
});

test('an error that nobody expected is told as it is, without advice', () => {
  expect(accountProblem(awsError('Surprise', 'oh'), 'asking').message).toBe('asking failed (Surprise: oh)');
  expect(accountProblem(new Error(''), 'asking').message).toBe('asking failed (Error)');
});
