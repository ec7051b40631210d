import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Duration, Instant } from '../../core/time.ts';

/** What Slack itself advises: a request that somebody recorded is worth nothing after this. */
const pastMax: Duration = 5 * 60_000;

/**
 * Slack's clock and Lambda's are both right to the second. A stamp from further ahead was made to be replayed for
 * longer than `pastMax`, so it gets no more than what two clocks may differ by.
 */
const futureMax: Duration = 60_000;

export interface SignedRequest {
  /** The bytes as they came: parsing and writing them again would make another body. */
  body: Uint8Array;
  /** `x-slack-request-timestamp`. */
  timestamp: string | undefined;
  /** `x-slack-signature`. */
  signature: string | undefined;
}

/** Why a request is not Slack's, or not one of now. For the log: whoever sent it is told no more than "no". */
export type Doubt = 'unsigned' | 'malformed' | 'stale' | 'future' | 'wrong';

/** Checks that Slack signed these bytes, and when. `undefined`: nothing speaks against it. */
export function doubtIn(request: SignedRequest, secret: string, now: Instant): Doubt | undefined {
  const { body, timestamp, signature } = request;
  if (timestamp === undefined || signature === undefined) return 'unsigned';
  if (!/^\d{1,12}$/.test(timestamp) || !/^v0=[0-9a-f]{64}$/.test(signature)) return 'malformed';
  const age = now - Number(timestamp) * 1000;
  if (age > pastMax) return 'stale';
  if (age < -futureMax) return 'future';
  const expected = createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest();
  const given = Buffer.from(signature.slice('v0='.length), 'hex');
  return timingSafeEqual(expected, given) ? undefined : 'wrong';
}

/** The bytes of a request as an HTTP API hands it over: forms come in base64. */
export function bytesOf({ body, isBase64Encoded }: { body?: string | undefined; isBase64Encoded?: boolean }): Buffer {
  return Buffer.from(body ?? '', isBase64Encoded === true ? 'base64' : 'utf8');
}
