import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { writeDocument } from '../../lib/cli/output.ts';
import { showPlan } from '../../lib/cli/show-plan.ts';
import { makePlan, type PlannedDecision } from '../../lib/core/plan.ts';
import { planDocument } from '../../lib/core/plan-document.ts';
import { aDecision, aPolicy, at } from '../fakes/builders.ts';

const policy = aPolicy({ limits: { monthlyUsd: 100 } });

let written: string[];
beforeEach(() => {
  written = [];
  const keep = (text: unknown) => written.push(String(text)) > 0;
  vi.spyOn(process.stderr, 'write').mockImplementation(keep);
  vi.spyOn(process.stdout, 'write').mockImplementation(keep);
});
afterEach(() => void vi.restoreAllMocks());

function planOf(...decisions: PlannedDecision[]) {
  return makePlan(
    { id: 'plan-1', now: at('2026-11-23T12:00Z'), mode: 'dry-run', shards: [], decisions },
    policy.limits,
  );
}

const shown = (...decisions: PlannedDecision[]) => {
  showPlan(planOf(...decisions), policy, { all: false });
  return written.join('');
};

const due = (number: number, monthlyUsd?: number) =>
  aDecision(number, 'expired', monthlyUsd === undefined ? {} : { monthlyUsd });

test('a plan has a column of money only where some is known', () => {
  expect(shown(due(1), due(2, 0))).not.toContain('$');
  expect(shown(due(1), due(2, 40.4))).toMatch(/\$\/month.*│ +40 │/s);
});

test('its last line says what goes costs together, and of how many that is not known', () => {
  expect(shown(due(1, 40.4), due(2, 9.6), due(3), aDecision(4, 'expiring', { monthlyUsd: 7 }))).toContain(
    '3 would be removed (about $50.00 a month, and what 1 of them cost is not known), 1 to warn about',
  );
});

test('what a limit holds for its money is told as money', () => {
  expect(shown(due(1, 140), due(2))).toContain(
    'removals of $140 a month, limits.monthlyUsd allows $100 a month; what 1 more would cost is not known',
  );
});

test('documents have no amount of what costs nothing: a program would read 0 as a price', () => {
  const plan = planOf(due(1, 0), due(2, 40.4), due(3));
  writeDocument(planDocument(plan, { all: false }), { json: true });
  const { decisions } = JSON.parse(written.join('')) as { decisions: PlannedDecision[] };
  expect(decisions.map(({ monthlyUsd }) => monthlyUsd)).toEqual([undefined, 40.4, undefined]);
});
