import { resourceTypes } from '../resource-types/index.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { writeDocument } from './output.ts';
import { table } from './table.ts';
import { say } from './terminal.ts';

/** `mayfly types`: what Mayfly can remove, and what goes before it. */
export async function types({ json = false }: { json?: boolean }): Promise<ExitCode> {
  const all = resourceTypes.map(({ id, title, needs, after }) => ({
    id,
    title,
    operations: Object.keys(needs),
    after,
  }));
  if (json) {
    writeDocument(
      all.map(({ id, operations, after }) => ({ id, operations, after: after.map(({ type }) => type) })),
      { json },
    );
    return exitCodes.done;
  }
  const columns = [
    { title: 'Type', width: 36 },
    { title: 'What', width: 24 },
    { title: 'After', width: 'rest' },
  ] as const;
  say(
    table(
      columns,
      all.map(({ id, title, after }) => [id, title, after.map(({ type }) => type).join(', ')]),
    ),
  );
  return exitCodes.done;
}
