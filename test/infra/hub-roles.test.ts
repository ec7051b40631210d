import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runSimulation } from '@cloud-copilot/iam-simulate';
import { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, test } from 'vitest';
import { planKey, runKey } from '../../lib/adapters/run-documents.ts';
import { buildApp } from '../../lib/infra/app.ts';
import { hubRoles } from '../../lib/infra/role-names.ts';
import { hubAccount, region } from './member-simulation.ts';

const { slack: _, worker: __, ...stepRoles } = hubRoles;
type Step = keyof typeof stepRoles;
const steps = Object.keys(stepRoles) as Step[];

const tableArn = `arn:aws:dynamodb:${region}:${hubAccount}:table/ledger`;
const bucketArn = 'arn:aws:s3:::runs';

type Policies = { name: string; policy: object }[];
const policies = new Map<Step, Policies>();

beforeAll(() => {
  const root = join(import.meta.dirname, '..', '..');
  const { context } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')) as { context: Record<string, unknown> };
  const policy = join(root, 'examples', 'mayfly.yaml');
  const app = buildApp({ ...context, policy, 'aws:cdk:bundling-stacks': [] });
  const template = Template.fromStack(app.node.findChild('Mayfly') as never);
  const roles = Object.entries(template.findResources('AWS::IAM::Role'));
  const attached = Object.values(template.findResources('AWS::IAM::Policy'));
  for (const step of steps) {
    const [id] = roles.find(([, { Properties }]) => Properties.RoleName === stepRoles[step]) ?? [];
    const own = attached.filter(({ Properties }) => Properties.Roles.some(({ Ref }: { Ref: string }) => Ref === id));
    policies.set(
      step,
      own.map(({ Properties }, index) => ({ name: `policy${index}`, policy: resolved(Properties.PolicyDocument) })),
    );
  }
});

/** A document as IAM sees it: what only a deployment knows has names of its own here. */
function resolved(value: unknown): never {
  return (Array.isArray(value) ? value.map(resolved) : resolvedObject(value)) as never;
}

function resolvedObject(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const { 'Fn::GetAtt': attribute, 'Fn::Join': join, Ref: ref } = value as Record<string, unknown>;
  if (attribute !== undefined) return JSON.stringify(attribute).includes('Ledger') ? tableArn : bucketArn;
  if (ref !== undefined) return ref === 'AWS::Partition' ? 'aws' : JSON.stringify(ref);
  if (join !== undefined) return (resolved((join as [string, unknown[]])[1]) as string[]).join('');
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, resolved(one)]));
}

async function may(step: Step, action: string, arn: string, leadingKeys?: string[]): Promise<boolean> {
  const result = await runSimulation(
    {
      request: {
        principal: `arn:aws:iam::${hubAccount}:role/${stepRoles[step]}`,
        action,
        resource: { resource: arn, accountId: hubAccount },
        contextVariables: leadingKeys === undefined ? {} : { 'dynamodb:LeadingKeys': leadingKeys },
      },
      identityPolicies: policies.get(step) ?? [],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  );
  if (result.resultType === 'error') throw new Error(`${action} on ${arn}: ${JSON.stringify(result.errors)}`);
  return result.overallResult === 'Allowed';
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
  const partitions = [queue, 'open-removals', 'lease', 'switches', 'approvals', 'orders', 'runs', 'of-tomorrow'];

  test.each(['dynamodb:PutItem', 'dynamodb:UpdateItem'])('%s: the partitions that its step needs', async (action) => {
    expect(await allowed(partitions, (step, key) => may(step, action, tableArn, [key]))).toEqual({
      list: ['lease', 'runs'],
      scan: [queue, 'open-removals'],
      settle: [queue, 'open-removals'],
      plan: [],
      warn: [queue],
      reap: [queue, 'open-removals', 'approvals'],
      conclude: ['lease', 'runs'],
      end: ['lease', 'runs'],
    });
  });

  test('several at once: not where one of them is of another step', async () => {
    expect(await may('reap', 'dynamodb:PutItem', tableArn, [queue, 'open-removals'])).toBe(true);
    expect(await may('reap', 'dynamodb:PutItem', tableArn, [queue, 'switches'])).toBe(false);
  });

  test('deletes: open removals, beside what the same transaction writes', async () => {
    expect(await allowed(partitions, (step, key) => may(step, 'dynamodb:DeleteItem', tableArn, [key]))).toEqual({
      list: [],
      scan: [queue, 'open-removals'],
      settle: [queue, 'open-removals'],
      plan: [],
      warn: [],
      reap: [queue, 'open-removals'],
      conclude: [],
      end: [],
    });
  });

  const shard = '222222222222-eu-west-1';
  const names = ['shards', 'skipped', 'begun', `scans/${shard}`, 'outcomes/settled', 'work', 'plan', `reap/${shard}`];
  const documents = [...names, 'outcomes/warned', 'outcomes/all', 'failed'].map((name) => runKey('run-1', name));
  const all = [planKey('plan-1'), ...documents];

  test('the documents of its step, so that only planning says what is to be removed', async () => {
    const saved = await allowed(all, (step, key) => may(step, 's3:PutObject', `${bucketArn}/${key}`));
    expect(saved).toEqual({
      list: ['runs/run-1/shards.json', 'runs/run-1/skipped.json', 'runs/run-1/begun.json'],
      scan: [`runs/run-1/scans/${shard}.json`],
      settle: ['runs/run-1/outcomes/settled.json'],
      plan: ['plans/plan-1.json', 'runs/run-1/work.json', 'runs/run-1/plan.json', `runs/run-1/reap/${shard}.json`],
      warn: ['runs/run-1/outcomes/warned.json'],
      reap: [`runs/run-1/reap/${shard}.json`],
      conclude: ['runs/run-1/outcomes/all.json', 'runs/run-1/failed.json'],
      end: ['runs/run-1/outcomes/all.json', 'runs/run-1/failed.json'],
    });
  });

  test('and reads all of them', async () => {
    const read = await allowed(all, (step, key) => may(step, 's3:GetObject', `${bucketArn}/${key}`));
    expect(read).toEqual(Object.fromEntries(steps.map((step) => [step, all])));
  });
});
