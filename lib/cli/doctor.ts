import { callerIdentity } from '../adapters/aws-cloud.ts';
import type { Finding } from '../adapters/slack/examine.ts';
import type { Policy } from '../core/policy.ts';
import type { Shard } from '../core/resource.ts';
import { noFilters } from '../use-cases/filters.ts';
import { listShards } from '../use-cases/list-shards.ts';
import type { Ports } from '../use-cases/ports.ts';
import { connect } from './connect.ts';
import { findingsOfGuard } from './doctor-guard.ts';
import { findingsInSlack, type Skipped } from './doctor-slack.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { plain, say, styled } from './terminal.ts';

/** `mayfly doctor`: tries each thing a sweep needs, and says what to do about what fails. Changes nothing. */
export async function doctor({ config }: { config: string }): Promise<ExitCode> {
  const { policy, ports, close } = await connect({ config, writes: false });
  try {
    say(`${ok()} policy ${config}`);
    let account = '';
    const identify = async () => {
      ({ account } = await callerIdentity());
      return `account ${account}`;
    };
    const found = [await tryOut('credentials', identify)];
    if (!found[0]) return exitCodes.couldNotStart;
    const { shards, skipped, accounts } = await listShards(ports, policy, noFilters);
    say(`${ok()} ${accounts.length} accounts, ${shards.length} account-regions`);
    for (const { id, why } of skipped) say(`${bad()} ${id}: ${plain(why)}`);
    for (const shard of shards) found.push(await checkShard(ports, shard, policy.expiry.tags));
    const enforced = accounts.filter(({ mode }) => mode === 'enforce');
    for (const { id } of enforced)
      found.push(...(await checkRoles(ports, policy, { account: id, region: shards[0]?.region ?? 'us-east-1' })));
    found.push(...told(await findingsOfGuard(ports, policy, account, shards)));
    found.push(...told(await findingsInSlack(policy, account)));
    return found.every(Boolean) && skipped.length === 0 ? exitCodes.done : exitCodes.doneWithProblems;
  } finally {
    close();
  }
}

const ok = () => styled('green', 'ok');
const bad = () => styled('red', 'problem');

/** Whether each is good; what is not looked at is no problem. */
function told(findings: readonly (Finding | Skipped)[]): boolean[] {
  for (const one of findings) {
    if ('skipped' in one) say(`${styled('gray', 'skipped')} ${one.what}: ${plain(one.skipped)}`);
    else say(`${one.isGood ? ok() : bad()} ${plain(one.what)}: ${plain(one.found)}`);
  }
  return findings.map((one) => 'skipped' in one || one.isGood);
}

async function tryOut(what: string, check: () => Promise<string>): Promise<boolean> {
  try {
    say(`${ok()} ${what}: ${await check()}`);
    return true;
  } catch (error) {
    say(`${bad()} ${what}: ${plain((error as Error).message)}`);
    return false;
  }
}

function checkShard(ports: Ports, shard: Shard, keys: readonly string[]): Promise<boolean> {
  return tryOut(`reading ${shard.account} ${shard.region}`, async () => {
    const session = await ports.cloud.reader(shard);
    const { listed, problems } = await ports.inventory.tagged(session, shard, keys);
    if (problems.length > 0) throw new Error(problems.join('; '));
    return `${listed.length} resources with an expiry tag`;
  });
}

async function checkRoles(ports: Ports, policy: Policy, shard: Shard): Promise<boolean[]> {
  const acting = await checkActing(ports, shard);
  return policy.idle === undefined ? [acting] : [acting, await checkIdling(ports, shard)];
}

/** Assumes the role for servers, and does nothing with it. */
function checkIdling(ports: Ports, shard: Shard): Promise<boolean> {
  return tryOut(`copying and stopping servers in ${shard.account}`, async () => {
    await ports.cloud.idler(shard);
    return 'its role can be assumed';
  });
}

/** Assumes the acting role with a scope that allows nothing: the trust is tried, nothing can be touched. */
function checkActing(ports: Ports, shard: Shard): Promise<boolean> {
  return tryOut(`acting in ${shard.account}`, async () => {
    const pin = {
      arn: `arn:aws:sqs:${shard.region}:${shard.account}:mayfly-doctor`,
      tags: {},
      actions: ['sqs:DeleteQueue'] as const,
    };
    await ports.cloud.remover(shard, { pins: [pin], besides: [], keys: [] });
    await ports.cloud.tagger(shard);
    return 'its roles can be assumed';
  });
}
