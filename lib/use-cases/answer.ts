import type { Answer } from '../core/answer.ts';
import type { Ask } from '../core/ask.ts';
import type { Policy } from '../core/policy.ts';
import type { Ports } from './ports.ts';
import type { Directory } from './ports-people.ts';

export async function answer(_ports: Ports & { directory: Directory }, _policy: Policy, _ask: Ask): Promise<Answer> {
  return { kind: 'nothing' };
}
