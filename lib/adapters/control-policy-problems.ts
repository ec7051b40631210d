import { accountProblem } from './aws-problems.ts';

const enable = 'enable service control policies in Organizations (Policies), which needs all of its features';

/** What a person can do about the errors of Organizations, by AWS's names. */
const remedies: Readonly<Record<string, string>> = {
  AccessDeniedException:
    'deploy the hub in the management account of the organization, or delegate service control policies to its ' +
    'account (Organizations, Settings, Delegated administrator)',
  AWSOrganizationsNotInUseException:
    "these credentials belong to an account outside an organization: use the hub's account, a member of one",
  ConcurrentModificationException: 'somebody else changes the organization; it is tried again',
  PolicyChangesInProgressException: 'somebody else changes policies; it is tried again',
  PolicyTypeNotEnabledException: enable,
  PolicyTypeNotAvailableForOrganizationException: enable,
  PolicyNotFoundException: 'somebody has deleted the policy; the next freeze makes it again',
  MalformedPolicyDocumentException: 'check the names under roles in the policy file',
  TargetNotFoundException: 'the account is not, or no longer, in this organization',
  AccountNotFoundException: 'the account is not, or no longer, in this organization',
  TooManyRequestsException: 'Organizations takes few calls a second; it is tried again',
};

/** The same for the reasons of `ConstraintViolationException`. */
const constraints: Readonly<Record<string, string>> = {
  MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED:
    'the account has as many service control policies as AWS allows: detach one from it, or join two',
  MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED:
    'an account must keep one service control policy: attach FullAWSAccess to it first',
  POLICY_NUMBER_LIMIT_EXCEEDED: 'the organization has as many policies as AWS allows: delete one',
  POLICY_CONTENT_LIMIT_EXCEEDED: 'the policy is too long: choose shorter names under roles in the policy file',
};

/** Why there is no freeze, already in words. */
export class FreezeObstacle extends Error {
  override name = 'FreezeObstacle';
}

/** An error of Organizations gets the doing, what AWS said, and what to do next. */
export async function inWords<T>(doing: string, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw error instanceof FreezeObstacle ? error : controlProblem(error, doing);
  }
}

function controlProblem(error: unknown, doing: string): Error {
  const { Reason = '' } = error as { Reason?: string };
  const constraint = constraints[Reason];
  return accountProblem(error, doing, {
    ...remedies,
    ...(constraint !== undefined && { ConstraintViolationException: constraint }),
  });
}

/** Whether AWS refused the call, so that it changed nothing: after a time-out nobody knows. */
export function isRefusal(error: unknown): boolean {
  return (error as { $fault?: string }).$fault === 'client';
}
