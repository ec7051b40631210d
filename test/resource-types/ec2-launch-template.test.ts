import { expect, test } from 'vitest';
import { ec2LaunchTemplate } from '../../lib/resource-types/ec2-launch-template.ts';
import { answeredClients } from '../fakes/answered-clients.ts';
import { type Answer, awsError } from '../samples/sample.ts';

const ids = Array.from({ length: 9 }, (_, number) => `lt-${number}`);

async function describe(DescribeLaunchTemplates: Answer) {
  const { source } = answeredClients({ DescribeLaunchTemplates });
  const shard = { account: '222222222222', region: 'eu-west-1', partition: 'aws' };
  return (await ec2LaunchTemplate.bind(source, shard)).describe(ids);
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
