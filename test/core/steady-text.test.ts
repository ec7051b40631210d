import { expect, test } from 'vitest';
import { steadyKey, steadyText } from '../../lib/core/steady-text.ts';

const blob = 'VRGkWq-zXc_9'.repeat(20);

test.each([
  ['request ids', 'Rate exceeded (Request ID: 7c1fa)', 'Rate exceeded (Request ID: 99ab)'],
  ['UUIDs', 'denied, id 3f0c1d6e-5a43-4b0e-9f0a-0d8d5f2f6a11.', 'denied, id 00000000-1111-2222-3333-444444444444.'],
  ["S3's host ids", 'SlowDown; Host ID: ab+/=; retry', 'SlowDown; Host ID: zz9+8/7=; retry'],
  [
    'the sessions of two runs',
    'User: arn:aws:sts::222222222222:assumed-role/mayfly-read/run-20261123T120000-abc123 is not authorized',
    'User: arn:aws:sts::222222222222:assumed-role/mayfly-read/run-20261123T130000-00ff00 is not authorized',
  ],
  [
    'encoded messages',
    `UnauthorizedOperation: Encoded authorization failure message: ${blob}`,
    `UnauthorizedOperation: Encoded authorization failure message: ${blob.slice(7)}xY`,
  ],
  [
    'times',
    'Signature expired: 20261123T120000Z is now earlier than 20261123T121500Z',
    'Signature expired: 20261123T130000Z is now earlier than 20261123T131500Z',
  ],
  ['times with a zone', 'until 2026-11-23T12:00:00.123Z', 'until 2026-11-24 06:30:01+01:00'],
  ['addresses', 'connect ETIMEDOUT 52.94.133.131:443', 'connect ETIMEDOUT 52.94.5.9:443'],
  ['how long it took', 'timed out after 1034 ms', 'timed out after 998 ms'],
  ['instants as numbers', 'expired at 1795453200', 'expired at 1795456800'],
])('%s do not tell two texts apart', (_, one, other) => {
  expect(steadyText(one)).toBe(steadyText(other));
  expect(steadyKey(one)).toBe(steadyKey(other));
});

test.each([
  ['accounts', 'no way into 222222222222', 'no way into 333333333333'],
  ['resources', 'in use by i-0123456789abcdef0', 'in use by i-0123456789abcdef1'],
  ['small numbers', 'queue-1 uses it', 'queue-2 uses it'],
  ['counts', '2 members are not due', '3 members are not due'],
  ['dates', 'ttl=12/11/2026', 'ttl=13/11/2026'],
  ['reasons', 'AccessDenied: explicit deny in a service control policy', 'AccessDenied: no identity-based policy'],
])('%s do', (_, one, other) => {
  expect(steadyKey(one)).not.toBe(steadyKey(other));
});
