import { describe, expect, test } from 'vitest';
import type { Recipe } from '../../lib/core/server.ts';
import { ec2Instance } from '../../lib/resource-types/ec2-instance.ts';
import { answeredServer } from '../fakes/answered-server.ts';
import type { Answer } from '../samples/sample.ts';
import { answers, copy, kept, recipe, restore, settings, stripKeys } from '../samples/servers/restored-instance.ts';

const byId = (input: { Filters: { Name: string }[] }) =>
  input.Filters.some(({ Name }) => Name === 'network-interface-id');

const withoutKept = (users: object[] = []): Readonly<Record<string, Answer>> => ({
  DescribeNetworkInterfaces: ((input: { Filters: { Name: string }[] }) => ({
    NetworkInterfaces: byId(input) ? [] : users,
  })) as Answer,
});

const anew = { DeviceIndex: 0, SubnetId: 'subnet-1', DeleteOnTermination: true };

describe('the network', () => {
  const newOne = (inputs: (command: string) => Readonly<Record<string, unknown>>[]) =>
    inputs('RunInstances')[0]?.['NetworkInterfaces'];

  test('a new interface in the old place, with the old address while that is free', async () => {
    const { inputs } = await restore(withoutKept());
    expect(newOne(inputs)).toEqual([{ ...anew, Groups: ['sg-1', 'sg-2'], PrivateIpAddress: '10.0.0.5' }]);
  });

  test('another address where it is taken, and only the groups that are there', async () => {
    const { inputs } = await restore({
      ...withoutKept([{ NetworkInterfaceId: 'eni-7', Status: 'in-use' }]),
      DescribeSecurityGroups: { SecurityGroups: [{ GroupId: 'sg-2' }] },
    });
    expect(newOne(inputs)).toEqual([{ ...anew, Groups: ['sg-2'] }]);
  });

  test('none without its subnet', async () => {
    const { result, writes } = await restore({ ...withoutKept(), DescribeSubnets: { Subnets: [] } });
    expect(result).toMatchObject({ kind: 'refused', why: 'its subnet subnet-1 is not there any more' });
    expect(writes()).toEqual([]);
  });

  test('a public address that AWS lends needs a new interface: the kept one makes room', async () => {
    const { writes, inputs } = await restore({}, { network: { ...settings.network, hasLentAddress: true } });
    expect(writes().slice(0, 2)).toEqual(['DeleteNetworkInterface', 'RunInstances']);
    expect(newOne(inputs)).toEqual([
      expect.objectContaining({ AssociatePublicIpAddress: true, PrivateIpAddress: '10.0.0.5' }),
    ]);
  });

  test("a person's own interface is not deleted for that", async () => {
    const { writes, inputs } = await restore(
      { DescribeNetworkInterfaces: { NetworkInterfaces: [{ ...kept, TagSet: [] }] } },
      { network: { ...settings.network, hasLentAddress: true } },
    );
    expect(writes()).toEqual(['RunInstances']);
    expect(newOne(inputs)).toEqual([{ NetworkInterfaceId: 'eni-1', DeviceIndex: 0 }]);
  });
});

test.each<[string, Partial<Recipe>, RegExp]>([
  ['of another version', { version: 2 }, /version 2, and this Mayfly knows version 1/],
  ['of another type', { type: 'rds:db' }, /one for rds:db/],
  ['of another server', { of: 'arn:other' }, /that of arn:other/],
])('a recipe %s is refused', async (_, change, why) => {
  const { server, sent } = await answeredServer(ec2Instance, answers);
  const result = await server.restore({ recipe: { ...recipe, ...change }, copy, stripKeys });
  expect(result).toMatchObject({ kind: 'refused', code: 'OtherRecipe', why: expect.stringMatching(why) });
  expect(sent).toEqual([]);
});
