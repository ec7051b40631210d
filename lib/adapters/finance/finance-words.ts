import type { Amount, Sum } from '../../core/cost.ts';
import type { Savings } from '../../core/finance-report.ts';

const cents = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const dollars = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** `$1,234` from a thousand on, `$31.50` below; `-$31.50`. */
export function usdInWords(usd: number): string {
  const size = Math.abs(usd);
  const text = size >= 1000 ? dollars.format(size) : cents.format(size);
  return usd < 0 && text !== '0.00' ? `-$${text}` : `$${text}`;
}

/** `~$31.50` is an estimate, `$31.50` is what AWS billed. */
export function amountInWords(amount: Amount): string {
  if (amount.kind === 'unknown') return 'unknown';
  if (amount.kind === 'actual') return usdInWords(amount.usd);
  return `${amount.atMost ? 'at most ' : ''}~${usdInWords(amount.usd)}`;
}

/** `~$4,210 a month`. An unknown sum says so. */
export function idleInWords({ amount }: Sum): string {
  return amount.kind === 'unknown' ? 'what it costs is unknown' : `${amountInWords(amount)} a month`;
}

/** How much is not in a sum; `undefined` where all of it is. */
export function unknownInWords({ known, unknown }: Sum): string | undefined {
  if (unknown === 0) return undefined;
  const [part, all] = [unknown, known + unknown].map((one) => one.toLocaleString('en'));
  return unknown === 1
    ? `1 of ${all} has no known cost and is not in the sum`
    : `${part} of ${all} have no known cost and are not in the sum`;
}

/** What was spared, always an estimate; nothing known where all of it has no price, or the ledger was not read. */
export function savedInWords({ usd, removed, stopped, unknown, cameBack, notKnown }: Savings): string {
  if (notKnown) return 'unknown, because the ledger could not be read';
  const sum = usd === 0 && unknown > 0 ? 'unknown' : `~${usdInWords(usd)}`;
  const parts = [
    `${removed.toLocaleString('en')} removed, ${stopped.toLocaleString('en')} stopped`,
    unknown > 0 && `${unknown.toLocaleString('en')} without a known price not in the sum`,
    cameBack > 0 && `${cameBack.toLocaleString('en')} came back and ${cameBack === 1 ? 'was' : 'were'} taken off`,
  ].filter((part) => part !== false);
  return `${sum} (${parts.join('; ')})`;
}
