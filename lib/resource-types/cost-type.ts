import type { Cost } from '../core/cost.ts';
import type { Shard } from '../core/resource.ts';
import type { CostTypeId } from './cost-type-ids.ts';
import type { Aws, ClientConstructor, ClientSource, Description, Operation, Permission } from './define.ts';

/** A type that is counted because it costs by standing there, and that Mayfly never removes. */
interface CostDefinition<Sdk, Client> {
  id: CostTypeId;
  /** For people: `NAT gateway`. */
  title: string;
  /** Local module with the names that the type uses, so that each service is loaded only when it is needed. */
  sdk: () => Promise<Sdk>;
  client: (sdk: Sdk) => ClientConstructor<Client>;
  /** All of the type in the shard, tagged or not, in as few calls as AWS allows; throws where a page can't be read. */
  census: Operation<(aws: Aws<Sdk, Client>) => Promise<Description[]>>;
  /** What it costs a month, by what its description shows; or why nobody can tell. */
  cost: Cost;
}

/** A counted type as the rest of the house sees it. */
export interface CostType {
  id: CostTypeId;
  title: string;
  cost: Cost;
  needs: { census: readonly Permission[] };
  /** The constructors of the clients that it uses, to ask where they would connect to. */
  clientsOf: () => Promise<ClientConstructor<unknown>[]>;
  bind: (
    source: ClientSource,
    shard: Shard & { partition: string },
  ) => Promise<{ census: () => Promise<Description[]> }>;
}

export function defineCostType<Sdk, Client>(definition: CostDefinition<Sdk, Client>): CostType {
  const { id, title, cost, census } = definition;
  return {
    id,
    title,
    cost,
    needs: { census: census.needs },
    clientsOf: async () => [definition.client(await definition.sdk())],
    bind: async (source, shard) => {
      const sdk = await definition.sdk();
      return { census: () => census.run({ sdk, client: source(definition.client(sdk)), source, shard }) };
    },
  };
}
