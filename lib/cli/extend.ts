import { readDuration } from '../core/time.ts';
import { extend as extendTarget } from '../use-cases/extend.ts';
import { BadRequest } from '../use-cases/find-targets.ts';
import { connect } from './connect.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { writeDocument } from './output.ts';
import { person } from './person.ts';
import { plain, say, styled } from './terminal.ts';

export interface ExtendOptions {
  config: string;
  account?: string;
  now?: string;
  reason?: string;
  json?: boolean;
}

/** `mayfly extend`: moves the expiry of a resource, or of all resources of an environment. */
export async function extend(name: string, duration: string, options: ExtendOptions): Promise<ExitCode> {
  const by = readDuration(duration);
  if (by === undefined) throw new BadRequest(`"${duration}" is not a duration such as 4h, 2d or 1w`);
  const { policy, ports, close } = await connect({ ...options, writes: true });
  try {
    const { account, reason, json } = options;
    const who = person();
    const request = { policy, name, by, who, ...(account && { account }), ...(reason && { reason }) };
    const { changed, failed } = await extendTarget(ports, request);
    writeDocument({ changed, failed }, options);
    if (!json) {
      for (const { arn, from, to, note } of changed) {
        const more = note === undefined ? '' : ` (${plain(note)})`;
        say(`${styled('green', 'extended')} ${plain(arn)}: ${plain(from)} -> ${to}${more}`);
      }
      for (const { arn, why } of failed) say(`${styled('red', 'not extended')} ${plain(arn)}: ${plain(why)}`);
    }
    return failed.length > 0 ? exitCodes.doneWithProblems : exitCodes.done;
  } finally {
    close();
  }
}
