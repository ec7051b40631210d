import { type Sum, sum } from './cost.ts';

/** Sums of parts as the sum of the whole: what is unknown in one part is counted, and hides no other part. */
export function addSums(sums: readonly Sum[]): Sum {
  const counts = {
    known: sums.reduce((all, { known }) => all + known, 0),
    unknown: sums.reduce((all, { unknown }) => all + unknown, 0),
  };
  const some = sums.filter(({ known }) => known > 0).map(({ amount }) => amount);
  if (some.length === 0 && counts.unknown > 0) {
    return { amount: { kind: 'unknown', why: 'none of the amounts is known' }, ...counts };
  }
  return { amount: sum(some).amount, ...counts };
}
