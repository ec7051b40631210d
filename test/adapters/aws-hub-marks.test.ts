import { expect, test } from 'vitest';
import { hubsNamedIn } from '../../lib/adapters/aws-hub-marks.ts';
import { answeredClients } from '../fakes/answered-clients.ts';
import { awsError } from '../samples/sample.ts';

const names = (...Names: string[]) => ({ Parameters: Names.map((Name) => ({ Name })) });

test('marks are found on every page, by their names alone', async () => {
  const pages = [
    { ...names(), NextToken: '1' },
    { ...names('/mayfly/hub/111111111111', '/mayfly/hub'), NextToken: '2' },
  ];
  const last = names(
    '/mayfly/hub/222222222222',
    '/mayfly/hub/333',
    '/mayfly/hub/111111111111/x',
    '/other/hub/444444444444',
  );
  const { source, sent } = answeredClients({
    DescribeParameters: ({ NextToken }: { NextToken?: string }) => pages[Number(NextToken ?? 0)] ?? last,
  });
  expect(await hubsNamedIn({ source, partition: 'aws' }, 'eu-west-1')).toEqual(['111111111111', '222222222222']);
  expect(new Set(sent.map(({ command }) => command))).toEqual(new Set(['DescribeParameters']));
});

test('a refusal says where, and what to do', async () => {
  const { source } = answeredClients({ DescribeParameters: () => awsError('AccessDeniedException') });
  await expect(hubsNamedIn({ source, partition: 'aws' }, 'eu-west-1')).rejects.toThrow(
    /eu-west-1.*AccessDeniedException.*ssm:DescribeParameters/,
  );
});
