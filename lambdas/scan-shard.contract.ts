export { hubEnv as scanShardEnv, shardEvent as scanShardEvent } from './hub.contract.ts';
