import { awsError, type Sample } from './sample.ts';

const id = 'i-0a1b2c3d4e5f60718';

const instanceAlive = {
  InstanceId: id,
  InstanceType: 't4g.medium',
  State: { Code: 16, Name: 'running' },
  LaunchTime: new Date('2026-11-21T08:00:00Z'),
  NetworkInterfaces: [{ Attachment: { AttachTime: new Date('2026-11-18T09:00:00Z'), DeviceIndex: 0 } }],
  BlockDeviceMappings: [
    { DeviceName: '/dev/xvda', Ebs: { VolumeId: 'vol-0a1b2c3d4e5f60718', DeleteOnTermination: true } },
    { DeviceName: '/dev/sdf', Ebs: { VolumeId: 'vol-0b1b2c3d4e5f60718', DeleteOnTermination: false } },
  ],
  Tags: [
    { Key: 'expires-at', Value: '2026-11-20T00:00:00Z' },
    { Key: 'owner', Value: 'ana' },
  ],
};

const withInstance = (change: object) => () => ({
  DescribeInstances: { Reservations: [{ Instances: [{ ...instanceAlive, ...change }] }] },
});

export const ec2Instance: Sample = {
  type: 'ec2:instance',
  arn: `arn:aws:ec2:eu-west-1:222222222222:instance/${id}`,
  id,
  identity: id,
  tags: { 'expires-at': '2026-11-20T00:00:00Z', owner: 'ana' },
  answers: {
    ...withInstance({})(),
    TerminateInstances: { TerminatingInstances: [{ InstanceId: id, CurrentState: { Name: 'shutting-down' } }] },
    CreateTags: {},
  },
  gone: withInstance({ State: { Code: 48, Name: 'terminated' } })(),
  paged: [{ command: 'DescribeInstances', items: 'Reservations', token: 'NextToken', inputToken: 'NextToken' }],
  scenarios: [
    {
      name: 'was created when its first network interface was attached, and takes along what goes with it',
      answers: () => ({}),
      described: {
        kind: 'present',
        createdAt: Date.parse('2026-11-18T09:00:00Z'),
        facts: { volumes: 'vol-0a1b2c3d4e5f60718 vol-0b1b2c3d4e5f60718' },
        carries: [
          {
            id: 'vol-0a1b2c3d4e5f60718',
            arn: 'arn:aws:ec2:eu-west-1:222222222222:volume/vol-0a1b2c3d4e5f60718',
            type: 'ec2:volume',
          },
        ],
      },
    },
    {
      name: 'is gone where AWS has forgotten it',
      answers: () => ({ DescribeInstances: { Reservations: [] } }),
      described: { kind: 'gone' },
    },
    {
      name: 'is leaving',
      answers: withInstance({ State: { Code: 32, Name: 'shutting-down' } }),
      described: { kind: 'leaving' },
    },
    {
      name: 'belongs to the service that operates it',
      answers: withInstance({ Operator: { Managed: true, Principal: 'eks.amazonaws.com' } }),
      described: { kind: 'present', owner: { kind: 'controller', name: 'eks.amazonaws.com' } },
    },
    {
      name: 'is kept by its termination protection',
      answers: () => ({ TerminateInstances: awsError('OperationNotPermitted') }),
      removed: { kind: 'blocked' },
    },
    {
      name: 'went meanwhile',
      answers: () => ({ TerminateInstances: awsError('InvalidInstanceID.NotFound') }),
      removed: { kind: 'gone' },
    },
  ],
};
