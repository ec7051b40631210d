import { describe, test } from 'vitest';
import type { Ledger } from '../../lib/use-cases/ports.ts';
import { type HeldClock, heldClock } from '../fakes/clocks.ts';
import { guardCases } from './ledger-conformance-guard.ts';
import { peopleCases, taskCases } from './ledger-conformance-people.ts';
import { resourceCases, sightedCases } from './ledger-conformance-resources.ts';
import { approvalCases, leaseCases, switchCases } from './ledger-conformance-runs.ts';
import { noticeCases, postponedCases, toldCases } from './ledger-conformance-telling.ts';
import { turnCases } from './ledger-conformance-turns.ts';

/** Opens the same ledger each time it is called: two of them are two processes. */
export type OpenLedger = (clock: HeldClock) => Promise<Ledger> | Ledger;

export type Case = (ledger: Ledger, clock: HeldClock, open: OpenLedger) => Promise<void>;

const chapters = {
  resources: resourceCases,
  sighted: sightedCases,
  turns: turnCases,
  switches: switchCases,
  approvals: approvalCases,
  lease: leaseCases,
  notices: noticeCases,
  told: toldCases,
  postponed: postponedCases,
  tasks: taskCases,
  people: peopleCases,
  guard: guardCases,
};

/** What every ledger must do. `fresh` gives a way to open one empty ledger, any number of times. */
export function ledgerConformance(fresh: () => OpenLedger): void {
  describe.each(Object.entries(chapters))('%s', (_, cases) => {
    test.each(Object.entries(cases))('%s', async (_name, check) => {
      const open = fresh();
      const clock = heldClock();
      const ledger = await open(clock);
      try {
        await check(ledger, clock, open);
      } finally {
        ledger.close();
      }
    });
  });
}
