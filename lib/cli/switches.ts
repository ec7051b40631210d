import { readDuration, toIso } from '../core/time.ts';
import { BadRequest } from '../use-cases/find-targets.ts';
import { connect } from './connect.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { person } from './person.ts';
import { say } from './terminal.ts';

/** `mayfly pause`: a run under way stops before its next batch. */
export async function pause(options: { for: string; config: string }): Promise<ExitCode> {
  const lasts = readDuration(options.for);
  if (lasts === undefined) throw new BadRequest(`--for ${options.for} is not a duration such as 4h or 1d`);
  const { ports, close } = await connect({ ...options, writes: true });
  try {
    const until = ports.clock.now() + lasts;
    await ports.ledger.pause(until, person());
    say(`Paused until ${toIso(until)}. To end it: npx mayfly resume --config ${options.config}`);
    return exitCodes.done;
  } finally {
    close();
  }
}

/** `mayfly resume`. */
export async function resume(options: { config: string }): Promise<ExitCode> {
  const { ports, close } = await connect({ ...options, writes: true });
  try {
    await ports.ledger.resume(person());
    say('Resumed.');
    return exitCodes.done;
  } finally {
    close();
  }
}

/** `mayfly mode ACCOUNT observe`. */
export async function mode(account: string, options: { config: string }): Promise<ExitCode> {
  if (!/^\d{12}$/.test(account)) throw new BadRequest(`"${account}" is not an account id of 12 digits`);
  const { policy, ports, close } = await connect({ ...options, writes: true });
  try {
    const listed = policy.accounts.some((entry) => ('id' in entry ? entry.id === account : true));
    if (!listed) throw new BadRequest(`the policy does not cover account ${account}`);
    await ports.ledger.lowerMode(account, 'observe', person());
    say(`Account ${account} is only observed from now on. docs/safety.md says how to raise it again.`);
    return exitCodes.done;
  } finally {
    close();
  }
}
