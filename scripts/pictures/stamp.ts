import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { PictureScene } from './scenes.ts';

const keyword = 'Source';
const iendLength = 12;

/** What a picture was made of, so that an old one is known without a browser. */
export function sourceOf({ page, element }: PictureScene): string {
  return createHash('sha256').update(`${element}\n${page}`).digest('hex');
}

/** Writes into a PNG what it was made of, as a text that viewers ignore. */
export function stamped(png: Buffer, source: string): Buffer {
  const data = Buffer.from(`tEXt${keyword}\0${source}`, 'latin1');
  const chunk = Buffer.alloc(data.length + 8);
  chunk.writeUInt32BE(data.length - 4, 0);
  data.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(data), data.length + 4);
  const end = png.length - iendLength;
  return Buffer.concat([png.subarray(0, end), chunk, png.subarray(end)]);
}

export function stampOf(png: Buffer): string | undefined {
  return new RegExp(`tEXt${keyword}\0([0-9a-f]{64})`).exec(png.toString('latin1'))?.[1];
}
