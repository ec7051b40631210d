import type { ClientSource } from '../../lib/resource-types/define.ts';
import { identify } from '../../lib/resource-types/index.ts';
import type { FaultProxy } from './proxy/proxy.ts';
import { account, region } from './stage.ts';

/** Writes a tag as somebody at the console would: straight to moto, while Mayfly is at work. */
export async function retag(proxy: FaultProxy, arn: string, key: string, value: string): Promise<void> {
  const known = identify(arn);
  if (known?.type === undefined || known.id === undefined) throw new Error(`no type knows ${arn}`);
  const { client } = await proxy.site(account, region);
  const bound = await known.type.bind(client as ClientSource, { account, region, partition: 'aws' });
  const [found] = await bound.describe([known.id]);
  if (found?.kind !== 'present' || bound.tag === undefined) throw new Error(`${arn} can't be tagged`);
  await bound.tag(found, { key, value });
}
