import * as z from 'zod';
import { readDuration, weekdays } from './time.ts';

const duration = z
  .string()
  .transform((text, context) => {
    const value = readDuration(text);
    if (value !== undefined) return value;
    context.addIssue({ code: 'custom', message: 'expected a duration such as 30min, 4h, 3d or 2w' });
    return z.NEVER;
  })
  .meta({ examples: ['24h', '30d'] });

const twelveDigits = 'expected an account id of 12 digits, in quotes';
const accountId = z.string({ error: twelveDigits }).regex(/^\d{12}$/, twelveDigits);
const tagKey = z.string().min(1).max(128);
const amount = z.number().nonnegative();
const count = z.int().nonnegative();
const clock = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'expected a time such as "08:00"');
const mode = z.enum(['observe', 'enforce']);
const timeZone = z.string().refine(isTimeZone, 'expected an IANA time zone such as Europe/Berlin');
const match = z.record(tagKey, z.union([z.string(), z.array(z.string()).min(1)]));

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

const account = z.strictObject({ id: accountId, name: z.string().optional(), mode: mode.optional() });
const unit = z.strictObject({
  ou: z.string().regex(/^(ou|r)-[a-z0-9-]+$/, 'expected ou-… or r-…'),
  mode: mode.optional(),
});
const region = z.string().regex(/^[a-z]{2,4}(-[a-z]+)+-\d$/, 'expected a region such as eu-west-1');

/** Its name begins with a letter or digit, so that no pattern of it lets every role of the hub in. */
const operator = z
  .string()
  .max(512)
  .regex(
    /^([\w+=,.@*-]+\/)*[A-Za-z0-9][\w+=,.@*-]*$/,
    'expected the name of a role in the hub account, with its path if it has one; * stands for any text',
  );

const roles = z.strictObject({
  read: z.string().optional(),
  act: z.string().optional(),
  tag: z.string().optional(),
  idle: z.string().optional(),
  guard: z.string().optional(),
  stack: z.string().optional(),
});

const expiry = z.strictObject({
  tags: z.array(tagKey).min(1).default(['expires-at', 'ttl']),
  timeZone: timeZone.default('Europe/Berlin'),
  warnings: z.array(duration).prefault(['24h', '1h']),
  requireWarning: z.boolean().default(true),
  maxLifetime: duration.optional(),
  maxExtension: duration.prefault('7d'),
});

const window = z.strictObject({
  days: z.array(z.enum(weekdays)).min(1),
  from: clock,
  to: clock,
});

const removal = z.strictObject({
  finalSnapshot: z.boolean().default(true),
  keepFinalSnapshots: duration.prefault('30d'),
  window: window.optional(),
});

const limits = z.strictObject({
  removalsPerRun: count.default(500),
  removalsPerAccount: count.default(200),
  stopsPerRun: count.default(50),
  shareOfTracked: z.number().min(0).max(1).default(0.5),
  shareFrom: count.default(20),
  monthlyUsd: amount.default(10_000),
  planAge: duration.prefault('2h'),
});

const idle = z.strictObject({
  match: match.default({ environment: ['staging', 'stage'] }),
  exclude: tagKey.default('mayfly:not-idle'),
  after: duration.prefault('30d'),
  warnings: z.array(duration).prefault(['3d']),
  requireMetrics: z.boolean().default(true),
  cpuPeak: amount.default(5),
  networkMbPerDay: amount.default(5),
  connections: count.default(0),
  cloudTrail: z.enum(['auto', 'require', 'off']).default('auto'),
  removeAfter: duration.optional(),
  keepCopies: duration.prefault('90d'),
});

const slack = z.strictObject({
  command: z
    .string()
    .regex(/^\/[a-z0-9_-]{1,31}$/, 'expected a command such as /ttl')
    .default('/ttl'),
  team: z.string(),
  channel: z.string(),
  fallbackChannel: z.string().optional(),
  admins: z.array(z.string()).default([]),
  extenders: z.array(z.string()).default([]),
  ownerDomain: z.string().optional(),
  owners: z.record(z.string(), z.string()).default({}),
  heartbeat: clock.default('09:00'),
});

const report = z.strictObject({
  weekday: z.enum(weekdays).default('mon'),
  at: clock.default('08:00'),
  channel: z.string().optional(),
  keep: duration.prefault('365d'),
  costExplorer: z.boolean().default(false),
  topic: z.string().startsWith('arn:').optional(),
});

const threshold = z.strictObject({
  // 0 is passed by whatever costs anything.
  budget: amount.optional(),
  burnPerHour: amount.optional(),
  jump: z.number().gt(1, 'must be greater than 1: it is how many times the usual is too much').optional(),
});

const guard = z.strictObject({
  allow: z.enum(['tell', 'freeze', 'stop']).default('tell'),
  scp: z.string().default('mayfly-freeze'),
  copy: z.boolean().default(false),
  accounts: z.record(accountId, threshold).default({}),
  environments: z.record(z.string(), threshold).default({}),
});

/** The policy file. Unknown keys are errors; the defaults are safe ones: observe, warn, hold. */
export const policySchema = z.strictObject({
  version: z.literal(1),
  mode: mode.default('observe'),
  accounts: z.array(z.union([account, unit])).min(1, 'name at least one account or organizational unit'),
  exclude: z.array(accountId).default([]),
  regions: z.union([z.literal('enabled'), z.array(region).min(1, 'name at least one region')], {
    error: 'expected enabled, or a list of regions',
  }),
  organization: z
    .strictObject({
      id: z.string().regex(/^o-[a-z0-9]+$/),
      hub: accountId,
      externalId: z.string().optional(),
      operator: operator.optional(),
    })
    .optional(),
  role: z.string().default('none'),
  roles: roles.prefault({}),
  expiry: expiry.prefault({}),
  types: z.union([z.literal('all'), z.array(z.string())], { error: 'expected all, or a list of types' }).default([]),
  protect: z.strictObject({ tag: tagKey.default('mayfly:protect') }).prefault({}),
  tags: z
    .strictObject({
      owner: z.array(tagKey).default(['owner']),
      environment: tagKey.default('environment'),
      team: tagKey.default('team'),
      costCentre: tagKey.default('cost-centre'),
    })
    .prefault({}),
  removal: removal.prefault({}),
  limits: limits.prefault({}),
  idle: idle.optional(),
  slack: slack.optional(),
  report: report.prefault({}),
  prices: z.strictObject({ refresh: z.enum(['never', 'nightly']).default('never') }).prefault({}),
  guard: guard.optional(),
  state: z.union([z.string(), z.strictObject({ table: z.string(), bucket: z.string() })]).default('.mayfly'),
});

export type Policy = z.infer<typeof policySchema>;
export type Mode = z.infer<typeof mode>;

/** Whether Mayfly acts on a type. */
export function isTypeOn(type: string, { types }: Pick<Policy, 'types'>): boolean {
  return types === 'all' || types.includes(type);
}

/** What the policy calls an account that it names by id; `undefined` where it gives it no name. */
export function accountName({ accounts }: Pick<Policy, 'accounts'>, id: string): string | undefined {
  const named = accounts.find((entry) => 'id' in entry && entry.id === id);
  return named !== undefined && 'name' in named ? named.name : undefined;
}
