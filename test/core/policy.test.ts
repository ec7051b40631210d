import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { policyJsonSchema, readPolicy } from '../../lib/core/policy-problems.ts';
import { day, hour } from '../../lib/core/time.ts';

const contract = readFileSync(join(import.meta.dirname, '../samples/mayfly.yaml'), 'utf8');
const knownTypes = ['ec2:instance', 'ec2:volume', 'rds:db'];

/** The contract's policy, with the value at a path replaced; `undefined` leaves the key out. */
function policyWith(...changes: [path: string, value: unknown][]): unknown {
  const raw = parse(contract) as Record<string, unknown>;
  for (const [path, value] of changes) {
    const keys = path.split('.');
    const last = keys.pop() ?? '';
    let target = raw;
    for (const key of keys) target = target[key] as Record<string, unknown>;
    if (value === undefined) delete target[last];
    else target[last] = value;
  }
  return raw;
}

function problemsOf(raw: unknown): string[] {
  const result = readPolicy(raw, knownTypes);
  return result.ok ? [] : result.problems.map(({ path, message }) => `${path.join('.')}: ${message}`);
}

test("the contract's policy is accepted as it stands", () => {
  const result = readPolicy(parse(contract), knownTypes);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  expect(result.policy.expiry).toMatchObject({ warnings: [24 * hour, hour], maxLifetime: 30 * day });
  expect(result.policy.removal.window).toEqual({ days: ['mon', 'tue', 'wed', 'thu'], from: '08:00', to: '18:00' });
  expect(result.policy.guard?.accounts).toEqual({ '222222222222': { budget: 2000, burnPerHour: 15, jump: 5 } });
});

test('the least policy has the defaults of the contract', () => {
  const result = readPolicy({ version: 1, accounts: [{ id: '222222222222' }], regions: 'enabled' }, knownTypes);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  const whole = readPolicy(parse(contract), knownTypes);
  if (!whole.ok) throw new Error(JSON.stringify(whole.problems));
  const { maxLifetime: _, ...expiry } = whole.policy.expiry;
  const { window: __, ...removal } = whole.policy.removal;
  const { topic: ___, channel: ____, ...report } = whole.policy.report;
  const { protect, tags, limits, prices, state } = whole.policy;
  expect(result.policy).toEqual({
    version: 1,
    mode: 'observe',
    accounts: [{ id: '222222222222' }],
    exclude: [],
    regions: 'enabled',
    role: 'none',
    roles: {},
    types: [],
    ...{ expiry, removal, report, protect, tags, limits, prices, state },
  });
});

test('a budget of nothing is one: whatever costs anything passes it', () => {
  const result = readPolicy(policyWith(['guard.environments', { ci: { budget: 0, jump: 1.5 } }]), knownTypes);
  expect(result).toMatchObject({ policy: { guard: { environments: { ci: { budget: 0, jump: 1.5 } } } } });
});

test('blocks that are there but empty have the defaults of the contract too', () => {
  const empty = policyWith(['idle', {}], ['guard', {}], ['slack', { team: 'T1', channel: '#x' }]);
  const result = readPolicy(empty, knownTypes);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  const { removeAfter: _, ...idle } = (readPolicy(parse(contract), knownTypes) as { policy: typeof result.policy })
    .policy.idle ?? { removeAfter: 0 };
  expect(result.policy.idle).toEqual(idle);
  expect(result.policy.guard).toEqual({
    allow: 'tell',
    scp: 'mayfly-freeze',
    copy: false,
    accounts: {},
    environments: {},
  });
  expect(result.policy.slack).toMatchObject({ command: '/ttl', admins: [], extenders: [], heartbeat: '09:00' });
});

