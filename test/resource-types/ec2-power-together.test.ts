import { describe, expect, test } from 'vitest';
import type { Present } from '../../lib/resource-types/define.ts';
import { ec2Instance } from '../../lib/resource-types/ec2-instance.ts';
import { answeredServer } from '../fakes/answered-server.ts';
import { type Answer, awsError } from '../samples/sample.ts';

const instance = (id: string, instanceType = 't3.micro'): Present => ({
  kind: 'present',
  id,
  arn: `arn:aws:ec2:eu-west-1:222222222222:instance/${id}`,
  identity: id,
  tags: {},
  facts: { state: 'running', instanceType },
  server: { state: 'running', configuration: { version: 1, fields: {} }, milestones: [] },
});

interface Input {
  InstanceIds: string[];
}

const listed = ({ InstanceIds }: Input) => InstanceIds.map((InstanceId) => ({ InstanceId }));
const answers: Record<string, Answer> = {
  DescribeInstanceTypes: {
    InstanceTypes: [
      { InstanceType: 't3.micro', InstanceStorageSupported: false },
      { InstanceType: 'm5d.large', InstanceStorageSupported: true },
    ],
  },
  StopInstances: ((input: Input) => ({ StoppingInstances: listed(input) })) as Answer,
  StartInstances: ((input: Input) => ({ StartingInstances: listed(input) })) as Answer,
};
const serverWith = (more: Readonly<Record<string, Answer>> = {}) =>
  answeredServer(ec2Instance, { ...answers, ...more });

/** Refuses every call in which one of these is. */
const refusing = (ids: string[], code: string, field: string): Answer =>
  ((input: Input) =>
    input.InstanceIds.some((id) => ids.includes(id)) ? awsError(code) : { [field]: listed(input) }) as Answer;

describe('many at once', () => {
  const forty = Array.from({ length: 40 }, (_, index) => instance(`i-${index}`));

  test('forty stops are two calls, and forty starts are one', async () => {
    const { server, sent } = await serverWith();
    expect(await server.stopAll(forty)).toEqual(forty.map(({ id }) => ({ kind: 'done', id })));
    expect(sent.map(({ command }) => command)).toEqual(['DescribeInstanceTypes', 'StopInstances']);
    sent.splice(0);
    expect(await server.startAll(forty)).toEqual(forty.map(({ id }) => ({ kind: 'done', id })));
    expect(sent.map(({ command }) => command)).toEqual(['StartInstances']);
  });

  test('none is no call', async () => {
    const { server, sent } = await serverWith();
    expect([await server.stopAll([]), await server.startAll([])]).toEqual([[], []]);
    expect(sent).toEqual([]);
  });

  test('one with local disks, or of a type that EC2 tells nothing about, is left out', async () => {
    const { server, inputs } = await serverWith();
    const results = await server.stopAll([instance('i-1'), instance('i-2', 'm5d.large'), instance('i-3', 'x9.huge')]);
    expect(Object.fromEntries(results.map(({ id, kind }) => [id, kind]))).toEqual({
      'i-1': 'done',
      'i-2': 'refused',
      'i-3': 'refused',
    });
    expect(inputs('StopInstances')).toEqual([{ InstanceIds: ['i-1'] }]);
  });

  test('one that EC2 refuses takes no other along: then each is tried alone', async () => {
    const three = ['i-1', 'i-2', 'i-3'].map((id) => instance(id));
    const { server, inputs } = await serverWith({
      StopInstances: refusing(['i-2'], 'OperationNotPermitted', 'StoppingInstances'),
      StartInstances: refusing(['i-2'], 'InvalidInstanceID.NotFound', 'StartingInstances'),
    });
    expect(await server.stopAll(three)).toMatchObject([
      { kind: 'done', id: 'i-1' },
      { kind: 'refused', id: 'i-2', code: 'OperationNotPermitted' },
      { kind: 'done', id: 'i-3' },
    ]);
    expect(inputs('StopInstances')).toHaveLength(4);
    expect(await server.startAll(three)).toMatchObject([
      { kind: 'done' },
      { kind: 'gone', id: 'i-2' },
      { kind: 'done' },
    ]);
  });

  test('throttling is not answered by more calls', async () => {
    const { server, inputs } = await serverWith({ StopInstances: awsError('RequestLimitExceeded') });
    expect(await server.stopAll([instance('i-1'), instance('i-2')])).toMatchObject([
      { kind: 'transient', id: 'i-1' },
      { kind: 'transient', id: 'i-2' },
    ]);
    expect(inputs('StopInstances')).toHaveLength(1);
  });

  test('one that the answer does not name is not known to be stopped', async () => {
    const { server } = await serverWith({ StopInstances: { StoppingInstances: [{ InstanceId: 'i-1' }] } });
    expect(await server.stopAll([instance('i-1'), instance('i-2')])).toMatchObject([
      { kind: 'done', id: 'i-1' },
      { kind: 'transient', id: 'i-2', why: 'EC2 gave no answer about it' },
    ]);
  });

  test('types that can not be read stop nothing', async () => {
    const { server, writes } = await serverWith({ DescribeInstanceTypes: awsError('UnauthorizedOperation') });
    expect(await server.stopAll([instance('i-1')])).toMatchObject([{ kind: 'refused', id: 'i-1' }]);
    expect(writes()).toEqual([]);
  });
});
