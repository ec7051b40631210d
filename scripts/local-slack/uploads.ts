import { isUtf8 } from 'node:buffer';
import type { SharedFile } from './conversation.ts';
import type { Answered } from './workspace.ts';

/** The bytes of files on their way into a channel. */
export interface Uploads {
  keep: (fileId: string, contentType: string, body: Buffer) => Promise<void>;
  shared: (files: readonly { id: string; name: string; title: string }[]) => SharedFile[];
  /** The id of the message that a file was shared by. */
  stampOf: (answered: Answered, channel: string) => string;
}

export function newUploads(): Uploads {
  const contents = new Map<string, string>();
  return {
    keep: async (fileId, contentType, body) => {
      contents.set(fileId, await contentIn(contentType, body));
    },
    shared: (files) => files.map(({ id, name, title }) => ({ name, title, content: contents.get(id) ?? '' })),
    stampOf: (answered, channel) => {
      const [file] = answered['files'] as { shares?: Record<string, Record<string, { ts: string }[]>> }[];
      const shares = Object.values(file?.shares ?? {}).flatMap((places) => places[channel] ?? []);
      return shares[0]?.ts ?? '';
    },
  };
}

async function contentIn(contentType: string, body: Buffer): Promise<string> {
  const bytes = await bytesIn(contentType, body);
  // A picture has no lines that could be shown.
  return isUtf8(bytes) ? bytes.toString() : `(${bytes.length.toLocaleString('en')} bytes that are no text)`;
}

async function bytesIn(contentType: string, body: Buffer): Promise<Buffer> {
  if (!contentType.startsWith('multipart/form-data')) return body;
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData();
  const file = [...form.values()].find((value) => typeof value !== 'string');
  return file === undefined ? Buffer.alloc(0) : Buffer.from(await (file as Blob).arrayBuffer());
}
