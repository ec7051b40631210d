import { describe, expect, test } from 'vitest';
import { weeklyReportEvent } from '../../lambdas/weekly-report.contract.ts';
import { reportDate } from '../../lib/core/report-files.ts';
import { at } from '../fakes/builders.ts';

describe('the event', () => {
  test.each([
    ['of the schedule', { scheduledTime: '2026-11-30T07:00:00Z' }, '2026-11-30T07:00:00Z'],
    ['of a person who wants that of today', {}, undefined],
    ['of a local AWS', { scheduledTime: '<aws.scheduler.scheduled-time>' }, undefined],
  ])('%s says which report is meant', (_, event, expected) => {
    expect(weeklyReportEvent.parse(event).scheduledTime).toBe(expected);
  });

  test('of the hourly schedule asks for what waits', () => {
    expect(weeklyReportEvent.parse({ waiting: true })).toEqual({ waiting: true });
    expect(weeklyReportEvent.safeParse({ waiting: false }).success).toBe(false);
  });

  test.each(['2026-11-30', 'monday', ''])('that says %o is refused, and not taken for today', (scheduledTime) => {
    expect(weeklyReportEvent.safeParse({ scheduledTime }).success).toBe(false);
  });
});

describe('the day that a report is called by', () => {
  test.each([
    ['2026-11-30T07:00:00Z', 'Europe/Berlin', '2026-11-30'],
    ['2026-11-29T23:30:00Z', 'Europe/Berlin', '2026-11-30'],
    ['2026-11-30T02:00:00Z', 'America/New_York', '2026-11-29'],
    ['2026-03-29T01:00:00Z', 'Europe/Berlin', '2026-03-29'],
  ])('%s in %s is %s', (instant, zone, day) => {
    expect(reportDate(at(instant), zone)).toBe(day);
  });
});
