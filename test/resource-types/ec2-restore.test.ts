import { describe, expect, test } from 'vitest';
import { ec2Instance } from '../../lib/resource-types/ec2-instance.ts';
import { answeredServer } from '../fakes/answered-server.ts';
import { type Answer, awsError } from '../samples/sample.ts';
import {
  answers,
  copy,
  found,
  recipe,
  restore,
  running,
  settings,
  stripKeys,
  whole,
} from '../samples/servers/restored-instance.ts';

test('with type, metadata options, role, user data, interface, and tags without expiry and protection', async () => {
  const { result, inputs } = await restore();
  expect(inputs('RunInstances')).toEqual([
    {
      ...settings.launch,
      ImageId: 'ami-1',
      MinCount: 1,
      MaxCount: 1,
      UserData: 'IyEvYmluL3No',
      NetworkInterfaces: [{ NetworkInterfaceId: 'eni-1', DeviceIndex: 0 }],
      ClientToken: expect.stringMatching(/^[0-9a-f]{64}$/),
      TagSpecifications: [
        {
          ResourceType: 'instance',
          Tags: [
            { Key: 'Name', Value: 'web' },
            { Key: 'owner', Value: 'ana' },
            { Key: 'mayfly:restored-from', Value: 'ami-1' },
          ],
        },
        { ResourceType: 'volume', Tags: [{ Key: 'mayfly:restored-from', Value: 'ami-1' }] },
      ],
    },
  ]);
  expect(result).toEqual({
    kind: 'restored',
    id: 'i-2',
    arn: 'arn:aws:ec2:eu-west-1:222222222222:instance/i-2',
    identity: 'i-2',
    lost: [],
    pending: [
      'the tags of its volumes',
      'its network interface, which does not go with it yet',
      'its elastic address 203.0.113.9',
      'its place in the target group arn:tg',
    ],
  });
});

test('what only a running server takes is done when it is asked for again, and no second server is made', async () => {
  const { result, writes, inputs } = await restore(running);
  expect(result).toMatchObject({ kind: 'restored', id: 'i-2', lost: [], pending: [] });
  expect(writes()).toEqual([
    'CreateTags',
    'ModifyNetworkInterfaceAttribute',
    'DeleteTags',
    'AssociateAddress',
    'RegisterTargets',
  ]);
  expect(inputs('DescribeInstances')[0]).toMatchObject({
    // The tag anybody may write who may tag; of what image a server was made nobody can change.
    Filters: [
      { Name: 'tag:mayfly:restored-from', Values: ['ami-1'] },
      { Name: 'image-id', Values: ['ami-1'] },
      { Name: 'instance-state-name' },
    ],
  });
  expect(inputs('CreateTags')).toEqual([{ Resources: ['vol-8'], Tags: [{ Key: 'part', Value: 'root' }] }]);
  expect(inputs('ModifyNetworkInterfaceAttribute')).toMatchObject([{ Attachment: { DeleteOnTermination: true } }]);
  expect(inputs('AssociateAddress')).toMatchObject([{ NetworkInterfaceId: 'eni-1', AllowReassociation: false }]);
  expect(inputs('RegisterTargets')).toEqual([{ TargetGroupArn: 'arn:tg', Targets: [{ Id: 'i-2', Port: 8080 }] }]);
});

describe('one server', () => {
  test('the token is the same on every try, and another for another copy', async () => {
    const tokens = [];
    for (const id of ['ami-1', 'ami-1', 'ami-2']) {
      const { server, inputs } = await answeredServer(ec2Instance, answers);
      await server.restore({ recipe, copy: { ...copy, id }, stripKeys });
      tokens.push(inputs('RunInstances')[0]?.['ClientToken']);
    }
    expect(tokens[1]).toBe(tokens[0]);
    expect(tokens[2]).not.toBe(tokens[0]);
  });

  test('a server that AWS made for the token and that is terminated by now is not taken for it', async () => {
    let calls = 0;
    const RunInstances = (() => {
      calls += 1;
      return { Instances: [calls === 1 ? { ...whole, State: { Name: 'terminated' } } : whole] };
    }) as Answer;
    const { result, inputs } = await restore({ RunInstances });
    expect(result).toMatchObject({ kind: 'restored', id: 'i-2' });
    const [first, second] = inputs('RunInstances').map(({ ClientToken }) => ClientToken);
    expect(second).not.toBe(first);
    const dead = await restore({ RunInstances: { Instances: [{ ...whole, State: { Name: 'terminated' } }] } });
    expect(dead.result).toMatchObject({ kind: 'refused', code: 'Terminated' });
    expect(dead.inputs('RunInstances')).toHaveLength(3);
  });

  test('a call that another one has overtaken waits for it', async () => {
    const { result } = await restore({ RunInstances: awsError('IdempotentParameterMismatch') });
    expect(result).toMatchObject({ kind: 'transient', code: 'IdempotentParameterMismatch' });
  });
});

