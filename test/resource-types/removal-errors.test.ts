import { describe, expect, test } from 'vitest';
import { isTransient, isTransientName, removalError } from '../../lib/resource-types/removal-errors.ts';
import { awsError } from '../samples/sample.ts';

const named = (name: string, more: object) => Object.assign(new Error('it failed'), { name, ...more });

describe('what says nothing about the resource', () => {
  test.each<[string, unknown]>([
    ['a status of 500, whatever its name', named('SomethingOdd', { $metadata: { httpStatusCode: 500 } })],
    ['a status of 503', named('Unknown', { $metadata: { httpStatusCode: 503 }, $fault: 'client' })],
    ["a fault of the service's own", named('KMSInternalException', { $fault: 'server' })],
    ['what the SDK would try again', named('TransactionInProgress', { $retryable: {}, $fault: 'client' })],
    ['throttling, which has a status of 400', awsError('ThrottlingException')],
    ["EC2's word for throttling", awsError('RequestLimitExceeded')],
    ["S3's word for throttling", awsError('SlowDown')],
    ['a timeout of the SDK', named('TimeoutError', {})],
    ...['ECONNREFUSED', 'ENOTFOUND', 'ECONNRESET', 'ETIMEDOUT', 'EAI_AGAIN', 'EPIPE', 'EHOSTUNREACH'].map(
      (code): [string, unknown] => [`the network's ${code}`, named('Error', { code })],
    ),
    ['the network, below an error of the SDK', named('Error', { cause: named('Error', { code: 'ENETUNREACH' }) })],
    ['a name alone', named('InternalFailure', {})],
  ])('%s', (_, error) => {
    expect(isTransient(error)).toBe(true);
    expect(removalError('q-1', error, { gone: [] })).toMatchObject({ kind: 'failed', id: 'q-1', transient: true });
  });
});

describe('what the service refuses', () => {
  test.each<[string, unknown]>([
    ['a denial', awsError('AccessDenied')],
    ['a wrong request', named('ValidationException', { $fault: 'client', $metadata: { httpStatusCode: 400 } })],
    ['an error without anything', new Error('no')],
    ['a programming error with a code of Node', named('TypeError', { code: 'ERR_INVALID_ARG_TYPE' })],
    ['what is no error at all', 'no'],
    ['nothing', undefined],
  ])('%s', (_, error) => {
    expect(isTransient(error)).toBe(false);
    expect(removalError('q-1', error, { gone: [] })).not.toHaveProperty('transient');
  });
});

test('gone and blocked are known by their names before anything else', () => {
  const names = { gone: ['NotFound'], blocked: ['InUse'] };
  const server = { $metadata: { httpStatusCode: 500 } };
  expect(removalError('q-1', named('NotFound', server), names)).toEqual({ kind: 'gone', id: 'q-1' });
  expect(removalError('q-1', named('InUse', server), names)).toMatchObject({ kind: 'blocked' });
});

test.each([
  ['ThrottlingException', true],
  ['ServiceUnavailable', true],
  ['NoAnswer', false],
])('an answer that names %s for one of many is transient: %s', (name, transient) => {
  expect(isTransientName(name)).toBe(transient);
});
