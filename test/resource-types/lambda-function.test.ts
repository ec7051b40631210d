import { expect, test } from 'vitest';
import { parseArn } from '../../lib/core/arn.ts';
import type { ClientSource } from '../../lib/resource-types/define.ts';
import { lambdaFunction } from '../../lib/resource-types/lambda-function.ts';

const arn = 'arn:aws:lambda:eu-west-1:222222222222:function:resize';

async function withAnswer(answer: object) {
  const source: ClientSource = (make) => {
    const client = new make({ region: 'eu-west-1' });
    return Object.assign(client as object, { send: async () => answer }) as typeof client;
  };
  return lambdaFunction.bind(source, { account: '222222222222', region: 'eu-west-1', partition: 'aws' });
}

test('a function whose tags can not be read is unreadable, not untagged', async () => {
  const TagsError = { ErrorCode: 'AccessDeniedException', Message: 'not authorized to perform lambda:ListTags' };
  const { describe } = await withAnswer({ Configuration: { FunctionArn: arn }, TagsError });
  expect(await describe(['resize'])).toMatchObject([
    { kind: 'unreadable', why: expect.stringContaining('lambda:ListTags') },
  ]);
});

test('a durable function that waits for its executions is not gone yet', async () => {
  const { describe, remove } = await withAnswer({
    StatusCode: 202,
    Configuration: { FunctionArn: arn, State: 'Deleting' },
  });
  const target = { kind: 'present', id: 'resize', arn, identity: arn, tags: {}, facts: {} } as const;
  const settings = { finalSnapshot: false, keepUntil: 0, stripKeys: [], objectsPerPass: 1 };
  expect(await remove([target], settings)).toEqual([{ kind: 'requested', id: 'resize' }]);
  expect(await describe(['resize'])).toEqual([{ kind: 'leaving', id: 'resize' }]);
});

test.each([':7', ':live', ':$LATEST'])('the ARN of a version or an alias, %s, is no function', (qualifier) => {
  expect(lambdaFunction.idIn(parseArn(arn + qualifier) ?? expect.fail())).toBeUndefined();
});
