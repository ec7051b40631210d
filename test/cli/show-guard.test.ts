import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { releaseDocument, releaseExitCode, showRelease } from '../../lib/cli/show-guard-release.ts';
import { showStatus, statusDocument } from '../../lib/cli/show-guard-status.ts';
import type { GuardMessage } from '../../lib/core/guard-message.ts';
import type { Part } from '../../lib/core/guard-parts.ts';
import { BadRequest } from '../../lib/use-cases/find-targets.ts';
import type { AccountStatus } from '../../lib/use-cases/guard-status.ts';
import { at } from '../fakes/builders.ts';

let written: string[];
beforeEach(() => {
  written = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  vi.stubEnv('NO_COLOR', '1');
});
afterEach(() => void vi.restoreAllMocks());

const account = '222222222222';

const cause = {
  type: 'ec2:instance',
  region: 'eu-west-1',
  count: 40,
  usdPerHour: 1400,
  largest: `arn:aws:ec2:eu-west-1:${account}:instance/i-1`,
  largestUsdPerHour: 35,
};
const burn = { account, usdPerHour: 1412.345, known: 60, unknown: 0, causes: [cause] };
const projection = {
  usd: 123_456.7,
  measuredUsd: 400,
  spentUsd: 402.5,
  measuredHours: 100,
  unmeasuredHours: 3,
  from: 'week' as const,
};

function one(of: Partial<AccountStatus> = {}): AccountStatus {
  const changed = { parts: [], isReleasing: false, differs: [], problems: [], environments: [] };
  return { account, stage: 'none', limits: {}, ...changed, ...of };
}

function shown(accounts: AccountStatus[], columns = 80): string {
  Object.defineProperty(process.stderr, 'columns', { value: columns, configurable: true, writable: true });
  showStatus({ at: at('2026-11-23T12:00Z'), accounts, problems: [] }, 'mayfly.yaml');
  return written.join('');
}

const documentOf = (of: Partial<AccountStatus>) =>
  statusDocument({ at: at('2026-11-23T12:00Z'), accounts: [one(of)], problems: [] }).accounts[0];

const server = (number: number, of: Partial<Part> = {}): Part =>
  ({
    kind: 'server',
    arn: `arn:aws:ec2:eu-west-1:${account}:instance/i-${number}`,
    type: 'ec2:instance',
    region: 'eu-west-1',
    stage: 'stop',
    isDone: true,
    ...of,
  }) as Part;

