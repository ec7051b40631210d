import type { Clock } from '../../lib/use-cases/ports.ts';
import { type Answer, awsError } from '../samples/sample.ts';
import { type Place, tagList } from './world-places.ts';

/** A stack that fails to go is left in DELETE_FAILED, at the time of the order. */
export function stackAnswers({ stacks }: Place, clock: Clock): Record<string, Answer> {
  const answers = {
    DescribeStacks({ StackName }: { StackName: string }) {
      const stack = stacks.get(StackName);
      if (stack === undefined) return awsError('ValidationError', `Stack with id ${StackName} does not exist`);
      const { arn, createdAt, tags, protected: EnableTerminationProtection, failedAt, failsWith } = stack;
      const CreationTime = new Date(createdAt);
      const StackId = arn;
      return {
        Stacks: [
          {
            StackId,
            StackName: 'x',
            CreationTime,
            StackStatus: failedAt === undefined ? 'CREATE_COMPLETE' : 'DELETE_FAILED',
            ...(failedAt !== undefined && { DeletionTime: new Date(failedAt), StackStatusReason: failsWith }),
            Tags: tagList(tags),
            EnableTerminationProtection,
          },
        ],
      };
    },
    ListStackResources: ({ StackName }: { StackName: string }) => ({
      StackResourceSummaries: (stacks.get(StackName)?.members ?? []).map(({ type, id }) => ({
        ResourceType: type,
        PhysicalResourceId: id,
        ResourceStatus: 'CREATE_COMPLETE',
      })),
    }),
    DeleteStack({ StackName }: { StackName: string }) {
      const stack = stacks.get(StackName);
      if (stack?.failsWith === undefined) stacks.delete(StackName);
      else stack.failedAt = clock.now();
      return {};
    },
  };
  return answers as Record<string, Answer>;
}