test.each<[path: string, value: unknown, problem: string]>([
  ['version', 2, 'version: expected 1'],
  ['version', undefined, 'version: is required'],
  ['mode', 'delete', 'mode: expected observe or enforce'],
  ['accounts', undefined, 'accounts: is required'],
  ['accounts', [], 'accounts: name at least one account or organizational unit'],
  ['accounts', null, 'accounts: expected array, received null'],
  ['accounts.0.id', 222222222222, 'accounts.0.id: expected an account id of 12 digits, in quotes'],
  ['accounts.0.id', '2222', 'accounts.0.id: expected an account id of 12 digits, in quotes'],
  ['accounts.0.id', undefined, 'accounts.0.id: is required'],
  ['accounts.0.ou', 'ou-ab12-34567890', 'accounts.0.ou: does not go with the keys beside it'],
  ['accounts.0.mode', 'dry-run', 'accounts.0.mode: expected observe or enforce'],
  ['accounts.0', '222222222222', 'accounts.0: expected object, received string'],
  ['accounts.1.id', '222222222222', 'accounts.1: 222222222222 is listed twice'],
  ['accounts.2.ou', 'dev', 'accounts.2.ou: expected ou-… or r-…'],
  ['exclude.0', '4', 'exclude.0: expected an account id of 12 digits, in quotes'],
  ['regions', undefined, 'regions: is required'],
  ['regions', [], 'regions: name at least one region'],
  ['regions', 'eu-west-1', 'regions: expected enabled, or a list of regions'],
  ['regions.1', 'eu-west', 'regions.1: expected a region such as eu-west-1'],
  ['organization.hub', undefined, 'organization.hub: is required'],
  ['organization.operator', '', 'organization.operator: expected the name of a role in the hub account'],
  ['organization.operator', '*', 'organization.operator: expected the name of a role in the hub account'],
  ['organization.operator', 'teams/*', 'organization.operator: expected the name of a role in the hub account'],
  ['organization.operator', '/platform', 'organization.operator: expected the name of a role in the hub account'],
  ['organization.operator', 'arn:aws:iam::111111111111:role/platform', 'organization.operator: expected the name'],
  ['organization.operator', '$team', 'organization.operator: expected the name of a role'],
  ['expiry', null, 'expiry: expected object, received null'],
  ['expiry.tags', [], 'expiry.tags: expected array to have >=1 items'],
  ['expiry.tags.1', 'Expires-At', 'expiry.tags.1: "Expires-At" is already the key of expiry.tags[0]'],
  ['expiry.timeZone', 'Berlin', 'expiry.timeZone: expected an IANA time zone such as Europe/Berlin'],
  ['expiry.warnings.1', '1m', 'expiry.warnings.1: expected a duration such as 30min, 4h, 3d or 2w'],
  ['expiry.maxLifetime', 30, 'expiry.maxLifetime: expected string, received number'],
  ['expiry.requireWarning', 'yes', 'expiry.requireWarning: expected boolean, received string'],
  ['types', 'ec2:instance', 'types: expected all, or a list of types'],
  ['types', ['rds:db', 'lambda:function'], 'types.1: unknown type "lambda:function"'],
  ['protect.tag', 'TTL', 'expiry.tags.1: "ttl" is already the key of protect.tag'],
  ['removal.window.to', '08:00', 'removal.window.to: must be later than from, on the same day'],
  ['removal.window.from', '8:00', 'removal.window.from: expected a time such as "08:00"'],
  ['removal.window.days.0', 'monday', 'removal.window.days.0: expected mon or tue'],
  ['limits.shareOfTracked', 1.5, 'limits.shareOfTracked: expected number to be <=1'],
  ['limits.removalsPerRun', -1, 'limits.removalsPerRun: expected number to be >=0'],
  ['limits.removalsPerRun', 1.5, 'limits.removalsPerRun: expected int, received number'],
  ['limits.planAge', '2 hours', 'limits.planAge: expected a duration'],
  ['idle.keepCopies', '14d', 'idle.keepCopies: must be longer than removeAfter'],
  ['idle.match', {}, 'idle.match: name at least one tag, or every server would be meant'],
  ['slack.team', undefined, 'slack.team: is required'],
  ['guard.accounts.222222222222.jump', 1, 'guard.accounts.222222222222.jump: must be greater than 1: it is how many'],
  ['guard.environments', { ci: { jump: 0.5 } }, 'guard.environments.ci.jump: must be greater than 1'],
  ['guard.accounts.222222222222.budget', -1, 'guard.accounts.222222222222.budget: expected number to be >=0'],
  ['guard.accounts', { dev: {} }, 'guard.accounts.dev: expected an account id of 12 digits, in quotes'],
  ['state', { table: 'mayfly' }, 'state.bucket: is required'],
])('%s: %j is one problem, "%s"', (path, value, problem) => {
  expect(problemsOf(policyWith([path, value]))).toEqual([expect.stringContaining(problem)]);
});

