import { expect, test } from 'vitest';
import { ec2LaunchTemplate } from '../../lib/resource-types/ec2-launch-template.ts';
import { answeredClients } from '../fakes/answered-clients.ts';
import { type Answer, awsError } from '../samples/sample.ts';

const ids = Array.from({ length: 9 }, (_, number) => `lt-${number}`);

const noGroups = { AutoScalingGroups: [] };

async function describe(
  DescribeLaunchTemplates: Answer,
  {
    wanted = ids,
    DescribeAutoScalingGroups = noGroups,
  }: { wanted?: string[]; DescribeAutoScalingGroups?: Answer } = {},
) {
  const { source, sent } = answeredClients({ DescribeLaunchTemplates, DescribeAutoScalingGroups });
  const shard = { account: '222222222222', region: 'eu-west-1', partition: 'aws' };
  const answers = await (await ec2LaunchTemplate.bind(source, shard)).describe(wanted);
  return Object.assign(answers, { sent: sent.map(({ command }) => command) });
}

test('unknown ids are gone and do not hide the others', async () => {
  const unknown = ['lt-3', 'lt-8'];
  const answers = await describe(({ LaunchTemplateIds }: { LaunchTemplateIds: string[] }) =>
    LaunchTemplateIds.some((id) => unknown.includes(id))
      ? awsError('InvalidLaunchTemplateId.NotFound')
      : { LaunchTemplates: LaunchTemplateIds.map((LaunchTemplateId) => ({ LaunchTemplateId })) },
  );
  expect(answers.filter(({ kind }) => kind === 'gone').map(({ id }) => id)).toEqual(unknown);
  expect(answers.filter(({ kind }) => kind === 'present')).toHaveLength(7);
});

test('any other error makes them unreadable', async () => {
  const answers = await describe(awsError('RequestLimitExceeded'));
  expect(new Set(answers.map(({ kind }) => kind))).toEqual(new Set(['unreadable']));
});

const LaunchTemplates = ids.map((LaunchTemplateId) => ({
  LaunchTemplateId,
  LaunchTemplateName: `name-${LaunchTemplateId}`,
}));
const groupArn = (name: string) =>
  `arn:aws:autoscaling:eu-west-1:222222222222:autoScalingGroup:1:autoScalingGroupName/${name}`;
const group = (name: string, more: object) => ({
  AutoScalingGroupName: name,
  AutoScalingGroupARN: groupArn(name),
  ...more,
});
const named = (id: string) => ({ LaunchTemplateSpecification: { LaunchTemplateId: id, Version: '1' } });

test('a template is in use by the groups that name it, in whichever place', async () => {
  const AutoScalingGroups = [
    group('plain', { LaunchTemplate: { LaunchTemplateId: 'lt-1', Version: '$Latest' } }),
    group('by-name', { LaunchTemplate: { LaunchTemplateName: 'name-lt-1' } }),
    group('mixed', {
      MixedInstancesPolicy: {
        LaunchTemplate: { ...named('lt-2'), Overrides: [named('lt-3'), { InstanceType: 'm7g.large' }] },
      },
    }),
    group('leaving', { LaunchTemplate: { LaunchTemplateId: 'lt-4' }, Status: 'Delete in progress' }),
    group('old', { LaunchConfigurationName: 'lt-5' }),
  ];
  const answers = await describe({ LaunchTemplates }, { DescribeAutoScalingGroups: { AutoScalingGroups } });
  const users = answers.map((answer) =>
    answer.kind === 'present' ? answer.usedBy?.map(({ words }) => words) : answer,
  );
  expect(users.slice(0, 6)).toEqual([
    undefined,
    ['Auto Scaling group plain', 'Auto Scaling group by-name'],
    ['Auto Scaling group mixed'],
    ['Auto Scaling group mixed'],
    undefined,
    undefined,
  ]);
  expect(answers[2]).toMatchObject({ usedBy: [{ arn: groupArn('mixed') }] });
  expect(answers.sent).toEqual(['DescribeLaunchTemplates', 'DescribeAutoScalingGroups']);
});

test('templates whose users can not be read are unreadable', async () => {
  const answers = await describe({ LaunchTemplates }, { DescribeAutoScalingGroups: awsError('AccessDenied') });
  expect(new Set(answers.map(({ kind }) => kind))).toEqual(new Set(['unreadable']));
});

test('nobody asks who uses what is gone', async () => {
  const answers = await describe(awsError('InvalidLaunchTemplateId.NotFound'), { wanted: ['lt-1'] });
  expect([...answers]).toEqual([{ kind: 'gone', id: 'lt-1' }]);
  expect(answers.sent).toEqual(['DescribeLaunchTemplates']);
});