describe('what can not be restored is named', () => {
  test.each<[string, object, string[]]>([
    ['address', { PrivateIpAddress: '10.0.0.9' }, ['its private address 10.0.0.5: it has 10.0.0.9 now']],
    ['groups', { SecurityGroups: [{ GroupId: 'sg-2' }] }, ['its security group sg-1, which is gone']],
    ['key pair', { KeyName: undefined }, ['its key pair ana']],
    ['profile', { IamInstanceProfile: undefined }, ['its instance profile arn:profile']],
    ['placement', { Placement: {} }, ['its placement group near']],
    ['disk', { BlockDeviceMappings: [{ DeviceName: '/dev/xvda' }] }, ['its volume vol-2 at /dev/sdf']],
  ])('%s', async (_, change, lost) => {
    const { result } = await restore({ DescribeInstances: found({ ...whole, ...change }) });
    expect(result).toMatchObject({ kind: 'restored', lost });
  });

  test.each<[string, Readonly<Record<string, Answer>>, string]>([
    ['released', { DescribeAddresses: { Addresses: [] } }, 'its elastic address 203.0.113.9, which was released'],
    [
      'in use elsewhere',
      { DescribeAddresses: { Addresses: [{ AllocationId: 'eipalloc-1', InstanceId: 'i-7' }] } },
      'its elastic address 203.0.113.9, which i-7 uses now',
    ],
    [
      'not allowed',
      { AssociateAddress: awsError('UnauthorizedOperation', 'no') },
      'its elastic address 203.0.113.9 (UnauthorizedOperation: no)',
    ],
    [
      'a target group that is gone',
      { RegisterTargets: awsError('TargetGroupNotFoundException') },
      'its place in the target group arn:tg, which is gone',
    ],
  ])('%s', async (_, more, lost) => {
    const { result } = await restore({ ...running, ...more });
    expect(result).toMatchObject({ kind: 'restored', lost: [lost], pending: [] });
  });

  test('what AWS was too busy for is pending, and not lost', async () => {
    const { result } = await restore({ ...running, AssociateAddress: awsError('RequestLimitExceeded') });
    expect(result).toMatchObject({ lost: [], pending: [expect.stringContaining('203.0.113.9')] });
  });

  test.each<[string, Error, string]>([
    ['a key pair that is gone', awsError('InvalidKeyPair.NotFound'), 'KeyName'],
    [
      'a profile that is gone',
      awsError('InvalidParameterValue', 'Invalid IAM Instance Profile name'),
      'IamInstanceProfile',
    ],
    ['a role that may not be passed', awsError('UnauthorizedOperation', 'encoded'), 'IamInstanceProfile'],
    ['a placement group that is gone', awsError('InvalidPlacementGroup.Unknown'), 'Placement'],
  ])('%s is left out rather than the server', async (_, error, part) => {
    const RunInstances = ((input: Record<string, unknown>) =>
      input[part] === undefined ? { Instances: [whole] } : error) as Answer;
    const { result, inputs } = await restore({ RunInstances });
    expect(result).toMatchObject({ kind: 'restored' });
    expect(inputs('RunInstances')).toHaveLength(2);
  });

  test('whatever else AWS refuses is told, and nothing is left out for it', async () => {
    const no = await restore({ RunInstances: awsError('InvalidParameterValue', 'the type is not offered here') });
    expect(no.result).toMatchObject({ kind: 'refused', why: expect.stringContaining('not offered') });
    expect(no.inputs('RunInstances')).toHaveLength(1);
    const none = await restore({ RunInstances: awsError('InsufficientInstanceCapacity') });
    expect(none.result).toMatchObject({ kind: 'refused', code: 'InsufficientInstanceCapacity' });
  });
});
