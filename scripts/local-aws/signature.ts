import type { IncomingMessage } from 'node:http';

/** What a signed request says about itself before anybody looks into it. */
export interface Signature {
  accessKey: string;
  region: string;
  /** The service as signatures name it: `tagging` and not `tag`. */
  service: string;
}

const scope = /^([^/]+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request$/;

/** Reads the scope of a signature in the header or, of a presigned address, in the query; `undefined` without one. */
export function signatureOf({ headers, url = '/' }: IncomingMessage): Signature | undefined {
  const inHeader = /Credential=([^,\s]+)/.exec(headers.authorization ?? '')?.[1];
  const credential = inHeader ?? new URL(url, 'http://local').searchParams.get('X-Amz-Credential') ?? '';
  const [, accessKey, region, service] = scope.exec(credential) ?? [];
  return accessKey && region && service ? { accessKey, region, service } : undefined;
}
