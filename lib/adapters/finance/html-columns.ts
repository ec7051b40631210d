import { toCents } from '../../core/cost.ts';
import type { FinanceReport, IdleRow } from '../../core/finance-report.ts';
import { type Calendar, kindInWords } from './html-words.ts';

/** What a row of the table shows as text, and what stands there where there is none. */
export const absentWords = {
  title: '–',
  id: '',
  type: '–',
  owner: 'no owner',
  team: '–',
  costCentre: '',
  environment: '–',
  account: '–',
  region: '',
  idleSince: '–',
  lastChange: 'none seen',
  evidence: '–',
  more: '',
  kind: '',
  atMost: '',
  nextStep: '–',
  nextStepOn: '–',
} as const;

export type Field = keyof typeof absentWords;

const fields = Object.keys(absentWords) as Field[];

export type RowTexts = Readonly<Record<Field, string | undefined>>;

/** The texts of one row, as the table shows them. A tag without a value says nothing. */
export function textsOf(row: IdleRow, calendar: Calendar): RowTexts {
  const { name, id, type, region, account, owner, team, costCentre, environment, amount } = row;
  return {
    title: name ?? id,
    id: name === undefined || name === id ? undefined : id,
    ...{ type, region, account },
    owner: said(owner),
    team: said(team),
    costCentre: said(costCentre),
    environment: said(environment),
    idleSince: row.idleSince === undefined ? undefined : calendar.date(row.idleSince),
    lastChange: row.lastChange,
    evidence: row.evidence[0],
    more: row.evidence.length < 2 ? undefined : moreOf(row),
    kind: kindInWords(amount),
    atMost: amount.kind === 'estimate' && amount.atMost ? 'at most ' : undefined,
    nextStep: row.nextStep,
    nextStepOn: row.nextStepOn === undefined ? undefined : calendar.date(row.nextStepOn),
  };
}

/** What shows that it idles, besides the first of it. */
function moreOf({ evidence }: IdleRow): string {
  return evidence.slice(1).join('; ');
}

/** A tag's value, where it has letters. */
export function said(text: string | undefined): string | undefined {
  return text?.trim() === '' ? undefined : text;
}

/** One column: its different values in their order, and for each row which of them it has, -1 for none. */
export interface Column {
  values: readonly string[];
  rows: readonly number[];
}

/** Evidence repeats itself in parts: a value is the numbers of its parts. */
interface PartedColumn {
  parts: readonly string[];
  values: readonly (readonly number[])[];
  rows: readonly number[];
}

/** All rows as columns, which is a third of the size, and sorts by comparing numbers. */
export interface TableData {
  rows: number;
  /** US cents a month; null where unknown. */
  cents: readonly (number | null)[];
  columns: Readonly<Record<Exclude<Field, 'more'>, Column>>;
  more: PartedColumn;
  absent: typeof absentWords;
}

export function tableData(rows: FinanceReport['idle'], calendar: Calendar): TableData {
  const texts = rows.map((row) => textsOf(row, calendar));
  const column = (field: Field) => columnOf(texts.map((row) => row[field]));
  const { more, ...columns } = Object.fromEntries(fields.map((field) => [field, column(field)])) as Record<
    Field,
    Column
  >;
  return {
    rows: rows.length,
    cents: rows.map(({ amount }) => (amount.kind === 'unknown' ? null : Math.round(toCents(amount.usd) * 100))),
    columns,
    more: inParts(more, rows),
    absent: absentWords,
  };
}

const { compare } = new Intl.Collator('en');

/** Every text once, in the order of a dictionary. */
export function columnOf(texts: readonly (string | undefined)[]): Column {
  const values = [...new Set(texts)].filter((text) => text !== undefined).toSorted(compare);
  const places = new Map(values.map((text, place) => [text, place]));
  return { values, rows: texts.map((text) => (text === undefined ? -1 : (places.get(text) ?? -1))) };
}

function inParts({ values, rows }: Column, all: FinanceReport['idle']): PartedColumn {
  const parts = [...new Set(all.flatMap(({ evidence }) => evidence.slice(1)))];
  const places = new Map(parts.map((part, place) => [part, place]));
  const partsOf = new Map(all.map((row) => [moreOf(row), row.evidence.slice(1)]));
  const numbered = values.map((value) => (partsOf.get(value) ?? []).map((part) => places.get(part) ?? 0));
  return { parts, values: numbered, rows };
}