test.each([
  ['expirey', {}, 'expirey: unknown key; did you mean "expiry"?'],
  ['expiry.requireWarnings', true, 'expiry.requireWarnings: unknown key; did you mean "requireWarning"?'],
  ['accounts.0.mod', 'enforce', 'accounts.0.mod: unknown key; did you mean "mode"?'],
  ['accounts.0.mode', 'enforced', 'accounts.0.mode: expected observe or enforce; did you mean "enforce"?'],
  ['guard.accounts.222222222222.budgt', 1, 'guard.accounts.222222222222.budgt: unknown key; did you mean "budget"?'],
  ['types', ['ec2:instanse'], 'types.0: unknown type "ec2:instanse"; did you mean "ec2:instance"?'],
  ['limits.dryness', 1, 'limits.dryness: unknown key'],
  ['x', 1, 'x: unknown key'],
])('%s is answered with what was probably meant, if anything is near', (path, value, problem) => {
  expect(problemsOf(policyWith([path, value]))).toEqual([problem]);
});

test.each([null, undefined, [], 'version: 1', 7])('%j is no policy, and is told so without a crash', (raw) => {
  expect(problemsOf(raw)).toHaveLength(1);
});

test('several problems are all reported at once', () => {
  expect(problemsOf({})).toEqual(['version: is required', 'accounts: is required', 'regions: is required']);
  const both = policyWith(['types', ['nope']], ['slack', undefined], ['idle.keepCopies', '1d']);
  expect(problemsOf(both).map((problem) => problem.split(':')[0])).toEqual([
    'expiry.requireWarning',
    'types.0',
    'idle.keepCopies',
  ]);
});

describe('a required warning with nowhere to deliver it', () => {
  const noSlack: [string, unknown] = ['slack', undefined];

  test('is a problem that names both remedies', () => {
    const [problem] = problemsOf(policyWith(noSlack));
    expect(problem).toMatch(/^expiry.requireWarning: /);
    expect(problem).toContain('add a slack block');
    expect(problem).toContain('set requireWarning to false');
  });

  test('is one whether the account or the whole policy says enforce', () => {
    const accounts: [string, unknown] = ['accounts', [{ id: '222222222222' }]];
    expect(problemsOf(policyWith(noSlack, accounts))).toEqual([]);
    expect(problemsOf(policyWith(noSlack, accounts, ['mode', 'enforce']))).toHaveLength(1);
    const observed: [string, unknown] = ['accounts', [{ ou: 'ou-ab12-34567890', mode: 'observe' }]];
    expect(problemsOf(policyWith(noSlack, observed, ['mode', 'enforce']))).toEqual([]);
  });

  test('is none without enforced accounts or required warnings', () => {
    expect(problemsOf(policyWith(noSlack, ['expiry.requireWarning', false]))).toEqual([]);
  });
});

test('the JSON Schema for editors knows every block of the contract', () => {
  const blocks = Object.keys(parse(contract) as object);
  expect(Object.keys(policyJsonSchema().properties ?? {}).toSorted()).toEqual(blocks.toSorted());
  expect(policyJsonSchema()['required']).toEqual(['version', 'accounts', 'regions']);
});
