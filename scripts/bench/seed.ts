import * as ec2 from '../local-aws/makers/ec2.ts';
import * as services from '../local-aws/makers/services.ts';
import * as storage from '../local-aws/makers/storage.ts';
import { credentialsIn } from '../local-aws/organization.ts';
import { type Made, type Maker, type Seed, type Site, siteIn } from '../local-aws/site.ts';
import type { Kind } from '../local-aws/story/row.ts';
import { type Planned, standing } from './mix.ts';

/** A planned resource that is there now. */
export interface Seeded extends Planned {
  arn: string;
}

const makers: Readonly<Partial<Record<Kind, Maker>>> = {
  bucket: storage.bucket,
  database: storage.database,
  'elastic-ip': ec2.elasticIp,
  function: services.lambdaFunction,
  image: ec2.image,
  instance: ec2.instance,
  'launch-template': ec2.launchTemplate,
  'log-group': services.logGroup,
  parameter: services.parameter,
  queue: services.queue,
  secret: services.secret,
  'security-group': ec2.securityGroup,
  snapshot: ec2.snapshot,
  table: storage.table,
  topic: services.topic,
  volume: ec2.volume,
};

/** moto works on one call at a time; two in flight keep it busy while the SDK reads an answer. */
const atOnce = 2;

/** Fills an empty moto. */
export async function seedPlanned(url: string, planned: readonly Planned[]): Promise<Seeded[]> {
  const seeded: Seeded[] = [];
  for (const rows of Map.groupBy(planned, ({ account, region }) => `${account} ${region}`).values()) {
    const [first] = rows;
    if (first === undefined) continue;
    const { account, region } = first;
    const credentials = await credentialsIn(url, account);
    const site = siteIn(account, { endpoint: url, region, credentials });
    for (const kind of standing) site.made.set(`${kind}/standing`, await make(site, standingSeed(kind)));
    const queue = rows.values();
    const work = async () => {
      for (const row of queue) seeded.push({ ...row, arn: (await make(site, row.seed)).arn });
    };
    await Promise.all(Array.from({ length: atOnce }, work));
  }
  return seeded;
}

function standingSeed(kind: Kind): Seed {
  return { kind, name: 'standing', fate: 'kept', tags: {}, parts: [] };
}

async function make(site: Site, seed: Seed): Promise<Made> {
  const maker = makers[seed.kind];
  if (maker === undefined) throw new Error(`nothing makes a ${seed.kind}`);
  return maker(site, seed);
}
