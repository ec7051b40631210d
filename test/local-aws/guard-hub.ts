import {
  AutoScalingClient,
  CreateAutoScalingGroupCommand,
  CreateLaunchConfigurationCommand,
  DescribeAutoScalingGroupsCommand,
} from '@aws-sdk/client-auto-scaling';
import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { DescribeInstancesCommand, EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2';
import { ListPoliciesForTargetCommand, OrganizationsClient } from '@aws-sdk/client-organizations';
import { CreateDBInstanceCommand, DescribeDBInstancesCommand, RDSClient } from '@aws-sdk/client-rds';
import { systemClock } from '../../lib/adapters/clock.ts';
import { dynamodbLedger } from '../../lib/adapters/ledger-dynamodb.ts';
import type { GuardEvent } from '../../lib/core/guard-memory.ts';
import { management } from '../../scripts/local-aws/organization.ts';
import { given, type Site, tagList } from '../../scripts/local-aws/site.ts';
import { buttonsOf } from '../../scripts/local-slack/buttons.ts';
import type { Message } from '../../scripts/local-slack/conversation.ts';
import type { LocalSlack } from '../../scripts/local-slack/slack.ts';
import { ordersDatabase } from './orders-database.ts';

const ImageId = 'ami-0123456789abcdef0';

/** Gives the id of a server of some cents an hour. */
export async function aServer(site: Site, name: string, tags: Readonly<Record<string, string>> = {}): Promise<string> {
  const { Instances: [made] = [] } = await site.client(EC2Client).send(
    new RunInstancesCommand({
      ImageId,
      InstanceType: 'm6i.large',
      MinCount: 1,
      MaxCount: 1,
      TagSpecifications: [{ ResourceType: 'instance', Tags: tagList({ Name: name, ...tags }) }],
    }),
  );
  return given(made?.InstanceId, 'an instance');
}

const database = 'orders';
const group = 'workers';

/** Two servers and one that is protected, a database, and a group of one that may grow to five. */
export async function runaway(site: Site): Promise<Record<'web' | 'batch' | 'kept', string>> {
  await site.client(RDSClient).send(new CreateDBInstanceCommand(ordersDatabase));
  const scaling = site.client(AutoScalingClient);
  const template = { LaunchConfigurationName: group, ImageId, InstanceType: 't3.micro' };
  await scaling.send(new CreateLaunchConfigurationCommand(template));
  const sizes = { MinSize: 1, DesiredCapacity: 1, MaxSize: 5, AvailabilityZones: [`${site.region}a`] };
  await scaling.send(
    new CreateAutoScalingGroupCommand({ AutoScalingGroupName: group, LaunchConfigurationName: group, ...sizes }),
  );
  return {
    web: await aServer(site, 'web'),
    batch: await aServer(site, 'batch'),
    kept: await aServer(site, 'kept', { 'mayfly:protect': 'true' }),
  };
}

/** How all of it stands: servers by their names, the database, and least, desired and most of the group. */
export async function standing(site: Site): Promise<Record<string, string | undefined>> {
  const [{ Reservations = [] }, { DBInstances: [db] = [] }, { AutoScalingGroups: [sizes] = [] }] = await Promise.all([
    site.client(EC2Client).send(new DescribeInstancesCommand({})),
    site.client(RDSClient).send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: database })),
    site.client(AutoScalingClient).send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [group] })),
  ]);
  const servers = Reservations.flatMap(({ Instances = [] }) => Instances).flatMap(({ Tags = [], State }) => {
    const name = Tags.find(({ Key }) => Key === 'Name')?.Value;
    return name === undefined ? [] : [[name, State?.Name] as const];
  });
  return {
    ...Object.fromEntries(servers),
    [database]: db?.DBInstanceStatus,
    [group]: `${sizes?.MinSize} ${sizes?.DesiredCapacity} ${sizes?.MaxSize}`,
  };
}

/** Whether Organizations says that creations are denied in an account. */
export async function isFrozen(endpoint: string, account: string): Promise<boolean> {
  const client = new OrganizationsClient({ endpoint, region: 'us-east-1', credentials: management });
  const input = { TargetId: account, Filter: 'SERVICE_CONTROL_POLICY' } as const;
  const { Policies = [] } = await client.send(new ListPoliciesForTargetCommand(input));
  return Policies.some(({ Name }) => Name === 'mayfly-freeze');
}

/**
 * Tells what happened to an account under the guard since it was asked before, in few words; not that people were told
 * of it.
 */
export function ledgerEvents(
  settings: DynamoDBClientConfig & { region: string },
  table: string,
): (account: string) => Promise<string[]> {
  const client = new DynamoDBClient(settings);
  const source = <C>() => client as C;
  const ledger = dynamodbLedger({ table, region: settings.region, clock: systemClock, source });
  const heard = new Map<string, number>();
  return async (account) => {
    const all = await ledger.guardHistory(account);
    const before = heard.get(account) ?? 0;
    heard.set(account, all.length);
    return all.slice(before).flatMap(({ event }) => (event.kind === 'guard-told' ? [] : [inShort(event)]));
  };
}

/** `changed server`. */
function inShort(event: GuardEvent): string {
  const stage = 'stage' in event ? [event.stage] : [];
  const part = 'part' in event ? event.part : undefined;
  const kind =
    typeof part === 'string' ? (/^scp|\bdb\b|\binstance\b|\bautoScaling/.exec(part)?.[0] ?? part) : part?.kind;
  return [event.kind.replace('guard-', ''), ...stage, ...(kind === undefined ? [] : [kind])].join(' ');
}

/** How long a function may take that has to be started first, on a busy machine. */
export const patience = { timeoutMs: 60_000 };

export const words = ({ blocks }: Message) => JSON.stringify(blocks);
export const actionsOf = (message: Message) => buttonsOf(message).map(({ action }) => action);

/** #cloud-costs, as far as the guard writes there. */
export interface Channel {
  /** So much has happened in Slack until now. */
  now: () => number;
  /** The first message about an account that says something, after so much had happened. */
  told: (account: string, says: string, after: number) => Promise<Message>;
  /** How many messages there are about an account. */
  count: (account: string) => number;
}

export function channelOf({ conversation, channel }: LocalSlack): Channel {
  const id = channel('cloud-costs');
  const isAbout = (message: Message, account: string) =>
    message.channel === id && message.onlyFor === undefined && words(message).includes(account);
  return {
    now: () => conversation.happenings.length,
    told: (account, says, since) =>
      conversation.waitFor(
        (one) => {
          if (one.kind !== 'message' || !isAbout(one.message, account)) return undefined;
          return words(one.message).includes(says) ? one.message : undefined;
        },
        { what: `"${says}" about ${account}`, since, ...patience },
      ),
    count: (account) => conversation.messages().filter((message) => isAbout(message, account)).length,
  };
}
