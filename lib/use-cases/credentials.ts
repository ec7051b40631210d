import { CouldNotStart } from './lease.ts';
import type { Ports } from './ports.ts';

/** Throws `CouldNotStart` where the caller's own credentials do not work: then nothing else could be told from it. */
export async function checkCredentials({ cloud }: Pick<Ports, 'cloud'>): Promise<void> {
  await cloud.checkCredentials().catch(({ message }: Error) => {
    throw new CouldNotStart(message);
  });
}
