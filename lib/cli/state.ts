import { dirname, isAbsolute, join } from 'node:path';
import { clientSource, retryStrategyForShard } from '../adapters/aws-clients.ts';
import { ownRegion } from '../adapters/aws-cloud.ts';
import { systemClock } from '../adapters/clock.ts';
import { readOnlySqliteLedger, sqliteLedger } from '../adapters/ledger-sqlite.ts';
import { folderPriceStore } from '../adapters/prices/price-store-folder.ts';
import { s3PriceStore } from '../adapters/prices/price-store-s3.ts';
import { folderRecipeStore, forgetfulRecipeStore } from '../adapters/recipe-store-folder.ts';
import { folderRunStore, forgetfulRunStore } from '../adapters/run-store-folder.ts';
import type { Policy } from '../core/policy.ts';
import type { Ports } from '../use-cases/ports.ts';
import type { PriceStore } from '../use-cases/ports-money.ts';

export interface StateOptions {
  /** The policy file, beside which a relative folder is. */
  config: string;
  /** Whether the command writes to the ledger. */
  writes: boolean;
  /** Whether the run store may keep anything. */
  keeps: boolean;
}

type State = Pick<Ports, 'ledger' | 'runStore' | 'recipes'> & { priceStore: Pick<PriceStore, 'load'> };

/**
 * Ledger and run store where the policy's `state` says: a folder, or the table and bucket of a hub. Switches and leases
 * follow the real clock, also when the policy is tried on another day.
 */
export async function openState({ state }: Policy, options: StateOptions): Promise<State> {
  return typeof state === 'string' ? inFolder(state, options) : inHub(state, options);
}

function inFolder(state: string, { config, writes, keeps }: StateOptions): State {
  const folder = isAbsolute(state) ? state : join(dirname(config), state);
  const file = join(folder, 'ledger.sqlite');
  return {
    ledger: writes ? sqliteLedger(file, systemClock) : readOnlySqliteLedger(file, systemClock),
    runStore: keeps ? folderRunStore(folder) : forgetfulRunStore,
    recipes: keeps ? folderRecipeStore(folder) : forgetfulRecipeStore,
    priceStore: folderPriceStore(folder),
  };
}

/** With the caller's own credentials, in the caller's own region. */
async function inHub({ table, bucket }: { table: string; bucket: string }, { writes, keeps }: StateOptions) {
  const [{ dynamodbLedger }, { readOnlyLedger }, { s3RunStore }, { s3RecipeStore }, region] = await Promise.all([
    import('../adapters/ledger-dynamodb.ts'),
    import('../adapters/ledger-read-only.ts'),
    import('../adapters/run-store-s3.ts'),
    import('../adapters/recipe-store-s3.ts'),
    ownRegion(),
  ]);
  const ledger = dynamodbLedger({ table, region, clock: systemClock });
  return {
    ledger: writes ? ledger : readOnlyLedger(ledger),
    runStore: keeps ? s3RunStore({ bucket, region }) : forgetfulRunStore,
    recipes: keeps ? s3RecipeStore({ bucket, region }) : forgetfulRecipeStore,
    priceStore: s3PriceStore({ bucket, source: clientSource({ region, retryStrategy: retryStrategyForShard() }) }),
  };
}
