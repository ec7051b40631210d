import { inflateSync } from 'node:zlib';

/** A part of a picture, in pixels from its top left. */
export interface Part {
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface Picture {
  width: number;
  height: number;
  /** How many different ones there are. */
  colours: () => number;
  /** The most frequent colour. */
  commonest: (part?: Part) => number | undefined;
  /** The share of pixels that are not of the most frequent colour. */
  ink: (part?: Part) => number;
}

/** Reads the PNG that Chromium makes of a page: eight bits a channel, not interlaced. */
export function readPng(file: Buffer): Picture {
  const width = file.readUInt32BE(16);
  const height = file.readUInt32BE(20);
  const [depth, kind] = [file[24], file[25]];
  const channels = kind === 6 ? 4 : 3;
  if (depth !== 8 || (kind !== 6 && kind !== 2))
    throw new Error(`a PNG of ${depth} bits and kind ${kind} is not known`);
  const pixels = unfiltered(inflateSync(Buffer.concat(dataOf(file))), width * channels, height, channels);
  const at = (x: number, y: number) => pixels.readUIntBE((y * width + x) * channels, 3);
  const counts = ({ x, y, width: wide, height: high }: Part = { x: 0, y: 0, width, height }) => {
    const counted = new Map<number, number>();
    for (let down = y; down < y + high; down += 1) {
      for (let right = x; right < x + wide; right += 1) {
        const colour = at(right, down);
        counted.set(colour, (counted.get(colour) ?? 0) + 1);
      }
    }
    return [...counted].toSorted(([, one], [, other]) => other - one);
  };
  return {
    width,
    height,
    colours: () => counts().length,
    commonest: (part) => counts(part)[0]?.[0],
    ink: (part) => {
      const found = counts(part);
      return 1 - (found[0]?.[1] ?? 0) / found.reduce((sum, [, count]) => sum + count, 0);
    },
  };
}

function dataOf(file: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 8; at < file.length; ) {
    const length = file.readUInt32BE(at);
    if (file.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(file.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  return parts;
}

/** Each row says by its first byte how its bytes follow from those to the left and above. */
function unfiltered(raw: Buffer, row: number, height: number, step: number): Buffer {
  const pixels = Buffer.alloc(row * height);
  for (let y = 0; y < height; y += 1) {
    const filter = raw[y * (row + 1)] ?? 0;
    for (let x = 0; x < row; x += 1) {
      const left = x >= step ? (pixels[y * row + x - step] ?? 0) : 0;
      const above = y > 0 ? (pixels[(y - 1) * row + x] ?? 0) : 0;
      const corner = x >= step && y > 0 ? (pixels[(y - 1) * row + x - step] ?? 0) : 0;
      const guess = [0, left, above, Math.floor((left + above) / 2), paeth(left, above, corner)][filter] ?? 0;
      pixels[y * row + x] = ((raw[y * (row + 1) + 1 + x] ?? 0) + guess) & 255;
    }
  }
  return pixels;
}

function paeth(left: number, above: number, corner: number): number {
  const guess = left + above - corner;
  const [toLeft, toAbove, toCorner] = [Math.abs(guess - left), Math.abs(guess - above), Math.abs(guess - corner)];
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}
