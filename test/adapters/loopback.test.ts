import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { devNull, tmpdir } from 'node:os';
import { join } from 'node:path';
import { EC2Client } from '@aws-sdk/client-ec2';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import { clientSource, retryStrategyForShard } from '../../lib/adapters/aws-clients.ts';
import { servicesBeyondLoopback } from '../../lib/adapters/loopback.ts';
import { isLoopback } from '../../lib/core/loopback.ts';

const folder = mkdtempSync(join(tmpdir(), 'mayfly-loopback-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeEach(() => {
  for (const name of Object.keys(process.env).filter((one) => one.startsWith('AWS_'))) vi.stubEnv(name, undefined);
  vi.stubEnv('AWS_CONFIG_FILE', devNull);
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', devNull);
});

function beyond(): Promise<string[]> {
  const source = clientSource({ region: 'eu-west-1', retryStrategy: retryStrategyForShard() });
  return servicesBeyondLoopback(source, [EC2Client, S3Client, SQSClient]);
}

test('without settings every service is beyond this machine', async () => {
  expect(await beyond()).toEqual(['EC2', 'S3', 'SQS']);
});

test.each(['http://127.0.0.1:5000', 'http://localhost:5000/', 'http://[::1]:5000'])(
  '%s for all of them is this machine',
  async (url) => {
    vi.stubEnv('AWS_ENDPOINT_URL', url);
    expect(await beyond()).toEqual([]);
  },
);

test('one service that points elsewhere is found among the local ones', async () => {
  vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:5000');
  vi.stubEnv('AWS_ENDPOINT_URL_SQS', 'https://sqs.eu-west-1.amazonaws.com');
  expect(await beyond()).toEqual(['SQS']);
});

test('one local service does not make the others local', async () => {
  vi.stubEnv('AWS_ENDPOINT_URL_SQS', 'http://127.0.0.1:5000');
  expect(await beyond()).toEqual(['EC2', 'S3']);
});

test('the endpoint of a profile counts, and its section for one service goes before it', async () => {
  const config = join(folder, 'config');
  writeFileSync(
    config,
    `[profile local]
endpoint_url = http://127.0.0.1:5000
services = mixed
[profile plain]
endpoint_url = http://127.0.0.1:5000
[services mixed]
ec2 =
  endpoint_url = https://ec2.example.com
`,
  );
  vi.stubEnv('AWS_CONFIG_FILE', config);
  vi.stubEnv('AWS_PROFILE', 'plain');
  expect(await beyond()).toEqual([]);
  vi.stubEnv('AWS_PROFILE', 'local');
  expect(await beyond()).toEqual(['EC2']);
});

test.each(['127.0.0.1.example.com', 'localhost.example.com', '10.0.0.1', '0.0.0.0', 'example.com', '128.0.0.1', ''])(
  '%j is not this machine',
  (host) => expect(isLoopback(host)).toBe(false),
);
