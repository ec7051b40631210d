import { toIso } from '../core/time.ts';
import { approve as approvePlan } from '../use-cases/approve.ts';
import { connect } from './connect.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { person } from './person.ts';
import { say } from './terminal.ts';

/** `mayfly approve`: the next run may go up to what a held plan wanted. */
export async function approve(id: string, { config }: { config: string }): Promise<ExitCode> {
  const { policy, ports, close } = await connect({ config, writes: true });
  try {
    const { held, at, lasts } = await approvePlan(ports, policy, id, person());
    for (const { limit, wanted, account } of held) {
      say(`Approved: ${wanted} for limits.${limit}${account === undefined ? '' : ` in account ${account}`}`);
    }
    say(`It holds for one run, until ${toIso(at + lasts)}. To use it: npx mayfly reap --config ${config} --enforce`);
    return exitCodes.done;
  } finally {
    close();
  }
}
