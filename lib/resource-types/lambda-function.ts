import { noCost } from '../core/cost.ts';
import { defineResourceType } from './define.ts';
import { describeEach, removeEach } from './removal-errors.ts';

const goneNames = ['ResourceNotFoundException'];

/** A function with all its versions and aliases. Event source mappings and its log group stay. */
export const lambdaFunction = defineResourceType({
  id: 'lambda:function',
  title: 'Lambda function',
  // A longer ARN names a version or an alias, which carry no tags.
  idIn: ({ service, resource }) => (service === 'lambda' ? /^function:([\w-]+)$/.exec(resource)?.[1] : undefined),
  cloudFormation: 'AWS::Lambda::Function',
  sdk: () => import('./sdk/lambda.ts'),
  client: (sdk) => sdk.LambdaClient,
  after: [],
  removal: 'synchronous',

  describe: {
    needs: [
      { actions: ['lambda:GetFunction'], on: 'arn:aws:lambda:REGION:ACCOUNT:function:*' },
      {
        actions: ['lambda:ListTags'],
        on: 'arn:aws:lambda:REGION:ACCOUNT:function:*',
        implied: 'without it GetFunction leaves the tags out',
      },
    ],
    run: ({ client, sdk }, ids) =>
      describeEach(ids, goneNames, async (id) => {
        const answer = await client.send(new sdk.GetFunctionCommand({ FunctionName: id }));
        const { Configuration: { FunctionArn: arn, LastModified = '', ...facts } = {}, Tags = {}, TagsError } = answer;
        if (facts.State === 'Deleting') return { kind: 'leaving', id };
        if (arn === undefined) return { kind: 'unreadable', id, why: 'Lambda shows no ARN' };
        if (TagsError !== undefined) {
          return { kind: 'unreadable', id, why: `its tags: ${TagsError.ErrorCode}: ${TagsError.Message}` };
        }
        const changedAt = Date.parse(LastModified);
        return {
          kind: 'present',
          id,
          arn,
          // Lambda shows no creation time and no id, and its revision moves with every update: nothing tells a function
          // from a later one of its name but the tags and the last change.
          identity: `function ${arn}`,
          ...(!Number.isNaN(changedAt) && { changedAt }),
          tags: Tags,
          facts: {
            state: facts.State ?? 'unknown',
            runtime: facts.Runtime ?? facts.PackageType ?? 'unknown',
            ...(facts.MemorySize !== undefined && { memoryMb: facts.MemorySize }),
          },
        };
      }),
  },

  remove: {
    needs: [{ actions: ['lambda:DeleteFunction'], on: 'arn:aws:lambda:REGION:ACCOUNT:function:*', guard: 'tags' }],
    run: ({ client, sdk }, targets) =>
      removeEach(
        targets,
        // InvalidParameterValueException: CloudFront still has replicas of it at its edges.
        { gone: goneNames, blocked: ['ResourceConflictException', 'InvalidParameterValueException'] },
        async ({ id }) => {
          const { StatusCode } = await client.send(new sdk.DeleteFunctionCommand({ FunctionName: id }));
          // 202: a durable function goes when its executions have ended.
          return StatusCode === 202 ? { kind: 'requested' } : {};
        },
      ),
  },

  tag: {
    needs: [{ actions: ['lambda:TagResource'], on: 'arn:aws:lambda:REGION:ACCOUNT:function:*' }],
    async run({ client, sdk }, { arn }, { key, value }) {
      await client.send(new sdk.TagResourceCommand({ Resource: arn, Tags: { [key]: value } }));
    },
  },

  cost: noCost(
    'a function is billed by use, and one that nobody calls is not billed. Provisioned concurrency is not seen',
  ),
});
