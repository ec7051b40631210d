import type { DescribeSecretResponse } from '@aws-sdk/client-secrets-manager';
import { estimate } from '../core/cost.ts';
import type { Owner } from '../core/resource.ts';
import { type Aws, type Description, defineResourceType, type RemovalResult, type Target } from './define.ts';
import { codeOf, describeEach, messageOf, removeEach } from './removal-errors.ts';
import { tagMap } from './tag-list.ts';

type SecretsManager = Aws<
  typeof import('./sdk/secrets-manager.ts'),
  import('@aws-sdk/client-secrets-manager').SecretsManagerClient
>;

/** The longest window that AWS offers: a mistake can be undone for as long as possible. */
const recoveryDays = 30;

const goneNames = ['ResourceNotFoundException'];

/** A secret. AWS keeps it recoverable for a while after its removal; for us it has left then. */
export const secret = defineResourceType({
  id: 'secretsmanager:secret',
  title: 'Secret',
  // The six random characters at the end stay part of the id: they tell a secret from a later one of its name.
  idIn: ({ service, resource }) =>
    service === 'secretsmanager' ? /^secret:(.+-[A-Za-z0-9]{6})$/.exec(resource)?.[1] : undefined,
  cloudFormation: 'AWS::SecretsManager::Secret',
  sdk: () => import('./sdk/secrets-manager.ts'),
  client: (sdk) => sdk.SecretsManagerClient,
  after: [],
  removal: 'synchronous',

  describe: {
    needs: [{ actions: ['secretsmanager:DescribeSecret'], on: 'arn:aws:secretsmanager:REGION:ACCOUNT:secret:*' }],
    run: (aws, ids) =>
      describeEach(ids, goneNames, async (id) => {
        const input = { SecretId: arnOf(aws, id) };
        return describeSecret(aws, id, await aws.client.send(new aws.sdk.DescribeSecretCommand(input)));
      }),
  },

  remove: {
    needs: [
      {
        actions: ['secretsmanager:DeleteSecret'],
        on: 'arn:aws:secretsmanager:REGION:ACCOUNT:secret:*',
        guard: 'tags',
      },
    ],
    run: (aws, targets) =>
      // AWS answers InvalidRequest for a secret that another service manages, InvalidParameter for one with replicas.
      removeEach(targets, { gone: goneNames, blocked: ['InvalidRequestException'] }, (target) =>
        removeSecret(aws, target),
      ),
  },

  tag: {
    needs: [{ actions: ['secretsmanager:TagResource'], on: 'arn:aws:secretsmanager:REGION:ACCOUNT:secret:*' }],
    async run({ client, sdk }, { arn }, { key, value }) {
      await client.send(new sdk.TagResourceCommand({ SecretId: arn, Tags: [{ Key: key, Value: value }] }));
    },
  },

  cost: {
    says: 'the month that a secret or a replica is kept. Requests are not in it',
    fixed: true,
    monthlyUsd: (_, prices) => estimate(prices, [{ item: 'secrets-manager.secret.month', unit: 'month', quantity: 1 }]),
  },
});

/** A name with its random characters is no valid SecretId, the whole ARN is. */
function arnOf({ shard }: SecretsManager, id: string): string {
  return `arn:${shard.partition}:secretsmanager:${shard.region}:${shard.account}:secret:${id}`;
}

function describeSecret({ shard }: SecretsManager, id: string, found: DescribeSecretResponse): Description {
  if (found.DeletedDate !== undefined) return { kind: 'gone', id };
  if (found.ARN === undefined) throw new Error('DescribeSecret gave no ARN');
  const owner = ownerOf(found, shard.region);
  const usedBy = (found.ReplicationStatus ?? []).map(({ Region }) => ({
    words: `its replica in ${Region ?? 'another region'}`,
  }));
  return {
    kind: 'present',
    id,
    arn: found.ARN,
    identity: found.ARN,
    ...(found.CreatedDate !== undefined && { createdAt: found.CreatedDate.getTime() }),
    tags: tagMap(found.Tags),
    ...(owner !== undefined && { owner }),
    ...(owner === undefined && usedBy.length > 0 && { usedBy }),
    facts: { name: found.Name ?? id },
  };
}

/** A replica has the tags of its primary and goes with it; AWS refuses to delete it alone. */
function ownerOf({ OwningService, PrimaryRegion }: DescribeSecretResponse, region: string): Owner | undefined {
  if (OwningService !== undefined && OwningService !== '') return { kind: 'controller', name: OwningService };
  if (PrimaryRegion === undefined || PrimaryRegion === region) return undefined;
  return { kind: 'controller', name: `the secret's primary in ${PrimaryRegion}` };
}

async function removeSecret({ client, sdk }: SecretsManager, { arn }: Target): Promise<Partial<RemovalResult>> {
  try {
    const input = { SecretId: arn, RecoveryWindowInDays: recoveryDays };
    const { DeletionDate } = await client.send(new sdk.DeleteSecretCommand(input));
    return DeletionDate === undefined ? {} : { detail: `recoverable until ${DeletionDate.toISOString()}` };
  } catch (error) {
    const why = messageOf(error);
    if (codeOf(error) === 'InvalidRequestException' && /marked (as )?deleted|scheduled for deletion/i.test(why)) {
      return { kind: 'gone' };
    }
    if (codeOf(error) === 'InvalidParameterException' && /replica/i.test(why)) return { kind: 'blocked', why };
    throw error;
  }
}
