import { connect } from '../../lib/cli/connect.ts';
import { giveGuardOrder } from '../../lib/use-cases/guard-order.ts';
import type { GuardOrder } from '../../lib/use-cases/ports-guard.ts';

/** What one order of a person took, by its own process. */
export interface OrderAlone {
  seconds: number;
  cpuSeconds: number;
  isFinished: boolean;
  /** How many things were changed, or given back. */
  parts: number;
  problems: readonly string[];
}

/** Gives it as the function of the hub does, with clients that have made no call before. */
export async function orderAlone(config: string, order: GuardOrder): Promise<OrderAlone> {
  const { policy, ports, close } = await connect({ config, writes: true });
  try {
    const [started, cpu] = [performance.now(), process.cpuUsage()];
    const { did, reason, problems } = await giveGuardOrder(ports, policy, order);
    const seconds = (performance.now() - started) / 1000;
    const { user, system } = process.cpuUsage(cpu);
    const said = did === undefined ? [reason] : [];
    return {
      seconds,
      cpuSeconds: (user + system) / 1e6,
      isFinished: did?.isFinished ?? false,
      parts: did?.parts.length ?? 0,
      problems: [...said, ...problems],
    };
  } finally {
    close();
  }
}
