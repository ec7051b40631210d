import type { ReportFileName } from '../core/report-files.ts';

/** A part of a name: nothing that could lead out of a folder, and nothing that means something to S3 or a shell. */
const word = /^[\w-]{1,128}$/;

/** Where the plan is kept, in a bucket or below a folder. Throws for what is no plan's id. */
export function planKey(id: string): string {
  if (!isPlanId(id)) throw new Error(`${JSON.stringify(id)} is no plan's id: letters, digits, - and _ only`);
  return `plans/${id}.json`;
}

export function isPlanId(id: string): boolean {
  return word.test(id);
}

/** Where a document of a run is kept: `shards`, `scans/222222222222-us-east-1`. Throws for any other kind of name. */
export function runKey(run: string, name: string): string {
  if (!word.test(run)) throw new Error(`${JSON.stringify(run)} is no run's id: letters, digits, - and _ only`);
  if (!name.split('/').every((part) => word.test(part))) {
    throw new Error(`${JSON.stringify(name)} is no document's name: words of letters, digits, - and _ between slashes`);
  }
  return runKeyPattern(run, name);
}

/** The same for who speaks of many: `*`, or what is filled in later, may stand for the run or in the name. */
export function runKeyPattern(run: string, name: string): string {
  return `runs/${run}/${name}.json`;
}

/** What the keys of all recipes begin with. */
export const recipesPrefix = 'recipes/';

/** What the keys of their secret parts end with. */
export const secretSuffix = '.secret.json';

/** Where the recipe of a copy is kept, or its secret part. Throws for what is no copy's name. */
export function recipeKey(copy: string, part?: 'secret'): string {
  if (!word.test(copy)) throw new Error(`${JSON.stringify(copy)} is no copy's name: letters, digits, - and _ only`);
  return `${recipesPrefix}${copy}${part === undefined ? '.json' : secretSuffix}`;
}

/** What the keys of all weekly reports begin with. */
export const reportsPrefix = 'reports/';

/** Where a file of the report of a day is kept: `reports/2026-11-30/trend.png`. */
export function reportKey(date: string, name: ReportFileName): string {
  return `${reportsPrefix}${date}/${name}`;
}

/** Where the nightly list prices are kept: one object for all regions, no run's. */
export const pricesKey = 'prices/nightly.json';

/** The text of a document, without a space that nobody needs: plans of 100,000 decisions are one object each. */
export function documentText(document: unknown): string {
  const text: string | undefined = JSON.stringify(document);
  if (text === undefined) throw new Error(`${typeof document} is no JSON document`);
  return text;
}

/** Reads a document back. Throws where it is not whole. */
export function readDocument(text: string, place: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${place} is damaged: ${(error as Error).message}; delete it and start a new run`);
  }
}
