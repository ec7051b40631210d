import type { Answer } from '../core/answer.ts';
import { minute } from '../core/time.ts';
import type { Asking } from './asker.ts';

/** Where nobody takes it over, a person is not kept waiting for longer. */
const atOnce = minute;

/** Has a server restored by whoever may do that, or restores it at once where there is nobody else. */
export async function orderRestore(asking: Asking, name: string): Promise<Answer> {
  const { handRestoreOn, clock } = asking.ports;
  if (handRestoreOn !== undefined) {
    await handRestoreOn(name);
    return { kind: 'nothing' };
  }
  // Who hands it on never restores, and starts sooner without all that a restore needs.
  const { restoreFor } = await import('./answer-restore.ts');
  return (await restoreFor(asking, { name, until: clock.now() + atOnce })).answer;
}
