import { loadConfig, memoize, NODE_REGION_CONFIG_FILE_OPTIONS, NODE_REGION_CONFIG_OPTIONS } from '@smithy/core/config';
import type { AdaptiveRetryStrategy } from '@smithy/core/retry';
import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from '@smithy/types';
import { partitionOf } from '../core/arn.ts';
import type { Policy } from '../core/policy.ts';
import type { Shard } from '../core/resource.ts';
import type { IamAction } from '../resource-types/define.ts';
import type { Cloud, HubMarks, Session, SkippedAccount } from '../use-cases/ports.ts';
import { clientSource, retryStrategyForShard } from './aws-clients.ts';
import { hubsNamedIn } from './aws-hub-marks.ts';
import { accountProblem } from './aws-problems.ts';
import { sessionPolicy, sessionPolicyMax } from './session-policy.ts';

export interface AwsCloudSettings {
  policy: Policy;
  /** The name of the sessions, which CloudTrail shows for everything they do. */
  runId: string;
  /** What reading needs: narrows the session where one role serves for everything. */
  readActions: () => Promise<readonly IamAction[]>;
}

/** Session credentials are renewed this long before they end. */
const renewBeforeMs = 5 * 60_000;

/** AWS through assumed roles, or through the caller's own credentials where the policy names no role. */
export function awsCloud({ policy, runId, readActions }: AwsCloudSettings): Cloud {
  const strategies = new Map<string, AdaptiveRetryStrategy>();
  const readers = new Map<string, Promise<Session>>();
  const identity = lazily(async () => (await callerIdentity(homeRegion(policy))).account);

  const strategyFor = ({ account, region }: Shard) => {
    const key = `${account} ${region}`;
    const known = strategies.get(key) ?? retryStrategyForShard();
    strategies.set(key, known);
    return known;
  };

  const sessionIn = async (shard: Shard, role: string, narrowedTo?: string): Promise<Session> => {
    const partition = partitionOf(shard.region);
    const retryStrategy = strategyFor(shard);
    if (role === 'none') {
      const account = await identity();
      if (account !== shard.account) {
        throw new Error(
          `the credentials belong to account ${account}, not ${shard.account}: ` +
            'name a role in the policy (role: …) that can be assumed there',
        );
      }
      return { source: clientSource({ region: shard.region, retryStrategy }), partition };
    }
    const provider = assumed({ shard, partition, role, policy, runId, retryStrategy, narrowedTo });
    await provider();
    return { source: clientSource({ region: shard.region, retryStrategy, credentials: provider }), partition };
  };

  const roleFor = (purpose: 'read' | 'act' | 'tag' | 'idle' | 'guard') => policy.roles[purpose] ?? policy.role;
  const oneForAll = policy.roles.read === undefined && policy.role !== 'none';

  const readerIn = async (shard: Shard) =>
    sessionIn(shard, roleFor('read'), oneForAll ? readingOnly(await readActions()) : undefined);

  const reader = (shard: Shard) => {
    const key = `${shard.account} ${shard.region}`;
    const known = readers.get(key) ?? readerIn(shard);
    readers.set(key, known);
    return known;
  };

  return {
    checkCredentials: async () => void (await identity()),
    callerAccount: identity,
    hubsOf: (account, regions) => hubsOf(reader, account, [...new Set([...regions, homeRegion(policy)])]),
    accountsOf: (unit) => accountsIn(unit, homeRegion(policy)),
    enabledRegions: async (account) => {
      const session = await sessionIn({ account, region: homeRegion(policy) }, roleFor('read'));
      return enabledRegions(session);
    },
    reader,
    remover: (shard, scope) => sessionIn(shard, roleFor('act'), scope && sessionPolicy(scope)),
    fits: (scope, work = 'act') => roleFor(work) === 'none' || sessionPolicy(scope).length <= sessionPolicyMax,
    tagger: (shard) => sessionIn(shard, roleFor('tag')),
    idler: (shard) => sessionIn(shard, roleFor('idle')),
    guard: (shard, scope) => sessionIn(shard, roleFor('guard'), scope && sessionPolicy(scope)),
    stackRoleArn: (account) =>
      policy.roles.stack === undefined
        ? undefined
        : `arn:${partitionOf(homeRegion(policy))}:iam::${account}:role/${policy.roles.stack}`,
  };
}

async function hubsOf(reader: Cloud['reader'], account: string, regions: readonly string[]): Promise<HubMarks> {
  const marks: HubMarks = { hubs: [], unread: [] };
  await Promise.all(
    regions.map(async (region) => {
      try {
        marks.hubs.push(...(await hubsNamedIn(await reader({ account, region }), region)));
      } catch (error) {
        marks.unread.push((error as Error).message);
      }
    }),
  );
  return marks;
}

function lazily<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** The region for global questions: the caller's own, or the first of the policy. */
export function homeRegion(policy: Policy): string {
  const first = policy.regions === 'enabled' ? undefined : policy.regions[0];
  return process.env['AWS_REGION'] ?? process.env['AWS_DEFAULT_REGION'] ?? first ?? 'us-east-1';
}

