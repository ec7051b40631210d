import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateVolumeCommand, EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2';
import { expect, test } from 'vitest';
import { readCsv } from '../fakes/read-csv.ts';
import { ago, type Bench, bench } from './command-line.ts';

const hostile = { owner: '=HYPERLINK("http://x","y")', Name: '<script>alert(1)</script>' };

async function volume(here: Bench, Size: number, tags: Readonly<Record<string, string>>): Promise<string> {
  const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  const made = await (await here.site()).client(EC2Client).send(
    new CreateVolumeCommand({
      AvailabilityZone: 'us-east-1a',
      Size,
      VolumeType: 'gp2',
      ...(Tags.length > 0 && { TagSpecifications: [{ ResourceType: 'volume', Tags }] }),
    }),
  );
  return made.VolumeId ?? '';
}

function csvIn(out: string): Record<string, string>[] {
  const [names = [], ...rows] = readCsv(readFileSync(join(out, 'idle-report.csv'), 'utf8'));
  return rows.map((row) => Object.fromEntries(names.map((name, index) => [name, row[index] ?? ''])));
}

test('the report says what has expired and what it costs, before anything was swept and after', async () => {
  const here = bench();
  const [account] = here.accounts;
  const out = here.file('report');
  const expired = await volume(here, 100, { 'expires-at': ago(72), ...hostile });
  await volume(here, 50, {});
  const ec2 = (await here.site()).client(EC2Client);
  await ec2.send(
    new RunInstancesCommand({ ImageId: 'ami-12c6146b', InstanceType: 't3.micro', MinCount: 1, MaxCount: 1 }),
  );

  const first = await here.mayfly('report', '--out', out);
  expect([first.code, first.stdout]).toEqual([0, '']);
  expect(readdirSync(out).toSorted()).toEqual(['idle-report.csv', 'idle-report.html', 'trend.png']);
  expect(csvIn(out)).toMatchObject([
    {
      account,
      region: 'us-east-1',
      type: 'ec2:volume',
      id: expired,
      owner: `'${hostile.owner}`,
      monthly_usd: '10.00',
      cost_kind: 'estimate',
      next_step: 'removed',
    },
  ]);
  const page = readFileSync(join(out, 'idle-report.html'), 'utf8');
  expect(page).toContain(expired);
  expect(page).not.toContain(hostile.Name);
  expect(readFileSync(join(out, 'trend.png')).subarray(1, 4).toString()).toBe('PNG');
  expect(first.stderr).toMatch(/Idle: 1 resource, ~\$10\.00 a month/);
  // The disk of the server is one of four, and nobody's but for one.
  expect(first.stderr).toMatch(/Seen: 4 resources, ~\$\d+\.\d\d a month/);
  expect(first.stderr).toMatch(/Without an owner: 3 resources/);
  expect(first.stderr).toContain(join(out, 'idle-report.html'));

  expect((await here.mayfly('reap', '--enforce')).code).toBe(0);
  const later = await here.mayfly('report', '--out', out, '--now', ago(-24 * 7));
  expect([later.code, csvIn(out)]).toEqual([0, []]);
  expect(later.stderr).toMatch(/Saved since .*: ~\$2\.\d\d \(1 removed, 0 stopped\)/);
});

test('a folder that can not be written to, or none, is bad usage, and nothing is asked', async () => {
  const here = bench();
  writeFileSync(here.file('taken'), '');
  const [taken, none] = await Promise.all([here.mayfly('report', '--out', here.file('taken')), here.mayfly('report')]);
  expect([taken.code, none.code]).toEqual([2, 2]);
  expect(taken.stderr).toMatch(/^mayfly: --out .*taken is no folder that can be written to/);
  expect(none.stderr).toContain('--out <folder>');
});
