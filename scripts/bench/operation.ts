import type { IncomingMessage } from 'node:http';

/** The protocols in which the services of a sweep speak; each says "slow down" in its own way. */
export type Protocol = 'ec2' | 'query' | 'json' | 'rest-json' | 's3';

export interface Operation {
  /** `ec2:DescribeTags`, as IAM would name it. */
  name: string;
  protocol: Protocol;
}

/** What IAM calls the services whose signatures carry another name. */
const prefixes: Readonly<Record<string, string>> = { tagging: 'tag', monitoring: 'cloudwatch' };

/** Which operation a request asks for, from its signature's scope and its protocol's own mark. */
export function operationOf({ headers, method = 'GET', url = '/' }: IncomingMessage, body: string): Operation {
  const scope = /Credential=[^/]+\/\d{8}\/[^/]*\/([^/]+)\//.exec(headers.authorization ?? '')?.[1] ?? 'unknown';
  const service = prefixes[scope] ?? scope;
  const target = headers['x-amz-target'];
  if (typeof target === 'string') return { name: `${service}:${target.split('.').at(-1)}`, protocol: 'json' };
  const action = /(?:^|&)Action=(\w+)/.exec(body)?.[1];
  if (action !== undefined) {
    return { name: `${service}:${action}`, protocol: service === 'ec2' ? 'ec2' : 'query' };
  }
  if (service === 's3') return { name: `s3:${s3Action(method, url)}`, protocol: 's3' };
  if (service === 'lambda') return { name: `lambda:${lambdaAction(method)}`, protocol: 'rest-json' };
  return { name: `${service}:${method} ${url.split('?')[0]}`, protocol: 'rest-json' };
}

function s3Action(method: string, url: string): string {
  const { pathname, searchParams } = new URL(url, 'http://local');
  if (pathname === '/') return 'ListBuckets';
  const isObject = pathname.split('/').length > 2;
  if (isObject && (method === 'GET' || method === 'PUT')) return method === 'GET' ? 'GetObject' : 'PutObject';
  if (searchParams.has('tagging')) return method === 'GET' ? 'GetBucketTagging' : 'PutBucketTagging';
  if (searchParams.has('versions')) return 'ListObjectVersions';
  if (searchParams.has('uploads')) return 'ListMultipartUploads';
  if (searchParams.has('delete')) return 'DeleteObjects';
  return method === 'DELETE' ? 'DeleteBucket' : `${method} bucket`;
}

function lambdaAction(method: string): string {
  return method === 'DELETE' ? 'DeleteFunction' : method === 'GET' ? 'GetFunction' : `${method} function`;
}
