import { describe, expect, test } from 'vitest';
import { planKey, runKey } from '../../lib/adapters/run-documents.ts';
import { hubRoles } from '../../lib/infra/role-names.ts';
import { deployed, guardRule, type HubRole, hubIam, hubPolicies, hubTemplateWith } from './hub-simulation.ts';
import { hubAccount, memberAccount, region } from './member-simulation.ts';

type Step = HubRole;
const steps = Object.keys(hubRoles) as Step[];
const { table: tableArn, bucket: bucketArn } = deployed;

const template = hubTemplateWith(guardRule);
const ask = hubIam(template);

function may(step: Step, action: string, arn: string, leadingKeys?: string[]): Promise<boolean> {
  return ask(step, { action, arn, ...(leadingKeys && { context: { 'dynamodb:LeadingKeys': leadingKeys } }) });
}

/** For each step those of `all` that it may. */
async function allowed(all: readonly string[], isAllowed: (step: Step, one: string) => Promise<boolean>) {
  const rows = steps.map(async (step) => {
    const answers = await Promise.all(all.map((one) => isAllowed(step, one)));
    return [step, all.filter((_, index) => answers[index])] as const;
  });
  return Object.fromEntries(await Promise.all(rows));
}

describe('what the role of a step may write', () => {
  const queue = 'arn:aws:sqs:eu-west-1:222222222222:pr-9';
  // Names as in tables that are deployed already: they must not change.
  const telling = ['notices', 'told', 'postponed', 'people'];
  const others = ['open-removals', 'lease', 'switches', 'approvals', 'orders', 'runs', 'tasks', 'of-tomorrow'];
  const guarding = ['guard', 'guard-events', 'guard-seen'];
  const partitions = [queue, 'turns', ...others, ...telling, ...guarding];

  test.each(['dynamodb:PutItem', 'dynamodb:UpdateItem'])('%s: the partitions that its step needs', async (action) => {
    expect(await allowed(partitions, (step, key) => may(step, action, tableArn, [key]))).toEqual({
      list: ['lease', 'runs'],
      scan: [queue, 'turns', 'open-removals'],
      settle: [queue, 'turns', 'open-removals'],
      plan: [],
      warn: [queue, 'turns', ...telling],
      reap: [queue, 'turns', 'open-removals', 'approvals'],
      conclude: ['lease', 'runs', ...telling],
      end: ['lease', 'runs', ...telling],
      slack: [],
      worker: [queue, 'turns', 'switches', 'approvals', 'orders', 'tasks', 'notices', 'people'],
      restore: [queue, 'turns', 'tasks', 'notices', 'people'],
      report: ['tasks', 'told'],
      link: [],
      guard: ['tasks', 'people', ...guarding],
      guardOrder: ['tasks', 'people', ...guarding],
      guardAlarm: ['tasks', 'told', 'guard', 'guard-events'],
    });
  });

  test('several at once: not where one of them is of another step', async () => {
    expect(await may('reap', 'dynamodb:PutItem', tableArn, [queue, 'turns', 'open-removals'])).toBe(true);
    expect(await may('reap', 'dynamodb:PutItem', tableArn, [queue, 'switches'])).toBe(false);
  });

  test('the guard writes to no history of a resource, unless the policy wants copies before a stop', async () => {
    const both = [queue, 'guard'];
    for (const step of ['guard', 'guardOrder', 'guardAlarm'] as const) {
      expect(await may(step, 'dynamodb:PutItem', tableArn, both), step).toBe(false);
      expect(await may(step, 'dynamodb:PutItem', tableArn, ['guard', 'guard-events']), step).toBe(true);
    }
    const copying = hubIam(hubTemplateWith({ ...guardRule, guard: { ...guardRule.guard, copy: true } }));
    const context = { 'dynamodb:LeadingKeys': [queue] };
    for (const step of ['guard', 'guardOrder', 'guardAlarm'] as const) {
      const mayNow = (action: string) => copying(step, { action, arn: tableArn, context });
      expect(await mayNow('dynamodb:PutItem'), step).toBe(step !== 'guardAlarm');
      expect(await mayNow('dynamodb:DeleteItem'), step).toBe(false);
    }
  });

  test('deletes: open removals, beside what the same transaction writes', async () => {
    expect(await allowed(partitions, (step, key) => may(step, 'dynamodb:DeleteItem', tableArn, [key]))).toEqual({
      list: [],
      scan: [queue, 'turns', 'open-removals'],
      settle: [queue, 'turns', 'open-removals'],
      plan: [],
      warn: [],
      reap: [queue, 'turns', 'open-removals'],
      conclude: [],
      end: [],
      slack: [],
      worker: [],
      restore: [],
      report: [],
      link: [],
      guard: [],
      guardOrder: [],
      guardAlarm: [],
    });
  });

  const shard = '222222222222-eu-west-1';
  const names = ['shards', 'skipped', 'begun', `scans/${shard}`, `standing/${shard}`, 'outcomes/settled', 'work'];
  const ends = ['decisions', 'outcomes/warned', 'outcomes/all', 'failed', 'ended', 'report'];
  const documents = [...names, 'plan', `reap/${shard}`, ...ends].map((name) => runKey('run-1', name));
  const ofReports = [runKey('finance', 'weeks'), runKey('finance', 'waiting')];
  const all = [planKey('plan-1'), ...documents, runKey('latest', 'sweep'), ...ofReports];

  const ending = ['outcomes/all', 'failed', 'report'].map((name) => runKey('run-1', name));
  ending.push(runKey('latest', 'sweep'));

  test('the documents of its step, so that only planning says what is to be removed', async () => {
    const saved = await allowed(all, (step, key) => may(step, 's3:PutObject', `${bucketArn}/${key}`));
    expect(saved).toEqual({
      list: ['runs/run-1/shards.json', 'runs/run-1/skipped.json', 'runs/run-1/begun.json'],
      scan: [`runs/run-1/scans/${shard}.json`, `runs/run-1/standing/${shard}.json`],
      settle: ['runs/run-1/outcomes/settled.json'],
      plan: ['plans/plan-1.json', 'runs/run-1/work.json', 'runs/run-1/plan.json', `runs/run-1/reap/${shard}.json`],
      warn: ['runs/run-1/outcomes/warned.json'],
      reap: [`runs/run-1/reap/${shard}.json`],
      conclude: [...ending.slice(0, 2), 'runs/run-1/ended.json', ...ending.slice(2)],
      end: ending,
      slack: [],
      worker: [],
      restore: [],
      report: ofReports,
      link: [],
      guard: [],
      guardOrder: [],
      guardAlarm: [],
    });
  });

  test('and reads all of them, unless it hears or answers strangers', async () => {
    const read = await allowed(all, (step, key) => may(step, 's3:GetObject', `${bucketArn}/${key}`));
    const none = { slack: [], link: [], guardAlarm: [] };
    expect(read).toEqual({ ...Object.fromEntries(steps.map((step) => [step, all])), ...none });
  });
});

