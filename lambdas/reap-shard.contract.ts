export { hubEnv as reapShardEnv, shardEvent as reapShardEvent } from './hub.contract.ts';
