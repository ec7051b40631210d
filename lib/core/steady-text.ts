import { createHash } from 'node:crypto';

/** What AWS and the run make up anew each time that they say the same. */
const passing: readonly RegExp[] = [
  /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi,
  /\b(extended )?(request|host) ?id\b\W*[\w+/=-]+/gi,
  /\bencoded authorization failure message\b\W*[\w+/=-]+/gi,
  // Sessions in the members are called by their run.
  /\b(run|mayfly)-\d{8}T\d{6}(-[0-9a-f]+)?/g,
  /\b\d{4}-?\d{2}-?\d{2}[T ]\d{2}:?\d{2}(:?\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?/g,
  /\b\d{1,2}:\d{2}:\d{2}(\.\d+)?/g,
  /\b\d{1,3}(\.\d{1,3}){3}(:\d+)?\b/g,
  /\bASIA[A-Z0-9]{12,}\b/g,
  /\b\d+(\.\d+)? ?(ms|milliseconds|seconds)\b/gi,
  // Instants as numbers; account ids have 12 digits.
  /\b(\d{10}|\d{13})(\.\d+)?\b/g,
  /[\w+/=-]{100,}/g,
];

/** The same for two texts that differ only in request ids, times and the like. */
export function steadyText(text: string): string {
  return passing.reduce((rest, pattern) => rest.replaceAll(pattern, '…'), text).trim();
}

/** A short key for a text: the same each time that the same is said. */
export function steadyKey(text: string): string {
  return createHash('sha256').update(steadyText(text)).digest('base64url').slice(0, 16);
}
