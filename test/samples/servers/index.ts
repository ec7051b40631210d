import { ec2InstanceServer } from './ec2-instance.ts';
import { rdsClusterServer } from './rds-cluster.ts';
import { rdsDbServer } from './rds-db.ts';
import type { ServerSample } from './server-sample.ts';

/** One for each type that is a server; the contract test misses the others by name. */
export const serverSamples: readonly ServerSample[] = [ec2InstanceServer, rdsClusterServer, rdsDbServer];
