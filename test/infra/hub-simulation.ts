import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runSimulation } from '@cloud-copilot/iam-simulate';
import type { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { parse } from 'yaml';
import { buildApp } from '../../lib/infra/app.ts';
import { hubRoles } from '../../lib/infra/role-names.ts';
import { hubAccount, memberAccount, region } from './member-simulation.ts';

const root = join(import.meta.dirname, '..', '..');
const { context } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8')) as { context: Record<string, unknown> };

/** The whole example, with every role and Slack. */
export const examplePolicy = join(root, 'examples', 'mayfly.yaml');

/** What the example needs so that servers are copied, stopped and restored. */
export const idleRule = { idle: {}, roles: { ...exampleRoles(), idle: 'mayfly-idle' } } as const;

/** The same, and a cost guard that may stop. */
export const guardRule = {
  ...idleRule,
  guard: { allow: 'stop', accounts: { [memberAccount]: { budget: 500 } } },
  roles: { ...idleRule.roles, guard: 'mayfly-guard' },
} as const;

function exampleRoles(): Record<string, string> {
  return (parse(readFileSync(examplePolicy, 'utf8')) as { roles: Record<string, string> }).roles;
}

/** The app of the example with other blocks; one that is `undefined` is left out. */
export function hubAppWith(blocks: Readonly<Record<string, unknown>>, more: Record<string, unknown> = {}): App {
  const folder = mkdtempSync(join(tmpdir(), 'mayfly-hub-policy-'));
  try {
    const policy = join(folder, 'mayfly.yaml');
    writeFileSync(policy, JSON.stringify({ ...parse(readFileSync(examplePolicy, 'utf8')), ...blocks }));
    return hubApp({ policy, ...more });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The hub's stack of the same. */
export function hubTemplateWith(blocks: Readonly<Record<string, unknown>>): Template {
  return Template.fromStack(hubAppWith(blocks).node.findChild('Mayfly') as never);
}

/** The app without the code of its functions. */
export function hubApp(more: Record<string, unknown> = {}): App {
  return buildApp({ ...context, policy: examplePolicy, 'aws:cdk:bundling-stacks': [], ...more });
}

export function hubTemplate(more: Record<string, unknown> = {}): Template {
  return Template.fromStack(hubApp(more).node.findChild('Mayfly') as never);
}

export type HubRole = keyof typeof hubRoles;

/** ARNs of what only a deployment names. */
export const deployed = {
  table: `arn:aws:dynamodb:${region}:${hubAccount}:table/ledger`,
  bucket: 'arn:aws:s3:::runs',
  worker: `arn:aws:lambda:${region}:${hubAccount}:function:mayfly-slack-worker`,
  lost: `arn:aws:sqs:${region}:${hubAccount}:lost`,
  restore: `arn:aws:lambda:${region}:${hubAccount}:function:mayfly-server-restore`,
  order: `arn:aws:lambda:${region}:${hubAccount}:function:mayfly-guard-order`,
  recipesKey: `arn:aws:kms:${region}:${hubAccount}:key/11111111-2222-3333-4444-555555555555`,
} as const;

const attributes: readonly (readonly [RegExp, string])[] = [
  [/^StateLedger/, deployed.table],
  [/^StateRuns/, deployed.bucket],
  [/^SlackWorkerWorkFunction/, deployed.worker],
  [/^SlackWorkerLost/, deployed.lost],
  [/^ServerRestoreFunction/, deployed.restore],
  [/^GuardOrderFunction/, deployed.order],
  [/^StateRecipesKey/, deployed.recipesKey],
];

const references: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws',
  'AWS::Region': region,
  'AWS::AccountId': hubAccount,
};

/** A document as IAM sees it: what only a deployment knows has names of its own here. */
function resolved(value: unknown): never {
  return (Array.isArray(value) ? value.map(resolved) : resolvedObject(value)) as never;
}

function resolvedObject(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const { 'Fn::GetAtt': attribute, 'Fn::Join': join, Ref: ref } = value as Record<string, unknown>;
  if (attribute !== undefined) {
    const [id = ''] = attribute as string[];
    return attributes.find(([pattern]) => pattern.test(id))?.[1] ?? `arn:aws:logs:${region}:${hubAccount}:${id}`;
  }
  if (typeof ref === 'string') return references[ref] ?? ref;
  if (join !== undefined) return (resolved((join as [string, unknown[]])[1]) as string[]).join('');
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, resolved(one)]));
}

export interface HubRequest {
  action: string;
  arn: string;
  context?: Readonly<Record<string, string | string[]>>;
}

/** A member role that would let the whole hub in, so that the hub's own side is what decides. */
const openTrust = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${hubAccount}:root` }, Action: 'sts:AssumeRole' }],
};

export interface Statement {
  Effect: string;
  Action: string | string[];
  Resource: string | string[];
  Condition?: object;
}

/** The policies of a role of the hub, as IAM sees them. */
export function hubPolicies(template: Template, role: HubRole): { Statement: Statement[] }[] {
  const roles = Object.entries(template.findResources('AWS::IAM::Role'));
  const attached = Object.values(template.findResources('AWS::IAM::Policy'));
  const [id] = roles.find(([, { Properties }]) => Properties.RoleName === hubRoles[role]) ?? [];
  const own = attached.filter(({ Properties }) => Properties.Roles.some(({ Ref }: { Ref: string }) => Ref === id));
  return own.map(({ Properties }) => resolved(Properties.PolicyDocument));
}

/** The policy of the key of recipes, as IAM sees it; `undefined` where there is no such key. */
export function recipesKeyPolicy(template: Template): { Statement: Statement[] } | undefined {
  const [key] = Object.values(template.findResources('AWS::KMS::Key'));
  return key && resolved(key['Properties'].KeyPolicy);
}

/** Says of each role of the hub what IAM would say to a request of it. */
export function hubIam(template: Template): (role: HubRole, request: HubRequest) => Promise<boolean> {
  const known = new Map(Object.keys(hubRoles).map((role) => [role, hubPolicies(template, role as HubRole)]));
  const keys = new Map([[deployed.recipesKey as string, recipesKeyPolicy(template)]]);
  return async (role, { action, arn, context: contextVariables = {} }) => {
    const result = await runSimulation(
      {
        request: {
          principal: `arn:aws:iam::${hubAccount}:role/${hubRoles[role]}`,
          action,
          resource: { resource: arn, accountId: arn.split(':')[4] || hubAccount },
          contextVariables,
        },
        identityPolicies: (known.get(role) ?? []).map((policy, index) => ({ name: `policy${index}`, policy })),
        serviceControlPolicies: [],
        resourceControlPolicies: [],
        resourcePolicy: arn.startsWith('arn:aws:iam:') ? openTrust : keys.get(arn),
      },
      {},
    );
    if (result.resultType === 'error') throw new Error(`${action} on ${arn}: ${JSON.stringify(result.errors)}`);
    return result.overallResult === 'Allowed';
  };
}
