import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject, onTestFinished, vi } from 'vitest';
import { sqliteLedger } from '../../lib/adapters/ledger-sqlite.ts';
import { connect } from '../../lib/cli/connect.ts';
import type { Notice } from '../../lib/core/notice.ts';
import type { PlannedDecision } from '../../lib/core/plan.ts';
import type { Policy } from '../../lib/core/policy.ts';
import { type Duration, day, type Instant } from '../../lib/core/time.ts';
import { noFilters } from '../../lib/use-cases/filters.ts';
import type { Outcome } from '../../lib/use-cases/outcome.ts';
import type { Ports } from '../../lib/use-cases/ports.ts';
import { type SweepResult, sweep } from '../../lib/use-cases/sweep.ts';
import { localAwsEnvironment } from '../../scripts/local-aws/environment.ts';
import { credentialsIn } from '../../scripts/local-aws/organization.ts';
import { type Site, siteIn } from '../../scripts/local-aws/site.ts';
import { cloudInTime, type Faults, inTime, type MovedClock, movedClock } from './idle-days-clock.ts';

/** Weeks of one account, in which a test is both the person and the clock. */
export interface Days {
  site: Site;
  policy: Policy;
  ports: Ports;
  clock: MovedClock;
  /** When the first day begins. */
  start: Instant;
  faults: Faults;
  warnings: Notice[];
  /** The newest sweep. */
  last: () => SweepResult;
  /** Moves to as long after the start, and sweeps. Gives a line for each decision, with what became of it. */
  sweep: (after: Duration) => Promise<string[]>;
  /** Sweeps at the beginning of each of these days, and gives all lines that came up, each once. */
  sweepDays: (from: number, to: number, step?: number) => Promise<string[]>;
  /** What the ledger tells of an ARN, each as its day and its kind. */
  story: (arn: string) => Promise<string[]>;
  /** Why the newest outcome about an ARN ended so. */
  detail: (arn: string) => string | undefined;
}

const region = 'eu-west-1';
const start = Date.parse('2027-01-04T09:00:00Z');

/** An account that no other test uses, with the real house in front of it. `idle` is laid over the idle rule. */
export async function openDays(idle: Readonly<Record<string, unknown>> = {}): Promise<Days> {
  const motoUrl = inject('motoUrl');
  for (const [name, value] of Object.entries(localAwsEnvironment(motoUrl))) vi.stubEnv(name, value);
  const folder = mkdtempSync(join(tmpdir(), 'mayfly-days-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const account = String(randomInt(200_000_000_000, 999_999_999_999));
  const config = join(folder, 'mayfly.yaml');
  // JSON is YAML, too.
  writeFileSync(config, JSON.stringify(policyOf(account, idle)));
  const connection = await connect({ config, writes: true });
  const clock = movedClock(start);
  const faults: Faults = new Map();
  const warnings: Notice[] = [];
  const ports = portsOf(connection.ports, clock, faults, warnings);
  onTestFinished(() => ports.ledger.close());
  const own = siteIn(account, { endpoint: motoUrl, region, credentials: await credentialsIn(motoUrl, account) });
  const site: Site = { ...own, client: (make) => inTime(own.client(make), clock) };
  return {
    site,
    policy: connection.policy,
    ports,
    clock,
    start,
    faults,
    warnings,
    ...sweeping(connection.policy, ports, clock),
  };
}

function policyOf(account: string, idle: Readonly<Record<string, unknown>>) {
  return {
    version: 1,
    mode: 'enforce',
    accounts: [{ id: account }],
    regions: [region],
    role: 'mayfly',
    types: ['ec2:instance', 'rds:db', 'rds:cluster'],
    // moto has no CloudTrail, so the thirty days begin at first sight.
    slack: { team: 'T1', channel: '#costs' },
    idle: { cloudTrail: 'off', removeAfter: '14d', ...idle },
  };
}

function portsOf(real: Ports, clock: MovedClock, faults: Faults, warnings: Notice[]): Ports {
  real.ledger.close();
  let ids = 0;
  return {
    ...real,
    clock,
    cloud: cloudInTime(real.cloud, clock, faults),
    ledger: sqliteLedger(':memory:', clock),
    messenger: {
      async warn(notice) {
        warnings.push(notice);
        return { kind: 'delivered', to: notice.owner ?? '#costs' };
      },
      report: async () => ({ kind: 'delivered', to: '#costs' }),
      guard: async () => ({ kind: 'delivered', to: '#costs' }),
      update: async () => ({ kind: 'delivered', to: '#costs' }),
    },
    newId: (kind) => `${kind}-${String(++ids).padStart(6, '0')}`,
  };
}

function sweeping(
  policy: Policy,
  ports: Ports,
  clock: MovedClock,
): Pick<Days, 'last' | 'sweep' | 'sweepDays' | 'story' | 'detail'> {
  let last: SweepResult | undefined;
  const newest = () => {
    if (last === undefined) throw new Error('nothing was swept yet');
    return last;
  };
  const sweepAt = async (after: Duration): Promise<string[]> => {
    clock.moveTo(start + after);
    last = await sweep(ports, { policy, filters: noFilters, enforce: true });
    const told = [...last.problems, ...last.plan.shards.flatMap(({ error }) => error ?? [])];
    return [...linesOf(last), ...told.map((problem) => `problem: ${problem}`)];
  };
  return {
    last: newest,
    sweep: sweepAt,
    async sweepDays(from, to, step = 1) {
      const lines = new Set<string>();
      for (let at = from; at <= to; at += step) for (const line of await sweepAt(at * day)) lines.add(line);
      return [...lines];
    },
    async story(arn) {
      const events = await ports.ledger.history(arn);
      return events.map(({ at, kind }) => `${Math.floor((at - start) / day)} ${kind}`);
    },
    detail: (arn) => newest().outcomes.findLast((outcome) => outcome.arn === arn)?.detail,
  };
}

function linesOf({ plan, outcomes }: SweepResult): string[] {
  const planned = plan.decisions.map((decision) => {
    const ended = outcomes.filter(({ arn }) => arn === decision.arn).map(({ outcome }) => outcome);
    return [`${wordFor(decision)}: ${decision.action} ${decision.reason}`, ...ended].join(', ');
  });
  const others = outcomes.filter(({ arn }) => !plan.decisions.some((decision) => decision.arn === arn));
  return [...planned, ...others.map((outcome) => `${wordFor(outcome)}: ${outcome.outcome}`)].toSorted();
}

function wordFor({ type }: Pick<PlannedDecision | Outcome, 'type'>): string {
  return /image|snapshot/.test(type) ? 'copy' : 'server';
}
