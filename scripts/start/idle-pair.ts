import { CreateSecurityGroupCommand, DescribeInstancesCommand, EC2Client, type Instance } from '@aws-sdk/client-ec2';
import { hour, type Instant } from '../../lib/core/time.ts';
import { resetMoto } from '../local-aws/moto.ts';
import { createOrganization, credentialsIn } from '../local-aws/organization.ts';
import { given, type Site, siteIn } from '../local-aws/site.ts';
import { fillMetrics, stagingServer } from '../local-aws/staging-server.ts';
import { type Stage, steps } from './stage.ts';

export interface StagingServer {
  id: string;
  arn: string;
  group: string;
  address: string;
}

/** Two staging servers that do nothing, in an organization of one account. */
export interface IdlePair {
  site: Site;
  web: StagingServer;
  api: StagingServer;
  otherGroup: string;
}

const region = 'us-east-1';

/** Seeds an organization of its own in the place of the stage's, as it is at that instant. */
export async function idlePair(stage: Stage, at: Instant): Promise<IdlePair> {
  let pair: IdlePair | undefined;
  await steps([
    {
      title: 'Two staging servers that nobody uses, in an account of their own',
      task: async () => {
        const { url } = stage.moto;
        await resetMoto(url);
        const organization = await createOrganization(url, ['dev']);
        const account = given(organization.accounts['dev'], 'an account');
        const site = siteIn(account, { endpoint: url, region, credentials: await credentialsIn(url, account), at });
        Object.assign(stage.world, { organization, regions: [region], manifest: [] });
        const web = await aServer(site, 'web', at);
        const api = await aServer(site, 'api', at);
        pair = { site, web, api, otherGroup: await anotherGroup(site, api) };
      },
    },
  ]);
  if (pair === undefined) throw new Error('the two servers were not made');
  return pair;
}

const metrics = { CPUUtilization: 1, NetworkIn: 1000, NetworkOut: 1000 };
const measuredHours = 24 * 47;

async function aServer(site: Site, name: string, at: Instant): Promise<StagingServer> {
  const { id } = await stagingServer(site, { tags: { Name: name, environment: 'staging', owner: 'ana' } });
  const { PrivateIpAddress, NetworkInterfaces } = await found(site, id);
  const dimensions = [{ Name: 'InstanceId', Value: id }];
  await fillMetrics(
    site,
    { namespace: 'AWS/EC2', dimensions, until: at + measuredHours * hour, hours: measuredHours },
    metrics,
  );
  return {
    id,
    arn: `arn:aws:ec2:${region}:${site.account}:instance/${id}`,
    group: given(NetworkInterfaces?.[0]?.Groups?.[0]?.GroupId, 'a group'),
    address: given(PrivateIpAddress, 'an address'),
  };
}

async function found(site: Site, id: string): Promise<Instance> {
  const { Reservations } = await site.client(EC2Client).send(new DescribeInstancesCommand({ InstanceIds: [id] }));
  return given(Reservations?.[0]?.Instances?.[0], 'the server');
}

async function anotherGroup(site: Site, { id }: StagingServer): Promise<string> {
  const { VpcId } = await found(site, id);
  const GroupName = 'debugging';
  const { GroupId } = await site
    .client(EC2Client)
    .send(new CreateSecurityGroupCommand({ GroupName, Description: GroupName, VpcId }));
  return given(GroupId, 'a group');
}
