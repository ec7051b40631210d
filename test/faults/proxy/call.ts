import type { IncomingMessage } from 'node:http';
import type { SessionPolicy } from './session-policy.ts';

/** How a service writes its requests and its errors. */
type Protocol = 'ec2' | 'query' | 'json' | 'rest-json' | 's3';

/** What an AssumeRole answer made known about an access key. */
export interface KnownSession {
  account: string;
  role: string;
  policy?: SessionPolicy;
}

/** One request of the SDK, as far as the proxy understands it. */
export interface Call {
  protocol: Protocol;
  /** IAM's prefix of the service: `ec2`, `tag`. */
  service: string;
  region: string;
  account: string;
  role?: string;
  /** The session policy of the credentials that signed it. */
  policy?: SessionPolicy;
  operation: string;
  /** `ec2:DeleteVolume`: what rules match. */
  name: string;
  /** The IAM actions that AWS asks for. */
  actions: readonly string[];
  path: string;
  parameters: Readonly<Record<string, unknown>>;
}

/** moto's own account, to which the caller's credentials belong. */
const callerAccount = '123456789012';

const iamPrefixes: Readonly<Record<string, string>> = { tagging: 'tag' };

const protocols: Readonly<Record<string, Protocol>> = { ec2: 'ec2', s3: 's3', lambda: 'rest-json' };

/** Operations that IAM knows by another name. */
const otherActions: Readonly<Record<string, readonly string[]>> = {
  's3:DeleteObjects': ['s3:DeleteObject', 's3:DeleteObjectVersion'],
  's3:ListBuckets': ['s3:ListAllMyBuckets'],
  's3:ListMultipartUploads': ['s3:ListBucketMultipartUploads'],
  's3:ListObjectVersions': ['s3:ListBucketVersions'],
};

export function readCall(request: IncomingMessage, body: Buffer, sessions: ReadonlyMap<string, KnownSession>): Call {
  const scope = /Credential=([^/]+)\/\d+\/([^/]+)\/([^/]+)\/aws4_request/.exec(request.headers.authorization ?? '');
  if (scope === null) throw new Error(`an unsigned request: ${request.method} ${request.url}`);
  const [, key = '', region = '', signedFor = ''] = scope;
  const target = request.headers['x-amz-target'];
  const protocol = protocols[signedFor] ?? (target === undefined ? 'query' : 'json');
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const parameters = parametersOf(protocol, body, url);
  const operation = operationOf(protocol, request.method ?? 'GET', url, parameters, String(target));
  const service = iamPrefixes[signedFor] ?? signedFor;
  const name = `${service}:${operation}`;
  const session = sessions.get(key) ?? { account: callerAccount };
  const actions = otherActions[name] ?? [name];
  return { protocol, service, region, ...session, operation, name, actions, path: url.pathname, parameters };
}

function parametersOf(protocol: Protocol, body: Buffer, url: URL): Record<string, unknown> {
  if (protocol === 'ec2' || protocol === 'query') return Object.fromEntries(new URLSearchParams(body.toString()));
  if (protocol === 'json') return JSON.parse(body.toString() || '{}') as Record<string, unknown>;
  return Object.fromEntries(url.searchParams);
}

function operationOf(
  protocol: Protocol,
  method: string,
  url: URL,
  parameters: Readonly<Record<string, unknown>>,
  target: string,
): string {
  switch (protocol) {
    case 'ec2':
    case 'query':
      return String(parameters['Action']);
    case 'json':
      return target.slice(target.lastIndexOf('.') + 1);
    case 'rest-json':
      return lambdaOperation(method, url.pathname);
    case 's3':
      return s3Operation(method, url);
    default:
      return protocol satisfies never;
  }
}

function lambdaOperation(method: string, path: string): string {
  const kind = /^\/[\d-]+\/(functions|tags)\/[^/]+$/.exec(path)?.[1];
  const names: Readonly<Record<string, string>> = {
    'GET functions': 'GetFunction',
    'DELETE functions': 'DeleteFunction',
    'GET tags': 'ListTags',
    'POST tags': 'TagResource',
  };
  return names[`${method} ${kind}`] ?? `${method} ${path}`;
}

function s3Operation(method: string, { pathname, searchParams }: URL): string {
  const depth = pathname.split('/').filter((part) => part !== '').length;
  const what = ['tagging', 'versions', 'delete', 'uploads', 'uploadId'].find((one) => searchParams.has(one)) ?? '';
  const names: Readonly<Record<string, string>> = {
    'GET 0 ': 'ListBuckets',
    'DELETE 1 ': 'DeleteBucket',
    'GET 1 tagging': 'GetBucketTagging',
    'PUT 1 tagging': 'PutBucketTagging',
    'GET 1 versions': 'ListObjectVersions',
    'POST 1 delete': 'DeleteObjects',
    'GET 1 uploads': 'ListMultipartUploads',
  };
  return names[`${method} ${depth} ${what}`] ?? `${method} ${pathname} ${what}`;
}

/** A parameter as text; the query protocol and JSON alike. */
export function text({ parameters }: Call, name: string): string {
  const value = parameters[name];
  return typeof value === 'string' ? value : '';
}

/** `InstanceId.1`, `InstanceId.2`. */
export function numbered({ parameters }: Call, name: string): string[] {
  return Object.entries(parameters).flatMap(([key, value]) =>
    new RegExp(`^${name}\\.\\d+$`).test(key) ? [String(value)] : [],
  );
}
