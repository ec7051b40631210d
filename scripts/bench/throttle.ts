import type { Protocol } from './operation.ts';

/** The answer of a service that wants to be asked less often. */
export interface Refusal {
  status: number;
  headers: Record<string, string>;
  body: string;
}

const xml = { 'content-type': 'text/xml' };
const json = { 'content-type': 'application/x-amz-json-1.1' };

/** Each protocol has a shape of its own, and the SDK tells throttling from other errors by the code. */
export const refusals: Readonly<Record<Protocol, Refusal>> = {
  ec2: {
    status: 503,
    headers: xml,
    body:
      '<Response><Errors><Error><Code>RequestLimitExceeded</Code><Message>Request limit exceeded.</Message></Error>' +
      '</Errors><RequestID>bench</RequestID></Response>',
  },
  query: {
    status: 400,
    headers: xml,
    body:
      '<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code><Message>Rate exceeded</Message></Error>' +
      '<RequestId>bench</RequestId></ErrorResponse>',
  },
  json: { status: 400, headers: json, body: '{"__type":"ThrottlingException","message":"Rate exceeded"}' },
  'rest-json': {
    status: 429,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': 'TooManyRequestsException' },
    body: '{"Type":"User","message":"Rate exceeded"}',
  },
  s3: {
    status: 503,
    headers: { 'content-type': 'application/xml' },
    body: '<Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>',
  },
};

/** Numbers from 0 to 1 that are the same in every run (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
