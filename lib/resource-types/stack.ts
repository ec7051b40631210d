import type { Stack } from '@aws-sdk/client-cloudformation';
import { noCost } from '../core/cost.ts';
import type { Owner } from '../core/resource.ts';
import type { Instant } from '../core/time.ts';
import { inParallel } from './batches.ts';
import {
  type Description,
  defineResourceType,
  type RemovalFailure,
  type RemovalResult,
  type RemovalSettings,
  type Target,
  type UsedBy,
} from './define.ts';
import { codeOf, describeEach, messageOf, removeEach } from './removal-errors.ts';
import { type CloudFormation, membersOf, stackTypeName } from './stack-members.ts';
import { tagMap } from './tag-list.ts';

export { memberId } from './stack-members.ts';

/** ListImports takes one export a call. */
const exportsAtOnce = 4;

/** A CloudFormation stack with all its members. Its extension lives in the ledger: tagging a stack would update it. */
export const stack = defineResourceType({
  id: 'cloudformation:stack',
  title: 'CloudFormation stack',
  // The ARN ends in a UUID, which tells a stack from a later one of its name.
  idIn: ({ service, resource, text }) =>
    service === 'cloudformation' && /^stack\/[\w-]+\/[\w-]+$/.test(resource) ? text : undefined,
  cloudFormation: stackTypeName,
  sdk: () => import('./sdk/cloudformation.ts'),
  client: (sdk) => sdk.CloudFormationClient,
  after: [],
  removal: 'asynchronous',
  unpinned: 'without a role of its own CloudFormation deletes the members with the rights of the session',

  describe: {
    needs: [
      {
        actions: ['cloudformation:DescribeStacks', 'cloudformation:ListStackResources'],
        on: 'arn:aws:cloudformation:REGION:ACCOUNT:stack/*',
      },
      { actions: ['cloudformation:ListImports'], on: '*' },
    ],
    run: (aws, ids) => describeEach(ids, [], (id) => describeStack(aws, id)),
  },

  remove: {
    needs: [
      {
        actions: ['cloudformation:DeleteStack'],
        on: 'arn:aws:cloudformation:REGION:ACCOUNT:stack/*',
        guard: 'tags',
      },
      {
        actions: ['iam:PassRole'],
        on: 'arn:aws:iam::ACCOUNT:role/STACK_ROLE',
        implied: 'CloudFormation is handed the role that deletes the members',
      },
    ],
    run: (aws, targets, settings) =>
      removeEach(targets, { gone: [] }, (target) => removeStack(aws, target, settings), 'requested'),
  },

  cost: noCost('what is in a stack costs, and is counted as such'),
});

async function describeStack(aws: CloudFormation, id: string): Promise<Description> {
  const found = await readStack(aws, id);
  const status = found?.StackStatus;
  if (found === undefined || status === 'DELETE_COMPLETE') return { kind: 'gone', id };
  if (status === 'DELETE_IN_PROGRESS') return { kind: 'leaving', id };
  const owner = ownerOf(found);
  const usedBy = await usersOf(aws, found);
  const removalFailure = failureOf(found);
  return {
    kind: 'present',
    id,
    arn: id,
    identity: id,
    ...(found.CreationTime !== undefined && { createdAt: found.CreationTime.getTime() }),
    tags: tagMap(found.Tags),
    ...(found.EnableTerminationProtection && { protection: 'termination protection is on' }),
    ...(owner !== undefined && { owner }),
    ...(removalFailure !== undefined && { removalFailure }),
    ...(usedBy.length > 0 && { usedBy }),
    facts: {
      status: status ?? 'unknown',
      ...(found.StackStatusReason !== undefined && { statusReason: found.StackStatusReason }),
      lastOperationAt: new Date(lastOperation(found)).toISOString(),
    },
    carries: await membersOf(aws, id),
  };
}

