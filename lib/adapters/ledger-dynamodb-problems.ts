import { accountProblem } from './aws-problems.ts';

const denied =
  'the caller needs dynamodb:BatchGetItem and dynamodb:Query on the table and its index, and dynamodb:PutItem, ' +
  'dynamodb:UpdateItem and dynamodb:DeleteItem to write';

const throttled =
  'DynamoDB has throttled it for long: try again later, and see whether the table has a limit of its own';

/** What a person can do, by DynamoDB's error names. */
const remedies: Readonly<Record<string, string>> = {
  ResourceNotFoundException:
    'there is no such table in this region: deploy the hub, put its output LedgerTable into state.table of the ' +
    "policy, and set AWS_REGION to the hub's region",
  AccessDeniedException: denied,
  ProvisionedThroughputExceededException: throttled,
  RequestLimitExceeded: throttled,
  ThrottlingException: throttled,
};

/** DynamoDB has one name for all that it finds wrong; these words it has for a table with other keys. */
const otherKeys = /key element|missing the key|key schema|specified index|query key condition/i;

const notALedger = {
  ValidationException: "this table is none of a hub's, because its keys differ: see state.table in the policy",
};

export function tableProblem(error: unknown, doing: string): Error {
  const { message } = error as Error;
  return accountProblem(error, doing, otherKeys.test(message) ? { ...remedies, ...notALedger } : remedies);
}
