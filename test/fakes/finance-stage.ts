import { tagsNamed } from '../../lib/core/expiry.ts';
import type { Clock, Listed } from '../../lib/use-cases/ports.ts';
import { heldClock } from './clocks.ts';
import { type Standing, standing, type Tags } from './standing.ts';
import { aWorld, type World } from './world.ts';

/** A world in which things stand, cost and are listed, tagged or not. */
export interface FinanceStage extends Omit<ReturnType<typeof standing>, 'aws' | 'answers'> {
  world: World;
  aws: Standing;
  /** Behind Mayfly's back. */
  take: (arn: string) => void;
}

export function financeStage(clock: Clock = heldClock()): FinanceStage {
  const world = aWorld(clock);
  const { aws, answers, ...make } = standing();
  Object.assign(world.answers, answers);
  const listed: Listed[] = [];
  const list =
    <More extends unknown[]>(put: (id: string, tags?: Tags, ...more: More) => string) =>
    (id: string, tags: Tags = {}, ...more: More): string => {
      const arn = put(id, tags, ...more);
      listed.push({ arn, tags });
      return arn;
    };
  world.ports.inventory.tagged = async (_session, _shard, keys) => ({
    listed: listed.filter(({ tags }) => tagsNamed(tags, keys).length > 0),
    problems: [],
  });
  return {
    world,
    aws,
    volume: list(make.volume),
    instance: list(make.instance),
    database: list(make.database),
    balancer: list(make.balancer),
    gateway: list(make.gateway),
    take(arn) {
      const id = arn.split('/').at(-1);
      aws.volumes = aws.volumes.filter(({ VolumeId }) => VolumeId !== id);
    },
  };
}