interface Assumption {
  shard: Shard;
  partition: string;
  role: string;
  policy: Policy;
  runId: string;
  retryStrategy: AdaptiveRetryStrategy;
  narrowedTo: string | undefined;
}

/** Credentials of a role in a shard's account, asked for once and renewed in time. */
function assumed(assumption: Assumption): AwsCredentialIdentityProvider {
  return memoize(
    () => assumeRole(assumption),
    ({ expiration }) => expiration !== undefined && expiration.getTime() - Date.now() < renewBeforeMs,
    ({ expiration }) => expiration !== undefined,
  );
}

async function assumeRole(assumption: Assumption): Promise<AwsCredentialIdentity> {
  const { shard, partition, role, policy, runId, retryStrategy, narrowedTo } = assumption;
  const sdk = await import('./sdk/sts.ts');
  const sts = clientSource({ region: shard.region, retryStrategy })(sdk.STSClient);
  const RoleArn = `arn:${partition}:iam::${shard.account}:role/${role}`;
  const externalId = policy.organization?.externalId;
  try {
    const { Credentials } = await sts.send(
      new sdk.AssumeRoleCommand({
        RoleArn,
        RoleSessionName: sessionWord(runId),
        // Roles of a member stack demand it, others refuse a call with it. Only a hub's policy names an organization.
        ...(policy.organization !== undefined && { SourceIdentity: sourceIdentity(runId) }),
        ...(externalId !== undefined && { ExternalId: externalId }),
        ...(narrowedTo !== undefined && { Policy: narrowedTo }),
      }),
    );
    return {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
      expiration: Credentials?.Expiration ?? new Date(Date.now() + renewBeforeMs),
    };
  } catch (error) {
    throw accountProblem(error, `assuming ${RoleArn}`);
  }
}

/** What CloudTrail shows for every call of a run, also after further roles. Members let in only what begins so. */
export function sourceIdentity(runId: string): string {
  return sessionWord(`mayfly-${runId}`);
}

/** STS takes these characters, and no more than 64 of them. */
function sessionWord(text: string): string {
  return text.replaceAll(/[^\w+=,.@-]/g, '-').slice(0, 64);
}

function readingOnly(actions: readonly IamAction[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }] });
}

/** Who the caller's own credentials belong to, and the region that they are set to. */
export async function callerIdentity(wanted?: string): Promise<{ account: string; region: string }> {
  const region = wanted ?? (await ownRegion());
  const sdk = await import('./sdk/sts.ts');
  const sts = clientSource({ region, retryStrategy: retryStrategyForShard() })(sdk.STSClient);
  try {
    const { Account = '' } = await sts.send(new sdk.GetCallerIdentityCommand({}));
    return { account: Account, region };
  } catch (error) {
    throw accountProblem(error, 'asking AWS who the credentials belong to');
  }
}

/** The region of the environment or of the profile, as the SDK finds it. */
export async function ownRegion(): Promise<string> {
  const configured = loadConfig(NODE_REGION_CONFIG_OPTIONS, NODE_REGION_CONFIG_FILE_OPTIONS);
  return (
    process.env['AWS_REGION'] ?? process.env['AWS_DEFAULT_REGION'] ?? (await configured().catch(() => 'us-east-1'))
  );
}

async function enabledRegions({ source }: Session): Promise<string[]> {
  const sdk = await import('./sdk/ec2-tags.ts');
  const { Regions = [] } = await source(sdk.EC2Client).send(new sdk.DescribeRegionsCommand({ AllRegions: false }));
  return Regions.flatMap(({ RegionName }) => RegionName ?? []).toSorted();
}

/** Accounts under a unit, nested units included. Organizations' pages may be empty and still go on. */
async function accountsIn(unit: string, region: string): Promise<{ ids: string[]; skipped: SkippedAccount[] }> {
  const sdk = await import('./sdk/organizations.ts');
  const client = clientSource({ region, retryStrategy: retryStrategyForShard() })(sdk.OrganizationsClient);
  const ids: string[] = [];
  const skipped: SkippedAccount[] = [];
  const visit = async (ParentId: string): Promise<void> => {
    for await (const { Accounts = [] } of sdk.paginateListAccountsForParent({ client }, { ParentId })) {
      for (const { Id = '', State, Status } of Accounts) {
        const state = State ?? Status ?? 'unknown';
        if (state === 'ACTIVE') ids.push(Id);
        else skipped.push({ id: Id, why: `Organizations says ${state}`, isInactive: true });
      }
    }
    for await (const page of sdk.paginateListOrganizationalUnitsForParent({ client }, { ParentId })) {
      for (const { Id } of page.OrganizationalUnits ?? []) if (Id !== undefined) await visit(Id);
    }
  };
  try {
    await visit(unit);
  } catch (error) {
    throw accountProblem(error, `listing the accounts of ${unit}`);
  }
  return { ids, skipped };
}
