import { expect, test } from 'vitest';
import { violationsOf } from '../../../lib/adapters/slack/limits.ts';
import { reportMessage } from '../../../lib/adapters/slack/report-message.ts';
import { aReport } from './notices.ts';

const report = aReport({
  lostOfRun: ['whom the run warned can not be read: <!channel> is damaged', 'x'.repeat(5000)],
});

test('what can not be told of a run is said in its report, and nobody is called by it', () => {
  const message = reportMessage(report, 'UTC');
  expect(JSON.stringify(message.blocks)).toMatch(/Not told here: whom the run warned can not be read: &lt;!channel/);
  expect(message.text).toBe('Mayfly: a part of it can not be told');
  expect(violationsOf(message)).toEqual([]);
});