test('which member roles it may assume: one that talks with people only the one that tags', async () => {
  const names = ['mayfly-read', 'mayfly-act', 'mayfly-tag', 'mayfly-idle', 'mayfly-guard', 'mayfly-stack'];
  const others = ['OrganizationAccountAccessRole', 'mayfly-tag-2'];
  const arnOf = (name: string) => `arn:aws:iam::${memberAccount}:role/${name}`;
  const assumed = await allowed([...names, ...others], (step, name) => may(step, 'sts:AssumeRole', arnOf(name)));
  expect(assumed).toEqual({
    list: ['mayfly-read'],
    scan: ['mayfly-read'],
    settle: ['mayfly-read', 'mayfly-act'],
    plan: [],
    warn: ['mayfly-read'],
    reap: ['mayfly-read', 'mayfly-act', 'mayfly-idle'],
    conclude: [],
    end: [],
    slack: [],
    worker: ['mayfly-tag'],
    restore: ['mayfly-read', 'mayfly-idle'],
    report: ['mayfly-read'],
    link: [],
    guard: ['mayfly-read', 'mayfly-guard'],
    guardOrder: ['mayfly-read', 'mayfly-guard'],
    guardAlarm: [],
  });
});

describe('the secrets of Slack, and the key of links', () => {
  const parameter = (name: string) => `arn:aws:ssm:${region}:${hubAccount}:parameter${name}`;
  const linkKey = '/mayfly/report/link-key';
  const names = ['/mayfly/slack/signing-secret', '/mayfly/slack/bot-token', linkKey, '/mayfly/slack/other', '/other'];
  const readers: Partial<Record<Step, string[]>> = {
    ...Object.fromEntries(steps.map((step) => [step, []])),
    ...Object.fromEntries(
      ['warn', 'conclude', 'end', 'worker', 'restore', 'guard', 'guardOrder', 'guardAlarm'].map((step) => [
        step,
        ['/mayfly/slack/bot-token'],
      ]),
    ),
    slack: ['/mayfly/slack/signing-secret'],
    report: ['/mayfly/slack/bot-token', linkKey],
    link: [linkKey],
  };

  test('who checks requests reads what they are signed with, who tells people the token, nobody both', async () => {
    expect(await allowed(names, (step, name) => may(step, 'ssm:GetParameter', parameter(name)))).toEqual(readers);
  });

  // The simulation knows no condition keys that have a part of their own.
  test('a key decrypts that one parameter, and only for Parameter Store', () => {
    for (const step of steps) {
      const statements = hubPolicies(template, step).flatMap(({ Statement }) => Statement);
      const forParameters = `ssm.${region}.amazonaws.com`;
      const decrypting = statements.filter(
        ({ Action, Condition }) => Action === 'kms:Decrypt' && JSON.stringify(Condition).includes(forParameters),
      );
      expect(decrypting.map(({ Condition }) => Condition)).toEqual(
        readers[step]?.map((name) => ({
          StringEquals: {
            'kms:ViaService': forParameters,
            'kms:EncryptionContext:PARAMETER_ARN': parameter(name),
          },
        })),
      );
    }
  });
});

