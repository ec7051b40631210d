import { describe, expect, test } from 'vitest';
import type { Present } from '../../lib/resource-types/define.ts';
import { ec2Instance } from '../../lib/resource-types/ec2-instance.ts';
import { answeredServer } from '../fakes/answered-server.ts';
import { type Answer, awsError } from '../samples/sample.ts';
import { keepUntil, ownTagsOf } from '../samples/servers/server-sample.ts';

const arn = 'arn:aws:ec2:eu-west-1:222222222222:instance/i-1';
const configuration = { version: 1, fields: {} };
const target: Present = {
  kind: 'present',
  id: 'i-1',
  arn,
  identity: 'i-1',
  tags: {},
  facts: { state: 'running', instanceType: 't3.micro' },
  server: { state: 'running', configuration, milestones: [] },
};
const ofType = (id: string, instanceType: string): Present => ({
  ...target,
  id,
  facts: { ...target.facts, instanceType },
});
const unstoppable = { ...target, id: 'i-9', server: { ...target.server, unstoppable: 'it is Spot' } } as Present;

const types = [
  { InstanceType: 't3.micro', InstanceStorageSupported: false },
  { InstanceType: 'm5d.large', InstanceStorageSupported: true, InstanceStorageInfo: { TotalSizeInGB: 75 } },
];
const answers = {
  DescribeInstanceTypes: { InstanceTypes: types },
  DescribeInstanceAttribute: { DisableApiStop: { Value: false } },
  StopInstances: {},
  StartInstances: {},
  DeleteTags: {},
};
const serverWith = (more: Readonly<Record<string, Answer>> = {}) =>
  answeredServer(ec2Instance, { ...answers, ...more });

describe('whether a server may be stopped', () => {
  test('local disks are known by the type, asked once for all candidates', async () => {
    const { server, inputs } = await serverWith();
    const targets = [target, ofType('i-2', 'm5d.large'), ofType('i-3', 't3.micro'), unstoppable];
    expect(await server.checkStop(targets)).toEqual([
      { kind: 'stoppable', id: 'i-1' },
      {
        kind: 'unstoppable',
        id: 'i-2',
        why: 'its type m5d.large has local disks (75 GB), which a stop would erase',
      },
      { kind: 'stoppable', id: 'i-3' },
      { kind: 'unstoppable', id: 'i-9', why: 'it is Spot' },
    ]);
    expect(inputs('DescribeInstanceTypes')).toEqual([
      { Filters: [{ Name: 'instance-type', Values: ['t3.micro', 'm5d.large'] }] },
    ]);
  });

  test('a type that EC2 says nothing about is unreadable', async () => {
    const { server } = await serverWith();
    expect(await server.checkStop([ofType('i-2', 'x9.huge')])).toMatchObject([{ kind: 'unreadable', id: 'i-2' }]);
  });

  test('stop protection forbids it, and one that can not be read takes no other along', async () => {
    const DescribeInstanceAttribute: Answer = ((input: { InstanceId: string }) => {
      if (input.InstanceId === 'i-2') return awsError('AccessDenied');
      return { DisableApiStop: { Value: input.InstanceId === 'i-3' } };
    }) as Answer;
    const { server } = await serverWith({ DescribeInstanceAttribute });
    const targets = [target, ofType('i-2', 't3.micro'), ofType('i-3', 't3.micro')];
    expect(await server.checkStop(targets)).toMatchObject([
      { kind: 'stoppable' },
      { kind: 'unreadable', why: expect.stringContaining('AccessDenied') },
      { kind: 'unstoppable', why: 'its stop protection is on' },
    ]);
  });
});

