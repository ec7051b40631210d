import { costTypes } from '../resource-types/cost-types.ts';
import type { ClientConstructor } from '../resource-types/define.ts';
import { resourceTypes } from '../resource-types/index.ts';

/** The constructors of all clients that types use, to ask where they would connect to. */
export async function typeClients(): Promise<ClientConstructor<unknown>[]> {
  const all = await Promise.all([...resourceTypes, ...costTypes].map((type) => type.clientsOf()));
  return [...new Set(all.flat())];
}
