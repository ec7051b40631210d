import { awsError, type Sample } from './sample.ts';

const arn = 'arn:aws:elasticloadbalancing:eu-west-1:222222222222:targetgroup/pr-123-web/73e2d6bc24d8a067';

const loadBalancerArn = 'arn:aws:elasticloadbalancing:eu-west-1:222222222222:loadbalancer/app/pr-123/50dc6c495c0c9188';

const groupAlive = {
  TargetGroupArn: arn,
  TargetGroupName: 'pr-123-web',
  Protocol: 'HTTP',
  Port: 80,
  TargetType: 'ip',
  VpcId: 'vpc-0a1b2c3d4e5f60718',
  LoadBalancerArns: [],
};

export const targetGroup: Sample = {
  type: 'elasticloadbalancing:targetgroup',
  arn,
  id: 'pr-123-web/73e2d6bc24d8a067',
  identity: arn,
  tags: { 'expires-at': '2026-11-20T00:00:00Z', owner: 'ana' },
  answers: {
    DescribeTargetGroups: { TargetGroups: [groupAlive] },
    DescribeTags: {
      TagDescriptions: [
        {
          ResourceArn: arn,
          Tags: [
            { Key: 'expires-at', Value: '2026-11-20T00:00:00Z' },
            { Key: 'owner', Value: 'ana' },
          ],
        },
      ],
    },
    DeleteTargetGroup: {},
    AddTags: {},
  },
  gone: {
    DescribeTargetGroups: awsError('TargetGroupNotFoundException', 'One or more target groups not found'),
    DescribeTags: awsError('TargetGroupNotFoundException'),
  },
  paged: [{ command: 'DescribeTargetGroups', items: 'TargetGroups', token: 'NextMarker', inputToken: 'Marker' }],
  scenarios: [
    {
      name: 'is used by a load balancer',
      answers: () => ({
        DescribeTargetGroups: {
          TargetGroups: [
            {
              ...groupAlive,
              LoadBalancerArns: [loadBalancerArn],
            },
          ],
        },
        DeleteTargetGroup: awsError('ResourceInUseException', 'in use by a listener or a rule'),
      }),
      described: {
        kind: 'present',
        usedBy: [{ words: 'load balancer app/pr-123/50dc6c495c0c9188', arn: loadBalancerArn }],
      },
      removed: { kind: 'blocked' },
    },
  ],
};
