import type { Shard } from '../../lib/core/resource.ts';
import type { Session } from '../../lib/use-cases/ports.ts';
import type { Answer } from '../samples/sample.ts';
import { answeredClients, outputOf } from './answered-clients.ts';
import type { World } from './world.ts';
import { answersOf } from './world-answers.ts';
import type { Place } from './world-places.ts';

/** Clients of one account and region of a world. */
export function sourceIn(world: World, { account: id }: Shard, place: Place): Session['source'] {
  const own = {
    ...answersOf(place, world.clock),
    ListBuckets: () => ({ Buckets: world.buckets(id) }),
    GetBucketTagging: {},
    ...world.answers,
  };
  const answers = Object.entries<Answer>(own).map(([command, answer]) => [
    command,
    (input: Readonly<Record<string, unknown>>) => {
      world.sent.push({ service: '', command, input, account: id });
      return world.refuse.get(command)?.(input) ?? outputOf(answer, input) ?? {};
    },
  ]);
  return answeredClients(Object.fromEntries(answers)).source;
}
