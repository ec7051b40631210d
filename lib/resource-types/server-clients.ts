import type { ClientConstructor } from './define.ts';

/** The clients that the operations of servers use besides their type's own. */
export async function serverClients(): Promise<ClientConstructor<unknown>[]> {
  const [{ CloudWatchClient }, { CloudTrailClient }, { ElasticLoadBalancingV2Client }, { KMSClient }] =
    await Promise.all([
      import('./sdk/cloudwatch.ts'),
      import('./sdk/cloudtrail.ts'),
      import('./sdk/elastic-load-balancing-v2.ts'),
      import('./sdk/kms.ts'),
    ]);
  return [CloudWatchClient, CloudTrailClient, ElasticLoadBalancingV2Client, KMSClient];
}
