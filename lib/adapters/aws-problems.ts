/** What a person can do about the errors that AWS gives before any work starts, by AWS's error names. */
const remedies: Readonly<Record<string, string>> = {
  AccessDenied: 'check that the role exists there, that its trust policy names this caller, and the external id',
  AccessDeniedException: 'this caller may not ask; use the management account or a delegated administrator',
  AWSOrganizationsNotInUseException:
    'these credentials belong to an account outside an organization; list accounts by id',
  CredentialsProviderError: 'set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY',
  ExpiredToken: 'the credentials have expired; sign in again',
  ExpiredTokenException: 'the credentials have expired; sign in again',
  InvalidClientTokenId: 'these credentials are unknown to AWS there: they are wrong, or the region is not switched on',
  UnrecognizedClientException:
    'these credentials are unknown to AWS there: they are wrong, or the region is not switched on',
  AuthFailure: 'these credentials are unknown to AWS there: they are wrong, or the region is not switched on',
  RegionDisabledException: 'the region is not switched on for this account; leave it out of the policy',
  ParentNotFoundException: 'no such organizational unit; see Organizations in the console for its id',
  ENOTFOUND: 'no such endpoint: is the region spelled right?',
  ECONNREFUSED: 'nothing listens there: check AWS_ENDPOINT_URL',
};

/** An error with the doing, what AWS said, and what to do next; `own` are remedies that fit the doing better. */
export function accountProblem(error: unknown, doing: string, own: Readonly<Record<string, string>> = {}): Error {
  const { name, message, code } = error as { name?: string; message?: string; code?: string };
  const known = { ...remedies, ...own };
  const remedy = known[code ?? ''] ?? known[name ?? ''];
  const said = [name, message].filter((part) => part !== undefined && part !== '').join(': ');
  return new Error(`${doing} failed (${said})${remedy === undefined ? '' : `; ${remedy}`}`, { cause: error });
}
