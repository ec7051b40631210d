import type { Answer } from './answers.ts';
import type { Call } from './call.ts';

/**
 * What goes wrong. `lost-answer`: the service has acted, and the connection breaks before the first byte of its answer.
 * `truncated-page`: it breaks in the middle of the answer. `hang`: nothing comes for a while, then it breaks.
 */
type Fault = 'throttle' | 'http500' | 'access-denied' | 'hang' | 'lost-answer' | 'truncated-page';

/** One line of the table of faults. */
export interface Rule {
  match: (call: Call) => boolean;
  /** At most that often; absent: always. */
  times?: number;
  /** 0 to 1, by the seeded dice of the proxy; absent: always. */
  probability?: number;
  fault?: Fault;
  /** Before the call is authorised, so that it can change the world between a recheck and its removal. */
  before?: (call: Call) => void | Promise<void>;
  /** The service has answered and nobody has heard it yet. */
  after?: (call: Call, answer: Answer) => Answer | undefined | Promise<Answer | undefined>;
}

export interface RuleBook {
  add(...rules: Rule[]): void;
  clear(): void;
  /** The rules that strike this call, each counted as used. */
  strike(call: Call): Rule[];
  /** How often a fault struck. */
  struck(fault: Fault): number;
}

export function ruleBook(seed: number): RuleBook {
  const roll = dice(seed);
  let rules: { rule: Rule; left: number }[] = [];
  const struck: Partial<Record<Fault, number>> = {};
  return {
    add: (...more) => void rules.push(...more.map((rule) => ({ rule, left: rule.times ?? Number.POSITIVE_INFINITY }))),
    clear() {
      rules = [];
    },
    strike(call) {
      const hit = rules.filter(
        ({ rule, left }) =>
          left > 0 && rule.match(call) && (rule.probability === undefined || roll() < rule.probability),
      );
      for (const one of hit) {
        one.left -= 1;
        const { fault } = one.rule;
        if (fault !== undefined) struck[fault] = (struck[fault] ?? 0) + 1;
      }
      return hit.map(({ rule }) => rule);
    },
    struck: (fault) => struck[fault] ?? 0,
  };
}

/** Numbers from 0 to 1, the same ones for the same seed (mulberry32). */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
