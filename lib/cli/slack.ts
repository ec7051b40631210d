import { stringify } from 'yaml';
import { readPolicyFile } from '../adapters/policy-file.ts';
import { manifestOf } from '../adapters/slack/manifest.ts';
import { isLoopback } from '../core/loopback.ts';
import { BadRequest } from '../use-cases/find-targets.ts';
import { knownTypes } from '../use-cases/known-types.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';

export interface ManifestOptions {
  config: string;
  url: string;
  json?: boolean;
}

/** `mayfly slack manifest`: what Slack makes the app from. Asks nobody and changes nothing. */
export async function manifest({ config, url, json = false }: ManifestOptions): Promise<ExitCode> {
  const { slack } = readPolicyFile(config, knownTypes());
  if (slack === undefined) {
    throw new BadRequest(`${config} has no slack block: add one, with team and channel, and deploy the hub with it`);
  }
  const document = manifestOf({ url: checked(url), command: slack.command });
  process.stdout.write(json ? `${JSON.stringify(document, undefined, 2)}\n` : stringify(document, { lineWidth: 0 }));
  return exitCodes.done;
}

/** Slack posts only to addresses with TLS; one on this machine is for a Slack on this machine. */
function checked(given: string): string {
  const url = URL.parse(given);
  const isReachable = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname));
  if (url !== null && isReachable) return given;
  throw new BadRequest(`--url ${given} is not the output SlackUrl of the hub, which begins with https://`);
}
