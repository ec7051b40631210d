import { classicLoadBalancer } from './classic-load-balancer.ts';
import type { CostType } from './cost-type.ts';
import { ec2NatGateway } from './ec2-nat-gateway.ts';
import { efsFileSystem } from './efs-file-system.ts';
import { eksCluster } from './eks-cluster.ts';
import { elasticacheCluster } from './elasticache-cluster.ts';
import { elasticacheServerlessCache } from './elasticache-serverless-cache.ts';
import { opensearchDomain } from './opensearch-domain.ts';

/** Every type that Mayfly counts and never removes: no policy and no filter takes one. Loaded only to count. */
export const costTypes: readonly CostType[] = [
  classicLoadBalancer,
  ec2NatGateway,
  efsFileSystem,
  eksCluster,
  elasticacheCluster,
  elasticacheServerlessCache,
  opensearchDomain,
];
