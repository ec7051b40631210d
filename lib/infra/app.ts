import { Annotations, App, type Stack } from 'aws-cdk-lib';
import { readPolicyDocument } from '../adapters/policy-file.ts';
import { isLoopback } from '../core/loopback.ts';
import type { Policy } from '../core/policy.ts';
import { resourceTypes } from '../resource-types/index.ts';
import { BudgetsStack } from './budgets-stack.ts';
import { HubStack } from './hub-stack.ts';
import { MemberStack, namesMemberRoles } from './member-stack.ts';
import { MembersStack, namesUnits } from './members-stack.ts';

/**
 * The CDK app. `-c policy=FILE` names the policy, `-c slackApiUrl=URL` another Slack; `-c allowTimeTravel=true` is for
 * a local AWS.
 */
export function buildApp(context: Readonly<Record<string, unknown>> = {}): App {
  const app = new App({ context });
  const file = app.node.tryGetContext('policy') ?? 'mayfly.yaml';
  const knownTypes = resourceTypes.map(({ id }) => id);
  const { policy, document: policyDocument } = readPolicyDocument(String(file), knownTypes);
  const allowTimeTravel = String(app.node.tryGetContext('allowTimeTravel')) === 'true';
  const slackApiUrl = anotherSlack(String(app.node.tryGetContext('slackApiUrl') ?? ''));
  const hub = new HubStack(app, 'Mayfly', { policy, policyDocument, allowTimeTravel, slackApiUrl });
  const missing = rolesMissing(policy);
  if (missing !== undefined) Annotations.of(hub).addWarningV2('mayfly:roles', missing);
  if (namesMemberRoles(policy)) {
    const members: Stack[] = [new MemberStack(app, 'MayflyMember', { policy })];
    if (namesUnits(policy)) members.push(new MembersStack(app, 'MayflyMembers', { policy }));
    const unseen = markUnseen(policy);
    if (unseen !== undefined) for (const one of members) Annotations.of(one).addWarningV2('mayfly:hub-mark', unseen);
  }
  if (policy.guard !== undefined) {
    const { guard, protect } = policy;
    // The function that hears its alarms is the hub's.
    new BudgetsStack(app, 'MayflyBudgets', { guard, protect }).addStackDependency(hub);
  }
  return app;
}

/** What tells other command lines of the hub stands in one region; they look in those of their policy. */
function markUnseen({ regions }: Policy): string | undefined {
  // The CDK's command line says so where it would deploy to.
  const region = process.env['CDK_DEFAULT_REGION'];
  if (region === undefined || regions === 'enabled' || regions.includes(region)) return undefined;
  return (
    `${region} is not among the regions of the policy, so a command line with a ledger of its own may not see there ` +
    'that a hub sweeps the account: deploy the members in a region that is swept'
  );
}

/** The bot token goes there, so it must be a Slack by TLS, or one on this machine. Its methods follow a slash. */
function anotherSlack(given: string): string | undefined {
  if (given === '') return undefined;
  const url = URL.parse(given);
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname));
  if (url !== null && isSafe && url.search === '' && url.hash === '') return url.href.replace(/\/?$/, '/');
  throw new Error(`-c slackApiUrl=${given}: expected https://…, or http:// to this machine (127.0.0.1)`);
}

/** A hub has no rights of its own in any account; without roles it deploys, and then every shard says so. */
function rolesMissing({ role, roles, slack, idle, guard }: Policy): string | undefined {
  const needed: (keyof Policy['roles'])[] = ['read', 'act'];
  if (slack !== undefined) needed.push('tag');
  if (idle !== undefined) needed.push('idle');
  if (guard !== undefined) needed.push('guard');
  const missing = needed.filter((purpose) => (roles[purpose] ?? role) === 'none');
  if (missing.length === 0) return undefined;
  const names = missing.map((purpose) => `roles.${purpose}`).join(' and ');
  const lack = `the policy names no ${names}, so the hub can't do all of its work in any account`;
  return `${lack}: name them, and deploy MayflyMember there`;
}
