import { expect, test } from 'vitest';
import { ec2ElasticIp } from '../../lib/resource-types/ec2-elastic-ip.ts';
import { answeredClients } from '../fakes/answered-clients.ts';

type Filtered = { Filters: { Name: string; Values: string[] }[] };

test('an address is found by its allocation and by its number', async () => {
  const address = { AllocationId: 'eipalloc-1', PublicIp: '203.0.113.25', AssociationId: 'eipassoc-1' };
  const { source } = answeredClients({
    DescribeAddresses: ({ Filters: [filter] }: Filtered) => ({
      Addresses: filter?.Name === 'public-ip' && filter.Values.includes(address.PublicIp) ? [address] : [],
    }),
  });
  const bound = await ec2ElasticIp.bind(source, { account: '222222222222', region: 'eu-west-1', partition: 'aws' });
  const [gone, found] = await bound.describe(['eipalloc-2', '203.0.113.25']);
  expect(gone).toEqual({ kind: 'gone', id: 'eipalloc-2' });
  expect(found).toMatchObject({
    id: '203.0.113.25',
    arn: 'arn:aws:ec2:eu-west-1:222222222222:elastic-ip/eipalloc-1',
    usedBy: [{ words: 'association eipassoc-1' }],
  });
});
