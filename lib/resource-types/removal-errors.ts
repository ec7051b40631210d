import { inParallel } from './batches.ts';
import type { Description, RemovalResult, Target } from './define.ts';
import type { StepFailure } from './server-operations.ts';

/** The name that AWS gives an error: `DependencyViolation`, `ThrottlingException`. */
export function codeOf(error: unknown): string {
  return error instanceof Error ? error.name : 'UnknownError';
}

/** In one line: what SDKs add below it is for whoever debugs them. */
export function messageOf(error: unknown): string {
  const [first = ''] = (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).split('\n');
  return first.trimEnd();
}

/** For services that take one resource a call. */
const callsAtOnce = 8;

/** How a type reads the errors of its removal call, by AWS's error names. */
export interface ErrorNames {
  gone: readonly string[];
  blocked?: readonly string[];
}

/** A failure of a step by its error, for what a type does not know better. */
export function stepFailure(id: string, error: unknown): StepFailure {
  const kind = isTransient(error) ? 'transient' : 'refused';
  return { kind, id, why: messageOf(error), code: codeOf(error) };
}

/** Turns a removal's error into a result, so that one failure never hides the others. */
export function removalError(id: string, error: unknown, names: ErrorNames): RemovalResult {
  const code = codeOf(error);
  if (names.gone.includes(code)) return { kind: 'gone', id };
  if (names.blocked?.includes(code)) return { kind: 'blocked', id, why: messageOf(error) };
  return { kind: 'failed', id, why: messageOf(error), code, ...(isTransient(error) && { transient: true }) };
}

/** Removes one target a call and turns each error into that target's result; what `remove` returns is added to it. */
export async function removeEach(
  targets: readonly Target[],
  names: ErrorNames,
  remove: (target: Target) => Promise<Partial<RemovalResult>>,
  success: 'removed' | 'requested' = 'removed',
): Promise<RemovalResult[]> {
  return inParallel(targets, callsAtOnce, async (target) => {
    const { id } = target;
    try {
      return { kind: success, id, ...(await remove(target)) } as RemovalResult;
    } catch (error) {
      return removalError(id, error, names);
    }
  });
}

/** Describes one id at a time: an error in `goneNames` means gone, any other makes this one id unreadable. */
export async function describeEach(
  ids: readonly string[],
  goneNames: readonly string[],
  describe: (id: string) => Promise<Description>,
): Promise<Description[]> {
  return inParallel(ids, callsAtOnce, async (id) => {
    try {
      return await describe(id);
    } catch (error) {
      if (goneNames.includes(codeOf(error))) return { kind: 'gone', id };
      return { kind: 'unreadable', id, why: messageOf(error) };
    }
  });
}

/**
 * Removes a batch in one call where the API takes many. One refused id fails the whole call on AWS's side, so then each
 * is tried alone: one protected resource never holds the others.
 */
export async function removeTogether(
  targets: readonly Target[],
  names: ErrorNames,
  removeAll: (targets: readonly Target[]) => Promise<void>,
  success: 'removed' | 'requested' = 'removed',
): Promise<RemovalResult[]> {
  try {
    await removeAll(targets);
    return targets.map(({ id }) => ({ kind: success, id }));
  } catch (error) {
    const [only, ...others] = targets;
    if (only !== undefined && others.length === 0) return [removalError(only.id, error, names)];
    return removeEach(
      targets,
      names,
      async (target) => {
        await removeAll([target]);
        return {};
      },
      success,
    );
  }
}

const denials = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'UnauthorizedOperation',
  'AuthorizationError',
  'AuthorizationErrorException',
]);

/** With such an error AWS says that the session may not: a pin that no longer fits, or a missing permission. */
export function isDenial(code: string): boolean {
  return denials.has(code);
}

const transientNames =
  /Throttl|TooManyRequests|RequestLimitExceeded|SlowDown|Timeout|ECONN|Unavailable|Internal(Failure|Error|Server)/i;

/** For an answer that gives no more than a name. */
export function isTransientName(name: string): boolean {
  return transientNames.test(name);
}

/** What Node calls a network that fails: the name of such an error is just `Error`. */
const networkCodes = /^E(CONN[A-Z]+|NOTFOUND|TIMEDOUT|AI_AGAIN|PIPE|HOST[A-Z]+|NET[A-Z]+)$/;

/** Throttling, timeouts, the network and AWS's own faults: they say nothing about the resource. */
export function isTransient(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { $metadata, $fault, $retryable, code } = error as Error & {
    $metadata?: { httpStatusCode?: number };
    $fault?: string;
    $retryable?: object;
    code?: unknown;
  };
  if (($metadata?.httpStatusCode ?? 0) >= 500 || $fault === 'server' || $retryable !== undefined) return true;
  if (typeof code === 'string' && networkCodes.test(code)) return true;
  return isTransientName(error.name) || isTransient(error.cause);
}
