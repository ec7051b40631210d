import { existsSync, writeFileSync } from 'node:fs';
import { callerIdentity } from '../adapters/aws-cloud.ts';
import { BadRequest } from '../use-cases/find-targets.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { say } from './terminal.ts';

/** `mayfly init`: a policy that observes the caller's account, with what a newcomer changes first. */
export async function init({ out }: { out: string }): Promise<ExitCode> {
  if (existsSync(out)) throw new BadRequest(`${out} exists already; name another file with --out`);
  const { account, region } = await callerIdentity();
  const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  writeFileSync(out, policyText(account, region, timeZone));
  say(`Wrote ${out}: it observes account ${account} in ${region} and changes nothing.`);
  say(`Next: npx mayfly plan --config ${out}`);
  return exitCodes.done;
}

function policyText(account: string, region: string, timeZone: string): string {
  return `version: 1
mode: observe                   # change to enforce once the plan shows what you expect

accounts:
  - { id: "${account}" }
regions: [${region}]            # or: enabled

expiry:
  tags: [expires-at, ttl]       # for instance expires-at=2026-12-01 or ttl=3d
  timeZone: ${timeZone}
  requireWarning: false         # true once a slack block can deliver warnings

types: all

limits:
  removalsPerRun: 20            # a small start
`;
}
