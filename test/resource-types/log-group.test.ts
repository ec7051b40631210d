import { expect, test } from 'vitest';
import { parseArn } from '../../lib/core/arn.ts';
import { logGroup } from '../../lib/resource-types/log-group.ts';

const arn = 'arn:aws:logs:eu-west-1:222222222222:log-group:/aws/lambda/resize';

test.each([
  [arn, '/aws/lambda/resize'],
  [`${arn}:*`, '/aws/lambda/resize'],
  [`${arn}:log-stream:2026/11/23/a`, undefined],
])('%s names the group %s', (text, id) => {
  expect(logGroup.idIn(parseArn(text) ?? expect.fail())).toBe(id);
});
