import type { Sample } from './sample.ts';

const id = 'eipalloc-0a1b2c3d4e5f60718';

export const ec2ElasticIp: Sample = {
  type: 'ec2:elastic-ip',
  arn: `arn:aws:ec2:eu-west-1:222222222222:elastic-ip/${id}`,
  id,
  answers: {
    DescribeAddresses: {
      Addresses: [
        {
          AllocationId: id,
          PublicIp: '203.0.113.25',
          Domain: 'vpc',
          PublicIpv4Pool: 'amazon',
          NetworkBorderGroup: 'eu-west-1',
          Tags: [
            { Key: 'expires-at', Value: '2026-11-20T00:00:00Z' },
            { Key: 'owner', Value: 'ana' },
          ],
        },
      ],
    },
    ReleaseAddress: {},
    CreateTags: {},
  },
  gone: { DescribeAddresses: { Addresses: [] } },
};
