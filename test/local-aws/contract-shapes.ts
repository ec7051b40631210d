import { z } from 'zod';

/** The JSON of the contract, word for word; what is added beside it does no harm. */
const instant = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/);
const accountId = z.string().regex(/^\d{12}$/);
const action = z.enum(['keep', 'hold', 'warn', 'remove', 'copy', 'stop']);

export const planShape = z.object({
  id: z.string().min(1),
  now: instant,
  mode: z.enum(['dry-run', 'enforce']),
  shards: z.array(
    z.object({ account: accountId, region: z.string(), scanned: z.int().nonnegative(), error: z.string().optional() }),
  ),
  decisions: z.array(
    z.object({
      arn: z.string().startsWith('arn:'),
      type: z.string(),
      account: accountId,
      region: z.string(),
      action,
      reason: z.string().regex(/^[a-z-]+$/),
      expiresAt: instant.optional(),
      owner: z.string().optional(),
      environment: z.string().optional(),
      monthlyUsd: z.number().positive().optional(),
    }),
  ),
  held: z.array(
    z.object({ limit: z.string(), allowed: z.number(), wanted: z.number(), account: accountId.optional() }),
  ),
});

export const reapShape = planShape.extend({
  outcomes: z.array(
    z.object({
      arn: z.string().startsWith('arn:'),
      type: z.string(),
      action,
      outcome: z.enum([
        'removed',
        'gone',
        'warned',
        'copied',
        'stopped',
        'waiting',
        'blocked',
        'changed',
        'failed',
        'skipped',
      ]),
      detail: z.string().optional(),
    }),
  ),
});

export const extendShape = z.object({
  changed: z.array(z.object({ arn: z.string(), from: z.string(), to: instant })),
  failed: z.array(z.object({ arn: z.string(), why: z.string() })),
});

export const idleShape = z.object({
  servers: z.array(
    z.object({
      arn: z.string().startsWith('arn:'),
      type: z.string(),
      account: accountId,
      region: z.string(),
      idleSince: instant,
      lastChange: z.string().min(1),
      evidence: z.array(z.string().min(1)).min(1),
      monthlyUsd: z.number().positive().optional(),
      nextStep: z.string().min(1),
      nextStepOn: instant.optional(),
    }),
  ),
});

export const typesShape = z.array(
  z.object({ id: z.string(), operations: z.array(z.string()).min(1), after: z.array(z.string()) }),
);

export type PlanDocument = z.infer<typeof planShape>;
