import type { Call } from './call.ts';

export interface Answer {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: Buffer;
}

/** An error as the service of a call would write it. */
export function errorAnswer(
  { protocol }: Pick<Call, 'protocol'>,
  status: number,
  code: string,
  message: string,
): Answer {
  const id = '00000000-0000-4000-8000-000000000000';
  const error = `<Code>${code}</Code><Message>${message}</Message>`;
  switch (protocol) {
    case 'ec2':
      return xml(status, `<Response><Errors><Error>${error}</Error></Errors><RequestID>${id}</RequestID></Response>`);
    case 'query':
      return xml(
        status,
        `<ErrorResponse><Error><Type>Sender</Type>${error}</Error><RequestId>${id}</RequestId></ErrorResponse>`,
      );
    case 's3':
      return xml(status, `<Error>${error}<RequestId>${id}</RequestId></Error>`);
    case 'json':
    case 'rest-json':
      return {
        status,
        headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amzn-errortype': code },
        body: Buffer.from(JSON.stringify({ __type: code, message })),
      };
    default:
      return protocol satisfies never;
  }
}

function xml(status: number, text: string): Answer {
  return { status, headers: { 'content-type': 'text/xml' }, body: Buffer.from(`<?xml version="1.0"?>${text}`) };
}

/** A refusal that names the action, as AWS words it. */
export function denied(call: Call, action: string, arn?: string): Answer {
  const why = `not authorized to perform: ${action}${arn === undefined ? '' : ` on resource: ${arn}`}`;
  if (call.protocol === 'ec2') return errorAnswer(call, 403, 'UnauthorizedOperation', `You are ${why}`);
  if (call.service === 'sns') return errorAnswer(call, 403, 'AuthorizationError', `User is ${why}`);
  if (call.protocol === 'query' || call.protocol === 's3') {
    return errorAnswer(call, 403, 'AccessDenied', `User is ${why}`);
  }
  return errorAnswer(call, call.protocol === 'json' ? 400 : 403, 'AccessDeniedException', `User is ${why}`);
}

const throttled: Readonly<Record<string, readonly [status: number, code: string]>> = {
  ec2: [503, 'RequestLimitExceeded'],
  lambda: [429, 'TooManyRequestsException'],
  s3: [503, 'SlowDown'],
  sns: [429, 'Throttled'],
  sqs: [403, 'RequestThrottled'],
};

export function throttle(call: Call): Answer {
  const usual = call.protocol === 'query' ? 'Throttling' : 'ThrottlingException';
  const [status, code] = throttled[call.service] ?? [400, usual];
  return errorAnswer(call, status, code, 'Rate exceeded');
}

const broken: Readonly<Record<Call['protocol'], string>> = {
  ec2: 'InternalError',
  query: 'InternalFailure',
  json: 'InternalServerError',
  'rest-json': 'ServiceException',
  s3: 'InternalError',
};

export function http500(call: Call): Answer {
  return errorAnswer(call, 500, broken[call.protocol], 'We encountered an internal error. Please try again.');
}
