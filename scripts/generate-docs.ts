import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { policyJsonSchema } from '../lib/core/policy-problems.ts';
import { reasons } from '../lib/core/reasons.ts';
import type { CostType } from '../lib/resource-types/cost-type.ts';
import { costTypes } from '../lib/resource-types/cost-types.ts';
import type { OperationName, Permission, ResourceType } from '../lib/resource-types/define.ts';
import { resourceTypes } from '../lib/resource-types/index.ts';
import { guardFreezePage } from './guard-freeze-page.ts';
import { chromiumPath } from './local-slack/chromium.ts';
import { code, page, table } from './page.ts';
import { pricesPage } from './prices-page.ts';

/** Every page that is made from the code, by its path from the top of the repository. */
export function generatedPages(): Record<string, string> {
  return {
    'docs/guard-freeze.md': guardFreezePage(),
    'docs/policy.schema.json': `${JSON.stringify(policyJsonSchema(), undefined, 2)}\n`,
    'docs/prices.md': pricesPage(),
    'docs/reasons.md': reasonsPage(),
    'docs/resource-types.md': resourceTypesPage(resourceTypes, costTypes),
  };
}

const actionMeanings = {
  keep: 'there is nothing to say about it',
  hold: 'it is kept because something obstructs it or cannot be read',
  warn: 'its owner is to be told',
  remove: 'it is to go',
  copy: 'a copy of it is to be made, because it is an idle server',
  stop: 'it is to be stopped, because it is an idle server and its copy is complete',
};

export function reasonsPage(): string {
  const rows = Object.entries(reasons).map(([reason, { action, sentence }]) => [code(reason), action, sentence]);
  const meanings = Object.entries(actionMeanings).map(([action, meaning]) => `- *${action}*: ${meaning}.`);
  return page([
    '# Reasons',
    'Each decision has an action and one of these reasons. `mayfly plan`, `mayfly explain` and the JSON documents ' +
      'use the same names.',
    meanings.join('\n'),
    table(['Reason', 'Action', 'Sentence'], rows),
  ]);
}

export function resourceTypesPage(types: readonly ResourceType[], counted: readonly CostType[]): string {
  const rows = types.map((type) => [
    `[${code(type.id)}](#${anchor(type.id)})`,
    type.title,
    Object.keys(type.needs).join(', '),
    type.removal,
    type.unguarded === undefined ? 'yes' : 'no',
  ]);
  return page([
    '# Resource types',
    `Mayfly knows ${types.length} types. It reports what carries an expiry tag and is of another type, and leaves it ` +
      'alone.',
    '**Removal**: a *synchronous* one is confirmed by the success of the delete call, an *asynchronous* one by a ' +
      'later read that finds the resource gone. **Guarded**: where a role is assumed, AWS itself refuses the removal ' +
      'once an expiry or protect tag differs from the one that was decided on.',
    table(['Type', 'What', 'Operations', 'Removal', 'Guarded'], rows),
    'In the permissions, `REGION` and `ACCOUNT` stand for those of the sweep, `TARGET` for the ARN of the resource, ' +
      '`CARRIED` for the ARNs of what goes with it. Without a `tag` operation an extension is kept in the ledger. ' +
      'A `census` reads all of a type, tagged or not: what an account costs is summed from it.',
    ...types.map(typeSection),
    ...countedSection(counted),
  ]);
}

function countedSection(counted: readonly CostType[]): string[] {
  const rows = counted.flatMap(({ id, title, needs: { census } }) =>
    census.map(({ actions, on }) => [code(id), title, actions.map(code).join(', '), code(on)]),
  );
  return [
    '## Counted only',
    `Mayfly counts what these ${counted.length} types cost, tagged or not, for the weekly report and the cost guard, ` +
      'and never removes one: no policy and no `--type` takes them. [Prices](prices.md) says what is in their amounts.',
    table(['Type', 'What', 'Actions', 'On'], rows),
  ];
}

function typeSection(type: ResourceType): string {
  const { id, title, cloudFormation, after, unguarded, unpinned, needs } = type;
  const facts = [
    `${title}${cloudFormation === undefined ? '' : ` (${code(cloudFormation)})`}.`,
    unguarded === undefined ? undefined : `Not guarded by its tags: ${unguarded}.`,
    unpinned === undefined ? undefined : `Not pinned unless the policy names ${code('roles.stack')}: ${unpinned}.`,
  ];
  const order = after.map(({ type: earlier, because }) => `- ${code(earlier)} goes first: ${because}.`);
  const rows = Object.entries(needs).flatMap(([operation, permissions]) =>
    permissions.map((permission) => permissionRow(operation as OperationName, permission)),
  );
  return [
    `## ${id}`,
    facts.filter((fact) => fact !== undefined).join(' '),
    ...(order.length > 0 ? [order.join('\n')] : []),
    table(['Operation', 'Actions', 'On', 'Note'], rows),
  ].join('\n\n');
}

const guards = { tags: 'guarded by the tags', own: "only on what carries Mayfly's own tag" };

function permissionRow(operation: OperationName, { actions, on, guard, only, implied }: Permission): string[] {
  const demand =
    only === undefined
      ? undefined
      : `only with ${[...new Set(Object.values(only).flatMap(Object.keys))].map(code).join(', ')}`;
  const notes = [guard && guards[guard], demand, implied];
  const said = notes.filter((one) => one !== undefined).join('; ');
  return [operation, actions.map(code).join(', '), code(on), said];
}

/** The fragment that Markdown renderers give a heading. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\w -]/g, '')
    .replaceAll(' ', '-');
}

if (import.meta.main) {
  const root = join(import.meta.dirname, '..');
  for (const [path, text] of Object.entries(generatedPages())) {
    writeFileSync(join(root, path), text);
    console.log(`Wrote ${path}`);
  }
  const chromium = chromiumPath();
  if (chromium === undefined) {
    console.log('The pictures stay as they are: there is no Chromium to draw them with.');
  } else {
    // Tests of the pages need no browser.
    const { makePictures } = await import('./pictures/make-pictures.ts');
    for (const path of await makePictures(chromium, root)) console.log(`Drew ${path}`);
  }
}