describe('what accounts burn', () => {
  const whole: Partial<AccountStatus> = {
    stage: 'freeze',
    burn,
    usual: { least: 11.5, most: 12.25 },
    projection,
    limits: { burnPerHour: 50, budget: 9000, jump: 4 },
  };

  test('is a row, and below it what the largest causes are', () => {
    const text = shown([one(whole)]);
    expect(text).toMatch(/222222222222 │ frozen +│ +1412 │ 11\.50-12\.25 │ +123457 │ +9000 │/);
    expect(text).toContain('  $1,412.35 an hour\n');
    expect(text).toContain('$123,457 by the end of the month, $403 until now');
    expect(text).toContain('Limits: $50 an hour, $9000 a month, a jump to 4 times the usual.');
    expect(text).toMatch(/40 of ec2:instance, arn\S+i-1 the most expensive, in eu-west-1: \$1,400\.00 an hour/);
    expect(documentOf(whole)).toMatchObject({
      ...{ account, stage: 'freeze', usdPerHour: 1412.345, withoutPrice: 0, month: { usd: 123_456.7 } },
      ...{ usualUsdPerHour: { least: 11.5, most: 12.25 }, limits: { budget: 9000 }, causes: [cause], changed: [] },
    });
  });

  test.each([
    ['could not be read', {}, 'What it burns could not be read.'],
    [
      'has no known price',
      { burn: { ...burn, usdPerHour: 0, known: 0, unknown: 7, causes: [] }, projection: { ...projection, usd: 0 } },
      'not known: none of 7 has a known price',
    ],
  ])('is unknown and not 0 where it %s', (_, of, says) => {
    const text = shown([one(of)]);
    expect(text).toMatch(/222222222222 │ +│ +unknown │ +unknown │ +unknown │ +none │/);
    expect(text).toContain(says);
    expect(text).not.toMatch(/\$0|0\.00/);
    expect(JSON.stringify(documentOf(of))).not.toMatch(/usdPerHour|month"/);
  });

  test('is at least what is known where some of it has no price', () => {
    const text = shown([one({ burn: { ...burn, usdPerHour: 3.2, unknown: 2 }, projection })]);
    expect(text).toMatch(/│ +>3\.20 │.*│ +>123457 │/);
    expect(text).toContain('$3.20 an hour, and what 2 more cost is not known');
    expect(documentOf({ burn: { ...burn, unknown: 2 } })).toMatchObject({ usdPerHour: 1412.345, withoutPrice: 2 });
  });

  test('is 0 where nothing stands there', () => {
    const nothing = { account, usdPerHour: 0, known: 0, unknown: 0, causes: [] };
    expect(shown([one({ burn: nothing })])).toMatch(/│ +0\.00 │/);
    expect(documentOf({ burn: nothing })).toMatchObject({ usdPerHour: 0, withoutPrice: 0 });
  });

  test.each([80, 100, 200])('fits a terminal of %i characters, whatever names are used there', (columns) => {
    const long = 'a name\u001b[31m that is '.repeat(20);
    const environments = [{ environment: long, stage: 'tell' as const, burn, limits: { budget: 1 } }];
    const text = shown([one({ ...whole, name: long, environments }), one({ burn, name: 'dev' })], columns);
    const rows = text.split('\n').filter((line) => /^[│┌└]/.test(line));
    expect(rows).toHaveLength(6);
    expect(Math.max(...rows.map((line) => line.length))).toBeLessThanOrEqual(columns);
    expect(text).not.toContain('\u001b');
    expect(rows[3]).toMatch(/│ {3}a name.*│ told +│ +1412 │ +unknown │ +unknown │ +1 │/);
  });
});

describe('what the guard did', () => {
  test('is named with its state, and how to take it back', () => {
    const group = {
      kind: 'group',
      arn: groupArn,
      region: 'eu-west-1',
      before: { min: 1, desired: 3, max: 9 },
    } as const;
    const parts: Part[] = [
      { kind: 'scp', account, policy: 'mayfly-freeze', stage: 'freeze', isDone: true },
      { ...group, cap: 3, stage: 'freeze', isDone: true },
      server(1),
      server(2, { failure: 'AccessDenied' }),
      { kind: 'server', arn: server3, type: 'ec2:instance', region: 'eu-west-1', stage: 'stop' },
    ];
    const differs = [{ part: groupArn, says: 'somebody changed its sizes' }];
    const text = shown([one({ parts, isReleasing: true, differs, problems: ['eu-west-1: denied'] })]);
    for (const line of [
      'creations denied by service control policy mayfly-freeze',
      'kept at its size web in eu-west-1',
      'stopped i-1 in eu-west-1',
      'stopped i-2 in eu-west-1; could not be taken back: AccessDenied',
      'stopped, or was about to be: i-3 in eu-west-1',
      'its release is not finished: the next sweep goes on with it',
      'not as before web: somebody changed its sizes',
      'problem eu-west-1: denied',
    ]) {
      expect(text).toContain(`  ${line}\n`);
    }
    expect(text).toContain('npx mayfly guard release --config mayfly.yaml');
    expect(documentOf({ parts })?.changed.map(({ kind, isConfirmed }) => [kind, isConfirmed])).toEqual([
      ['scp', true],
      ['group', true],
      ['server', true],
      ['server', true],
      ['server', false],
    ]);
  });

  test('is not listed without end', () => {
    const text = shown([one({ parts: Array.from({ length: 300 }, (_, index) => server(index)) })]);
    expect(text).toContain('… and 280 more; --json shows them');
    expect(text.split('\n').length).toBeLessThan(40);
  });

  test('without anything to take back nothing is said of that', () => {
    expect(shown([one({ burn })])).not.toContain('guard release');
  });

  const groupArn = `arn:aws:autoscaling:eu-west-1:${account}:autoScalingGroup:1:autoScalingGroupName/web`;
  const server3 = `arn:aws:ec2:eu-west-1:${account}:instance/i-3`;
});

describe('a release', () => {
  const message = (did: Partial<NonNullable<GuardMessage['did']>>, problems: string[] = []): GuardMessage => ({
    ...{ account, at: 1, stage: 'none', reason: 'released' as never, passed: [], mayRelease: false, problems },
    did: {
      ...{ kind: 'release', isFinished: true, parts: [], refused: [], left: [], lacks: [], losses: [], differs: [] },
      ...did,
    },
  });

  test('says what was taken back, what is left and what is not as before', () => {
    const part = `arn:aws:ec2:eu-west-1:${account}:instance/i-2`;
    const refused = [{ part, why: 'its state is \u001bchanging' }];
    const differs = [{ part: 'scp mayfly-freeze 222222222222', says: 'the policy is not there' }];
    const ordered = {
      account,
      message: message({ parts: [server(1)], isFinished: false, refused, differs }, ['was not delivered: no Slack']),
    };
    showRelease(ordered);
    const text = written.join('');
    expect(text).toContain(
      'released in part 222222222222. Taken back: 1 server. It is not finished: the next sweep goes on with it.\n',
    );
    expect(text).toContain('  left: i-2: its state is \u{fffd}changing\n');
    expect(text).toContain('  not as before: service control policy mayfly-freeze: the policy is not there\n');
    expect(text).toContain('  note was not delivered: no Slack\n');
    expect(releaseDocument([ordered, { account: '333333333333', error: new Error('no ledger') }])).toEqual({
      accounts: [
        {
          account,
          isFinished: false,
          released: [expect.objectContaining({ kind: 'server', isConfirmed: true })],
          left: refused,
          differs,
          problems: ['was not delivered: no Slack'],
        },
        { account: '333333333333', isFinished: false, error: 'no ledger' },
      ],
    });
  });

  const whole = { account, message: message({}) };
  const part = { account, message: message({ isFinished: false }) };
  const failed = { account, error: new Error('the ledger can not be read') };
  const nothing = { account, error: new BadRequest('nothing to release') };
  test.each([
    ['there is nothing to release', [], 0],
    ['all is taken back', [whole, whole], 0],
    ['something is left', [whole, part], 4],
    ['one account could not be begun', [whole, failed], 4],
    ['none could', [failed, nothing], 1],
    ['what was asked for can not be', [nothing], 2],
  ])('has an exit status for it where %s', (_, orders, code) => {
    expect(releaseExitCode(orders)).toBe(code);
  });

  test('of an account that could not be begun says why', () => {
    showRelease({ account, error: new Error('the ledger can not be read') });
    expect(written.join('')).toBe('not released 222222222222: the ledger can not be read\n');
  });
});
