import type { IdleMemory, RememberedCopy } from '../../lib/core/idle-memory.ts';
import type { Server } from '../../lib/core/server.ts';
import { day, type Instant } from '../../lib/core/time.ts';
import { aPolicy, at } from './builders.ts';

export const now = at('2026-11-23T12:00Z');
export const staging = { environment: 'staging' };
export const quiet = { cpuPeak: 1, networkMbPerDay: 1, connections: 0 };
export const policy = aPolicy({ idle: { removeAfter: '14d' } });

export const running: Server = { state: 'running', configuration: { version: 1, fields: {} }, milestones: [] };
export const stopped: Server = { ...running, state: 'stopped' };

export const aCopy = (requestedAt: Instant, verifiedAt?: Instant): RememberedCopy => ({
  name: 'mayfly-i-1-0',
  id: 'ami-1',
  arn: 'arn:aws:ec2:eu-west-1::image/ami-1',
  of: 'i-1',
  identity: 'i-1',
  requestedAt,
  volumes: ['vol-1'],
  ...(verifiedAt !== undefined && { verifiedAt }),
});

/** Unchanged for 40 days, so idle since 10. */
export const since = now - 40 * day;
export const idleAt = since + 30 * day;
export const memory = (about: Partial<IdleMemory> = {}): IdleMemory => ({
  configuration: running.configuration,
  since,
  from: 'launch',
  sightedAt: now - 9 * day,
  trail: { at: now - 9 * day },
  receipts: [],
  copies: [],
  failures: 0,
  ...about,
});
