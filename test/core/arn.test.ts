import { expect, test } from 'vitest';
import { kindOf, parseArn } from '../../lib/core/arn.ts';

test('an ARN is taken apart, resources with colons and slashes whole', () => {
  expect(parseArn('arn:aws:rds:eu-west-1:222222222222:db:orders')).toEqual({
    text: 'arn:aws:rds:eu-west-1:222222222222:db:orders',
    partition: 'aws',
    service: 'rds',
    region: 'eu-west-1',
    account: '222222222222',
    resource: 'db:orders',
  });
});

test.each([
  ['arn:aws:s3:::logs', '', '', 'logs', 's3'],
  ['arn:aws:s3:::logs/2026/a:b', '', '', 'logs/2026/a:b', 's3:logs'],
  ['arn:aws-cn:ec2:cn-north-1:222222222222:volume/vol-1', 'cn-north-1', '222222222222', 'volume/vol-1', 'ec2:volume'],
  ['arn:aws-us-gov:sqs:us-gov-west-1:222222222222:orders', 'us-gov-west-1', '222222222222', 'orders', 'sqs'],
  ['arn:aws:ec2:eu-west-1::snapshot/snap-1', 'eu-west-1', '', 'snapshot/snap-1', 'ec2:snapshot'],
  [
    'arn:aws:elasticloadbalancing:eu-west-1:222222222222:loadbalancer/app/web/1a',
    'eu-west-1',
    '222222222222',
    'loadbalancer/app/web/1a',
    'elasticloadbalancing:loadbalancer',
  ],
  [
    'arn:aws:elasticloadbalancing:eu-west-1:222222222222:loadbalancer/web',
    'eu-west-1',
    '222222222222',
    'loadbalancer/web',
    'elasticloadbalancing:classic-loadbalancer',
  ],
  ['arn:aws:iam::aws:policy/ReadOnly', '', 'aws', 'policy/ReadOnly', 'iam:policy'],
  [
    'arn:aws:logs:eu-west-1:222222222222:log-group:/a/b:*',
    'eu-west-1',
    '222222222222',
    'log-group:/a/b:*',
    'logs:log-group',
  ],
])('%s', (text, region, account, resource, kind) => {
  const arn = parseArn(text);
  expect(arn).toMatchObject({ text, region, account, resource });
  expect(arn && kindOf(arn)).toBe(kind);
});

test.each([
  '',
  'i-0123456789',
  'arn:aws:s3',
  'arn:aws:s3:::',
  'arn:aws:ec2:eu-west-1:2222:volume/vol-1',
  ' arn:aws:s3:::logs',
  'ARN:aws:s3:::logs',
])('%j is not an ARN', (text) => {
  expect(parseArn(text)).toBeUndefined();
});