/** AWS has no error name of its own for an unknown stack. */
async function readStack({ client, sdk }: CloudFormation, StackName: string): Promise<Stack | undefined> {
  try {
    const { Stacks: [found] = [] } = await client.send(new sdk.DescribeStacksCommand({ StackName }));
    if (found === undefined) throw new Error('DescribeStacks gave no answer about it');
    return found;
  } catch (error) {
    if (codeOf(error) === 'ValidationError' && /does not exist/.test(messageOf(error))) return undefined;
    throw error;
  }
}

/** A nested stack goes with its root; one that a stack set made comes back from there. */
function ownerOf({ RootId, ParentId, StackName = '' }: Stack): Owner | undefined {
  const root = RootId ?? ParentId;
  if (root !== undefined && root !== '') return { kind: 'stack', name: root };
  return /^StackSet-.+-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(StackName)
    ? { kind: 'controller', name: `the stack set of ${StackName}` }
    : undefined;
}

/** An operation under way, and stacks that import its exports: AWS takes the order to delete and then cancels it. */
async function usersOf(aws: CloudFormation, { StackStatus, Outputs = [] }: Stack): Promise<UsedBy[]> {
  // A stack in review waits for a person who never executed its first change set: no operation is under way.
  const isBusy = StackStatus?.endsWith('_IN_PROGRESS') && StackStatus !== 'REVIEW_IN_PROGRESS';
  if (isBusy) return [{ words: `an operation is in progress (${StackStatus})` }];
  const names = Outputs.flatMap(({ ExportName }) => (ExportName === undefined ? [] : [ExportName]));
  const importers = await inParallel(names, exportsAtOnce, (name) => importersOf(aws, name));
  return [...new Set(importers.flat())].map((name) => ({ words: `stack ${name} imports from it` }));
}

async function importersOf({ client, sdk }: CloudFormation, ExportName: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const { Imports = [] } of sdk.paginateListImports({ client }, { ExportName })) names.push(...Imports);
  } catch (error) {
    const isUnused = codeOf(error) === 'ValidationError' && /not imported by any stack/.test(messageOf(error));
    if (!isUnused) throw error;
  }
  return names;
}

function lastOperation({ CreationTime, LastUpdatedTime, DeletionTime }: Stack): Instant {
  return Math.max(...[CreationTime, LastUpdatedTime, DeletionTime].map((time) => time?.getTime() ?? 0));
}

/** A stack whose exports are imported goes back to the state that it had, and only the reason tells. */
function failureOf(stack: Stack): RemovalFailure | undefined {
  const { StackStatus, StackStatusReason = 'no reason is shown' } = stack;
  if (StackStatus !== 'DELETE_FAILED' && !/^delete cancell?ed/i.test(StackStatusReason)) return undefined;
  return { why: `its deletion failed: ${StackStatusReason}`, at: lastOperation(stack) };
}

async function removeStack(
  { client, sdk }: CloudFormation,
  { id, facts }: Target,
  { stackRoleArn }: RemovalSettings,
): Promise<Partial<RemovalResult>> {
  const input = { StackName: id, ...(stackRoleArn !== undefined && { RoleARN: stackRoleArn }) };
  try {
    await client.send(new sdk.DeleteStackCommand({ ...input, ClientRequestToken: requestToken(id, facts) }));
  } catch (error) {
    const why = messageOf(error);
    // The order is known already; if nothing came of it, it is given anew.
    if (codeOf(error) === 'TokenAlreadyExistsException') await client.send(new sdk.DeleteStackCommand(input));
    else if (codeOf(error) !== 'ValidationError') throw error;
    else if (/does not exist/.test(why)) return { kind: 'gone' };
    else if (/TerminationProtection|in use by|_IN_PROGRESS/.test(why)) return { kind: 'blocked', why };
    else throw error;
  }
  if (facts['status'] !== 'DELETE_FAILED') return {};
  return { detail: `tried again after a deletion that failed: ${facts['statusReason'] ?? 'no reason is shown'}` };
}

/**
 * The same for a repeated order, another one once the stack has moved on: AWS forgets no token of a failed deletion.
 */
function requestToken(id: string, facts: Target['facts']): string {
  return `mayfly-${id.split('/').at(-1)}-${Date.parse(String(facts['lastOperationAt']))}`.slice(0, 128);
}
