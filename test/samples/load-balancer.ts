import { awsError, type Sample } from './sample.ts';

const arn = 'arn:aws:elasticloadbalancing:eu-west-1:222222222222:loadbalancer/app/pr-123/50dc6c495c0c9188';

const tagged = (...more: { Key: string; Value: string }[]) => ({
  TagDescriptions: [
    {
      ResourceArn: arn,
      Tags: [{ Key: 'expires-at', Value: '2026-11-20T00:00:00Z' }, { Key: 'owner', Value: 'ana' }, ...more],
    },
  ],
});

export const loadBalancer: Sample = {
  type: 'elasticloadbalancing:loadbalancer',
  arn,
  id: 'app/pr-123/50dc6c495c0c9188',
  identity: arn,
  tags: { 'expires-at': '2026-11-20T00:00:00Z', owner: 'ana' },
  answers: {
    DescribeLoadBalancers: {
      LoadBalancers: [
        {
          LoadBalancerArn: arn,
          LoadBalancerName: 'pr-123',
          CreatedTime: new Date('2026-11-18T09:00:00Z'),
          Scheme: 'internet-facing',
          Type: 'application',
          State: { Code: 'active' },
          VpcId: 'vpc-0a1b2c3d4e5f60718',
          AvailabilityZones: [{ ZoneName: 'eu-west-1a' }, { ZoneName: 'eu-west-1b' }],
        },
      ],
    },
    DescribeTags: tagged(),
    DescribeLoadBalancerAttributes: {
      Attributes: [
        { Key: 'deletion_protection.enabled', Value: 'false' },
        { Key: 'access_logs.s3.enabled', Value: 'false' },
      ],
    },
    DeleteLoadBalancer: {},
    AddTags: {},
  },
  gone: {
    DescribeLoadBalancers: awsError('LoadBalancerNotFoundException', 'One or more load balancers not found'),
    DescribeTags: awsError('LoadBalancerNotFoundException'),
    DescribeLoadBalancerAttributes: awsError('LoadBalancerNotFoundException'),
  },
  paged: [{ command: 'DescribeLoadBalancers', items: 'LoadBalancers', token: 'NextMarker', inputToken: 'Marker' }],
  scenarios: [
    {
      name: 'shows its deletion protection, which AWS enforces',
      answers: () => ({
        DescribeLoadBalancerAttributes: { Attributes: [{ Key: 'deletion_protection.enabled', Value: 'true' }] },
        DeleteLoadBalancer: awsError('OperationNotPermittedException', 'deletion protection is enabled'),
      }),
      described: { kind: 'present', protection: 'deletion protection is on' },
      removed: { kind: 'blocked' },
    },
    {
      name: 'waits for the endpoint service that uses it',
      answers: () => ({ DeleteLoadBalancer: awsError('ResourceInUseException') }),
      removed: { kind: 'blocked' },
    },
    {
      name: 'belongs to the cluster whose controller made it',
      answers: () => ({ DescribeTags: tagged({ Key: 'elbv2.k8s.aws/cluster', Value: 'staging' }) }),
      described: { kind: 'present', owner: { kind: 'controller', name: 'staging' } },
    },
    {
      name: 'belongs to the cluster that its key names',
      answers: () => ({ DescribeTags: tagged({ Key: 'kubernetes.io/cluster/blue', Value: 'owned' }) }),
      described: { kind: 'present', owner: { kind: 'controller', name: 'blue' } },
    },
    {
      name: 'is unreadable where its tags are missing from the answer',
      answers: () => ({ DescribeTags: { TagDescriptions: [] } }),
      described: { kind: 'unreadable' },
    },
  ],
};
