import { DescribeInstancesCommand, EC2Client, type Instance } from '@aws-sdk/client-ec2';
import type { IdlePair } from './idle-pair.ts';
import type { RunDocuments } from './run-documents.ts';
import { tell } from './stage.ts';

/** What became of web in the sweeps, in their order. */
const way = ['', 'warned', '', 'copied', 'stopped', 'warned', 'copied', 'removed'];

/** The chapter fails where a server went another way than its story tells. */
export async function checkIdleStory({ site, web, api }: IdlePair, runs: readonly RunDocuments[]): Promise<void> {
  const wrong: string[] = [];
  const ends = (arn: string) => runs.map(({ outcomes }) => outcomes.find((one) => one.arn === arn)?.outcome ?? '');
  if (ends(web.arn).join() !== way.join()) wrong.push(`web went another way: ${ends(web.arn).join(', ')}`);
  if (ends(api.arn).some((outcome) => outcome !== '' && outcome !== 'warned')) {
    wrong.push(`api was changed on day 29, and this happened to it: ${ends(api.arn).join(', ')}`);
  }
  const alive = [{ Name: 'instance-state-name', Values: ['running'] }];
  const { Reservations = [] } = await site.client(EC2Client).send(new DescribeInstancesCommand({ Filters: alive }));
  const running = Reservations.flatMap(({ Instances = [] }) => Instances);
  const back = running.find(({ InstanceId }) => InstanceId !== api.id);
  if (!running.some(({ InstanceId }) => InstanceId === api.id)) wrong.push('api does not run any more');
  if (running.length !== 2 || back === undefined) wrong.push(`${running.length} servers run, and two should`);
  else wrong.push(...unlike(back, web.address));
  if (wrong.length > 0) throw new Error(`The idle servers' story did not come true:\n  ${wrong.join('\n  ')}`);
  tell(`\nweb is back as ${back?.InstanceId} with its address ${web.address} and its tags; api was never stopped.`);
}

function unlike({ Tags = [], PrivateIpAddress }: Instance, address: string): string[] {
  const tags = Object.fromEntries(Tags.map(({ Key = '', Value = '' }) => [Key, Value]));
  return [
    ...(PrivateIpAddress === address ? [] : [`web had ${address} and has ${PrivateIpAddress}`]),
    ...(tags['owner'] === 'ana' && tags['Name'] === 'web' ? [] : [`web's tags are ${JSON.stringify(tags)}`]),
    ...(tags['expires-at'] === undefined ? [] : ['web has its old expiry again']),
  ];
}
