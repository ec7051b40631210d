import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** An item of the ledger's table: texts and numbers only, whatever is deeper is one JSON text. */
export type Item = Readonly<Record<string, string | number>>;

export type Attributes = Record<string, AttributeValue>;

/** The form in which DynamoDB takes an item. */
export function toAttributes(item: Item): Attributes {
  return Object.fromEntries(
    Object.entries(item).map(([name, value]) => [
      name,
      typeof value === 'number' ? { N: String(value) } : { S: value },
    ]),
  );
}

/** An item as DynamoDB gives it. What is neither text nor number was not written by Mayfly, and is left out. */
export function fromAttributes(attributes: Attributes): Item {
  return Object.fromEntries(
    Object.entries(attributes).flatMap(([name, { S, N }]) => {
      const value = S ?? (N === undefined ? undefined : Number(N));
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** Values of an expression: `{ run: 'run-1' }` is `:run` there. */
export function expressionValues(values: Item): { ExpressionAttributeValues?: Attributes } {
  const named = Object.entries(values).map(([name, value]): [string, string | number] => [`:${name}`, value]);
  return named.length === 0 ? {} : { ExpressionAttributeValues: toAttributes(Object.fromEntries(named)) };
}

/** Every attribute stands as `#name` in expressions, because so many words are DynamoDB's own. */
export function expressionNames(...expressions: (string | undefined)[]): {
  ExpressionAttributeNames: Record<string, string>;
} {
  const used = expressions.join(' ').match(/#\w+/g) ?? [];
  return { ExpressionAttributeNames: Object.fromEntries(used.map((name) => [name, name.slice(1)])) };
}

/** At least what DynamoDB counts as the size of an item. */
export function itemBytes(item: Item): number {
  return Buffer.byteLength(Object.entries(item).flat().join(''));
}

/** A list in pieces that one request takes. */
export function piecesOf<T>(list: readonly T[], max: number): T[][] {
  const count = Math.ceil(list.length / max);
  return Array.from({ length: count }, (_, index) => list.slice(index * max, (index + 1) * max));
}
