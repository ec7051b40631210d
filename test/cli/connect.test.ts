import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { devNull, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test, vi } from 'vitest';
import { connect } from '../../lib/cli/connect.ts';

const folder = mkdtempSync(join(tmpdir(), 'mayfly-connect-'));
const config = join(folder, 'mayfly.yaml');
writeFileSync(config, 'version: 1\naccounts: [{ id: "222222222222" }]\nregions: [eu-west-1]\n');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeEach(() => {
  for (const name of Object.keys(process.env).filter((one) => one.startsWith('AWS_'))) vi.stubEnv(name, undefined);
  vi.stubEnv('AWS_CONFIG_FILE', devNull);
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', devNull);
  vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:5000');
});

const later = { config, now: '2026-12-01T10:00:00Z', writes: true };

test('a later day is written to where every service is on this machine', async () => {
  const { close } = await connect(later);
  close();
});

test.each(['SQS', 'EKS', 'EFS', 'ELASTICACHE', 'OPENSEARCH', 'ELASTIC_LOAD_BALANCING'])(
  'not where %s is elsewhere, whether Mayfly removes there or only counts',
  async (service) => {
    vi.stubEnv(`AWS_ENDPOINT_URL_${service}`, 'https://service.example.com');
    await expect(connect(later)).rejects.toThrow('with --now this command would write to real accounts');
  },
);
