import { createHash } from 'node:crypto';
import type { Instance, RunInstancesRequest } from '@aws-sdk/client-ec2';
import type { Ec2 } from './ec2-image.ts';
import { lostIn } from './ec2-lost.ts';
import { ec2RecipeVersion, findInstance, type InstanceSettings } from './ec2-recipe.ts';
import { finishRestore } from './ec2-restore-finish.ts';
import { networkFor } from './ec2-restore-network.ts';
import { restoredKey, restoredTags } from './own-copy.ts';
import { otherRecipe } from './recipe-version.ts';
import { codeOf, messageOf } from './removal-errors.ts';
import type { RestoreOrder, RestoreResult } from './server-operations.ts';
import { tagList } from './tag-list.ts';

/**
 * Makes a server of its image again. It is found by its tag when it is asked for again, and AWS itself makes only one
 * for a token; what can only be done once it runs is done then.
 */
export async function restoreInstance(aws: Ec2, order: RestoreOrder): Promise<RestoreResult> {
  const { recipe, copy } = order;
  const refusal = otherRecipe(recipe, 'ec2:instance', ec2RecipeVersion, copy);
  if (refusal !== undefined) return refusal;
  const settings = recipe.settings as unknown as InstanceSettings;
  // Somebody's server with that tag would be given the addresses and the target groups of this one.
  const restored = await findInstance(aws, { [`tag:${restoredKey}`]: [copy.id], 'image-id': [copy.id] });
  if (restored !== undefined) return described(aws, order, settings, restored);
  const network = await networkFor(aws, settings, copy);
  if (typeof network === 'string') return { kind: 'refused', id: copy.id, why: network, code: 'NoNetwork' };
  const started = await run(aws, { ...requestOf(order, settings), ...network });
  return 'kind' in started ? started : described(aws, order, settings, started);
}

async function described(
  aws: Ec2,
  { copy, stripKeys }: RestoreOrder,
  settings: InstanceSettings,
  instance: Instance,
): Promise<RestoreResult> {
  const { InstanceId: id = '' } = instance;
  const { partition, region, account } = aws.shard;
  const { lost, pending } = await finishRestore(aws, { settings, instance, copy, stripKeys });
  const arn = `arn:${partition}:ec2:${region}:${account}:instance/${id}`;
  return { kind: 'restored', id, arn, identity: id, lost: [...lostIn(settings, instance), ...lost], pending };
}

function requestOf(
  { recipe, secret, copy, stripKeys }: RestoreOrder,
  { launch }: InstanceSettings,
): RunInstancesRequest {
  return {
    ...launch,
    ImageId: copy.id,
    MinCount: 1,
    MaxCount: 1,
    ...(secret !== undefined && { UserData: secret }),
    TagSpecifications: [
      { ResourceType: 'instance', Tags: tagList(restoredTags(recipe.tags, copy, stripKeys)) },
      { ResourceType: 'volume', Tags: tagList({ [restoredKey]: copy.id }) },
    ],
  };
}

/** Parts of a request that may be gone meanwhile, and what AWS says then. A server without them is better than none. */
const fallbacks: readonly { part: keyof RunInstancesRequest; codes: RegExp; says: RegExp }[] = [
  { part: 'KeyName', codes: /^InvalidKeyPair/, says: /./ },
  {
    part: 'IamInstanceProfile',
    codes: /^(InvalidParameterValue|InvalidIamInstanceProfile)/,
    says: /instance.?profile/i,
  },
  // AWS does not say what of a request is not allowed; handing over a role mostly is what is not.
  { part: 'IamInstanceProfile', codes: /^UnauthorizedOperation$/, says: /./ },
  { part: 'Placement', codes: /^(InvalidPlacementGroup|InvalidGroup)/, says: /./ },
  { part: 'CreditSpecification', codes: /^InvalidCreditSpecification/, says: /./ },
];

/** A token is good for one server: where AWS answers with one that is terminated, the next token makes another. */
const tokensMax = 3;

async function run(
  { client, sdk }: Ec2,
  request: RunInstancesRequest,
): Promise<Instance | Extract<RestoreResult, { kind: 'refused' | 'transient' }>> {
  const id = request.ImageId ?? '';
  let wanted = request;
  let token = 0;
  for (let attempt = 0; attempt < tokensMax + fallbacks.length; attempt += 1) {
    try {
      const ClientToken = tokenFor(id, token);
      const { Instances: [started] = [] } = await client.send(new sdk.RunInstancesCommand({ ...wanted, ClientToken }));
      const state = started?.State?.Name;
      if (started !== undefined && state !== 'terminated' && state !== 'shutting-down') return started;
      token += 1;
      if (token === tokensMax) break;
    } catch (error) {
      if (codeOf(error) === 'IdempotentParameterMismatch') {
        const why = 'it is being restored by another call, and does not show yet';
        return { kind: 'transient', id, why, code: codeOf(error) };
      }
      const fallback = fallbacks.find(
        ({ part, codes, says }) =>
          wanted[part] !== undefined && codes.test(codeOf(error)) && says.test(messageOf(error)),
      );
      if (fallback === undefined) throw error;
      wanted = without(wanted, fallback.part);
    }
  }
  const why = 'AWS answers with servers of this copy that are terminated already: try again in a day';
  return { kind: 'refused', id, why, code: 'Terminated' };
}

/** The zone of a placement is the subnet's in any case. */
function without(request: RunInstancesRequest, part: keyof RunInstancesRequest): RunInstancesRequest {
  const { [part]: _, ...rest } = request;
  return rest as RunInstancesRequest;
}

function tokenFor(image: string, count: number): string {
  return createHash('sha256').update(`${image} ${count}`).digest('hex').slice(0, 64);
}
