import {
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeNetworkInterfacesCommand,
  EC2Client,
  type Instance,
} from '@aws-sdk/client-ec2';
import { expect } from 'vitest';
import { day, hour, type Instant, toIso } from '../../lib/core/time.ts';
import { given } from '../../scripts/local-aws/site.ts';
import { fillMetrics, stagingServer } from '../../scripts/local-aws/staging-server.ts';
import { type Days, openDays } from './idle-days-stage.ts';

export interface StagingServer {
  id: string;
  arn: string;
  ec2: EC2Client;
  /** As EC2 shows it. */
  live: () => Promise<Instance & { state: string; tags: Record<string, string> }>;
}

/** A staging server of Ana's, without an expiry of its own. */
export async function aServer(days: Days, disks = 2): Promise<StagingServer> {
  const { site } = days;
  const tags = { Name: 'web', environment: 'staging', owner: 'ana' };
  const { id } = await stagingServer(site, { tags, disks });
  const ec2 = site.client(EC2Client);
  return {
    id,
    ec2,
    arn: `arn:aws:ec2:${site.region}:${site.account}:instance/${id}`,
    async live() {
      const { Reservations = [] } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
      const instance = given(Reservations[0]?.Instances?.[0], 'the server');
      return { ...instance, state: String(instance.State?.Name), tags: tagsOf(instance) };
    },
  };
}

export function tagsOf({ Tags = [] }: Pick<Instance, 'Tags'>): Record<string, string> {
  return Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value]));
}

/** The images of the account, the oldest first, with the day until which each is kept. */
export async function imagesIn({ site, start }: Days): Promise<{ id: string; keptTo: number }[]> {
  const { Images = [] } = await site.client(EC2Client).send(new DescribeImagesCommand({ Owners: ['self'] }));
  const images = Images.toSorted((a, b) => (String(a.CreationDate) < String(b.CreationDate) ? -1 : 1));
  return images.map(({ ImageId = '', Tags = [] }) => {
    const keepUntil = Date.parse(tagsOf({ Tags })['mayfly:keep-until'] ?? '');
    return { id: ImageId, keptTo: Math.floor((keepUntil - start) / day) };
  });
}

/** The network interface that has this address, or had it. */
export async function interfaceWith({ site }: Days, address: string) {
  const Filters = [{ Name: 'addresses.private-ip-address', Values: [address] }];
  const { NetworkInterfaces = [] } = await site
    .client(EC2Client)
    .send(new DescribeNetworkInterfacesCommand({ Filters }));
  return NetworkInterfaces.map(({ Status }) => Status);
}

/** What a server measures that does nothing, up to that day. */
export async function quietTo(days: Days, { id }: Pick<StagingServer, 'id'>, lastDay: number, cpu = 1): Promise<void> {
  const until = days.start + lastDay * day;
  const about = { namespace: 'AWS/EC2', dimensions: [{ Name: 'InstanceId', Value: id }], until };
  await fillMetrics(
    days.site,
    { ...about, hours: 18 * 24 },
    { CPUUtilization: cpu, NetworkIn: 1000, NetworkOut: 1000 },
  );
}

export function dateOn({ start }: Pick<Days, 'start'>, days: number): string {
  return toIso((start + days * day) as Instant);
}

/** A server that was warned, copied and stopped in its time; the hour after its thirtieth day. */
export async function stoppedServer(): Promise<{ days: Days; server: StagingServer }> {
  const days = await openDays({ requireMetrics: false });
  const server = await aServer(days);
  for (const at of [0, 27 * day, 30 * day, 30 * day + hour]) await days.sweep(at);
  expect(await server.live()).toMatchObject({ state: 'stopped' });
  return { days, server };
}

/** The same, warned of its end; half an hour before that. */
export async function leavingServer(): Promise<{ days: Days; server: StagingServer }> {
  const stage = await stoppedServer();
  expect(await stage.days.sweep(43 * day + 2 * hour)).toEqual(['server: warn expiring, warned']);
  expect(await stage.days.sweep(44 * day + 0.5 * hour)).toEqual(['server: warn expiring, warned']);
  return stage;
}
