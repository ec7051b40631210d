import { Annotations, App } from 'aws-cdk-lib';
import { readPolicyDocument } from '../adapters/policy-file.ts';
import { isLoopback } from '../core/loopback.ts';
import type { Policy } from '../core/policy.ts';
import { resourceTypes } from '../resource-types/index.ts';
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
    new MemberStack(app, 'MayflyMember', { policy });
    if (namesUnits(policy)) new MembersStack(app, 'MayflyMembers', { policy });
  }
  return app;
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
function rolesMissing({ role, roles, slack }: Policy): string | undefined {
  const needed = slack === undefined ? (['read', 'act'] as const) : (['read', 'act', 'tag'] as const);
  const missing = needed.filter((purpose) => (roles[purpose] ?? role) === 'none');
  if (missing.length === 0) return undefined;
  const names = missing.map((purpose) => `roles.${purpose}`).join(' and ');
  return `the policy names no ${names}, so the hub can't work in any account: name them, and deploy MayflyMember there`;
}
