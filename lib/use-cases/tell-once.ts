import { type Duration, minute } from '../core/time.ts';
import type { Ports } from './ports.ts';

/** A post takes seconds; whoever began one and has not ended it after this was cut off. */
const patience: Duration = minute / 2;

/** One way of telling people something. */
export interface Way {
  name: string;
  /** Under which the ledger knows that it was told. */
  key: string;
  /** Gives what may follow once it is written down that people were told. Throws where they were not. */
  tell: () => Promise<(() => Promise<void>) | undefined | void>;
}

/**
 * Tells people, unless another try has done it; false where one has. Tries that come together take turns, so that the
 * later one sees whether the earlier has told it. Throws where people were not told. Only a post whose answer was lost
 * on its way is told again: nobody knows then that it arrived.
 */
export async function tellOnce(
  ports: Pick<Ports, 'ledger' | 'clock'>,
  { name, key, tell }: Way,
  problems: string[],
): Promise<boolean> {
  if (!(await waitForTurn(ports, key))) return false;
  const then = await tell();
  await ports.ledger.markTold([key], ports.clock.now()).catch(({ message }: Error) => {
    problems.push(`that ${name} was told can't be kept: ${message}; it may be told twice`);
  });
  await then?.();
  return true;
}

/** A turn belongs to whoever takes it first, once whoever had the one before is through, or has had time to be. */
async function waitForTurn({ ledger, clock }: Pick<Ports, 'ledger' | 'clock'>, key: string): Promise<boolean> {
  for (;;) {
    if ((await ledger.toldAt([key])).has(key)) return false;
    const turn = Math.floor(clock.now() / patience);
    const [own, before] = [`${key}/${turn}`, `${key}/${turn - 1}`];
    if ((await ledger.beginTask(own)) === 'first') {
      if ((await ledger.beginTask(before)) !== 'begun') return true;
      await ledger.endTask(own);
    }
    await clock.sleep(patience);
  }
}