describe('stop and start', () => {
  test('stops what may be stopped', async () => {
    const { server, inputs } = await serverWith();
    expect(await server.stop(target)).toEqual({ kind: 'done', id: 'i-1' });
    expect(inputs('StopInstances')).toEqual([{ InstanceIds: ['i-1'] }]);
  });

  test.each<[string, Present]>([
    ['local disks', ofType('i-1', 'm5d.large')],
    ['a reason that its description shows', unstoppable],
  ])('%s are looked at again just before, and nothing is sent', async (_, one) => {
    const { server, writes } = await serverWith();
    expect(await server.stop(one)).toMatchObject({ kind: 'refused', code: 'Unstoppable' });
    expect(writes()).toEqual([]);
  });

  test.each<[string, object]>([
    ['InvalidInstanceID.NotFound', { kind: 'gone', id: 'i-1' }],
    ['IncorrectInstanceState', { kind: 'refused', code: 'IncorrectInstanceState' }],
    ['OperationNotPermitted', { kind: 'refused' }],
    ['InternalError', { kind: 'transient' }],
  ])('%s', async (code, expected) => {
    const { server } = await serverWith({ StopInstances: awsError(code), StartInstances: awsError(code) });
    expect(await server.stop(target)).toMatchObject(expected);
    expect(await server.start(target)).toMatchObject(expected);
  });

  test('takes keys off, each by its name', async () => {
    const { server, inputs } = await serverWith();
    expect(await server.untag(target, ['expires-at', 'mayfly:stopped'])).toMatchObject({ kind: 'done' });
    expect(inputs('DeleteTags')).toEqual([
      { Resources: ['i-1'], Tags: [{ Key: 'expires-at' }, { Key: 'mayfly:stopped' }] },
    ]);
  });
});

describe('the network interface before a removal', () => {
  const network = (DeleteOnTermination: boolean, TagSet: object[] = []) => ({
    DescribeNetworkInterfaces: {
      NetworkInterfaces: [
        { NetworkInterfaceId: 'eni-2', Attachment: { AttachmentId: 'a-2', DeviceIndex: 1, DeleteOnTermination: true } },
        {
          NetworkInterfaceId: 'eni-1',
          Attachment: { AttachmentId: 'a-1', DeviceIndex: 0, DeleteOnTermination },
          TagSet,
        },
      ],
    },
    CreateTags: {},
    ModifyNetworkInterfaceAttribute: {},
  });

  test('the primary one stays, with its own tags first', async () => {
    const { server, writes, inputs } = await serverWith(network(true));
    expect(await server.prepareRemoval(target, { keepUntil })).toMatchObject({
      kind: 'done',
      detail: expect.stringContaining('eni-1'),
    });
    expect(writes()).toEqual(['CreateTags', 'ModifyNetworkInterfaceAttribute']);
    expect(inputs('CreateTags')).toEqual([{ Resources: ['eni-1'], Tags: ownTagsOf(arn) }]);
    expect(inputs('ModifyNetworkInterfaceAttribute')).toEqual([
      { NetworkInterfaceId: 'eni-1', Attachment: { AttachmentId: 'a-1', DeleteOnTermination: false } },
    ]);
  });

  test("what a person keeps that way stays the person's, without a tag of ours", async () => {
    const { server, writes } = await serverWith(network(false));
    expect(await server.prepareRemoval(target, { keepUntil })).toMatchObject({ kind: 'done' });
    expect(writes()).toEqual([]);
  });

  test('a repeated try only dates the tag anew', async () => {
    const { server, writes } = await serverWith(network(false, ownTagsOf(arn)));
    await server.prepareRemoval(target, { keepUntil });
    expect(writes()).toEqual(['CreateTags']);
  });

  test('a server without one has nothing to keep, and says so; a refusal is told', async () => {
    const none = await serverWith({ DescribeNetworkInterfaces: { NetworkInterfaces: [] } });
    expect(await none.server.prepareRemoval(target, { keepUntil })).toMatchObject({
      kind: 'done',
      detail: expect.stringContaining('no network'),
    });
    const refused = await serverWith({ ...network(true), ModifyNetworkInterfaceAttribute: awsError('AccessDenied') });
    expect(await refused.server.prepareRemoval(target, { keepUntil })).toMatchObject({ kind: 'refused' });
  });
});
