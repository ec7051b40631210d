import type { Ports } from '../../lib/use-cases/ports.ts';
import type { Answer } from '../samples/sample.ts';
import { ec2InstanceServer } from '../samples/servers/ec2-instance.ts';
import { answeredClients, type Sent } from './answered-clients.ts';
import { aWorld, type World } from './world.ts';

export const serverArn = `arn:aws:ec2:eu-west-1:222222222222:instance/${ec2InstanceServer.id}`;

const stagingTags = { Name: 'web', environment: 'staging', owner: 'ana', team: 'shop', 'cost-centre': '4711' };

export interface ServerStage {
  world: World;
  ports: Ports;
  sent: Sent[];
  /** Names of commands, in their order. */
  commands: () => string[];
}

type Tags = Readonly<Record<string, string>>;

/** The EC2 server of the samples in one region, launched on 2026-10-01, with the true answers to every question. */
export function serverStage(about: { tags?: Tags; answers?: Readonly<Record<string, Answer>> } = {}): ServerStage {
  const tags = { ...stagingTags, ...about.tags };
  const world = aWorld();
  const { source, sent } = answeredClients({
    ...ec2InstanceServer.answers,
    DescribeInstances: retagged(ec2InstanceServer.answers['DescribeInstances'] as Answer, tags),
    LookupEvents: { Events: [] },
    ...about.answers,
  });
  const { ports } = world;
  const listed = [{ arn: serverArn, tags }];
  return {
    world,
    ports: {
      ...ports,
      cloud: { ...ports.cloud, reader: async () => ({ source, partition: 'aws' }) },
      inventory: {
        tagged: async (_session, _shard, keys) => ({
          listed: listed.filter((one) => keys.some((key) => key in one.tags)),
          problems: [],
        }),
        withTag: async () => [],
      },
    },
    sent,
    commands: () => sent.map(({ command }) => command),
  };
}

function retagged(answer: Answer, tags: Tags): Answer {
  return ((input: object) => {
    const { Reservations } = (answer as unknown as (input: object) => { Reservations: { Instances: object[] }[] })(
      input,
    );
    const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
    return {
      Reservations: Reservations.map(({ Instances }) => ({ Instances: Instances.map((one) => ({ ...one, Tags })) })),
    };
  }) as unknown as Answer;
}