test('Slack calls the worker, and that one who restores, who goes on by itself, and who obeys admins', async () => {
  const others = ['mayfly-slack-worker:1', 'mayfly-reap-shard', 'mayfly-slack-command', 'mayfly-guard'];
  const functions = [
    deployed.worker,
    deployed.restore,
    deployed.order,
    ...others.map((name) => `arn:aws:lambda:${region}:${hubAccount}:function:${name}`),
  ];
  expect(await allowed(functions, (step, arn) => may(step, 'lambda:InvokeFunction', arn))).toEqual({
    ...Object.fromEntries(steps.map((step) => [step, []])),
    slack: [deployed.worker],
    worker: [deployed.restore, deployed.order],
    restore: [deployed.restore],
  });
});

describe('the organization', () => {
  /** The steps that may all of this. */
  async function whoMay(action: string, arn: string, context: Record<string, string> = {}) {
    const asks = steps.map(async (step) => [step, await ask(step, { action, arn, context })] as const);
    return (await Promise.all(asks)).filter(([, answer]) => answer).map(([step]) => step);
  }

  test('only who looks for accounts asks it for them', async () => {
    const asking = await whoMay('organizations:ListAccountsForParent', '*');
    expect(asking).toEqual(['list', 'worker', 'restore', 'report', 'guard', 'guardOrder']);
  });

  test('only who guards freezes an account that the guard is for, and lets it go', async () => {
    const account = (id: string) => `arn:aws:organizations::${hubAccount}:account/o-abc123de45/${id}`;
    const isControlPolicy = { 'organizations:PolicyType': 'SERVICE_CONTROL_POLICY' };
    for (const action of ['organizations:AttachPolicy', 'organizations:DetachPolicy']) {
      expect(await whoMay(action, account(memberAccount), isControlPolicy)).toEqual(['guard', 'guardOrder']);
    }
    expect(await whoMay('organizations:AttachPolicy', account('333333333333'), isControlPolicy)).toEqual([]);
  });
});
