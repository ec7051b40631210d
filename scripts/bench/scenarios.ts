import type { WorldPlan } from './mix.ts';
import { mixedKinds } from './mix.ts';

export interface Scenario {
  title: string;
  world: WorldPlan;
  command: 'plan' | 'reap';
  throttled: number;
}

const one = { accounts: 1, regions: ['us-east-1'], kinds: mixedKinds } as const;
const thousand = { ...one, resources: 1000, expired: 0.3 };
const reference = { ...one, resources: 1233, expired: 290 / 1233 };
const many = {
  resources: 10_000,
  accounts: 10,
  regions: ['us-east-1', 'eu-west-1'],
  expired: 0.3,
  kinds: mixedKinds,
} as const;

export const latencyMs = 30;

/** By the word that `npm run bench` takes. */
export const scenarios: Readonly<Record<string, Scenario>> = {
  dry: { title: 'dry run, 1,000 in 1', world: thousand, command: 'plan', throttled: 0 },
  thousand: { title: '1,000 in 1', world: thousand, command: 'reap', throttled: 0 },
  throttled: { title: '1,000 in 1, 30 % throttled', world: thousand, command: 'reap', throttled: 0.3 },
  reference: { title: '1,233 in 1, 290 expired', world: reference, command: 'reap', throttled: 0 },
  'dry-many': { title: 'dry run, 10,000 in 20', world: many, command: 'plan', throttled: 0 },
  many: { title: '10,000 in 20', world: many, command: 'reap', throttled: 0 },
};
