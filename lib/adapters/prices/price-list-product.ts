import * as z from 'zod';

/** What AWS says of one product. */
export interface Product {
  attributes: Readonly<Record<string, string>>;
  /** On demand; absent where it is not one price in USD. */
  price?: UnitPrice;
}

interface UnitPrice {
  usd: number;
  /** As AWS writes it: `Hrs`, `GB-Mo`. */
  unit: string;
}

const described = z.object({
  product: z.object({ attributes: z.record(z.string(), z.string()) }),
  terms: z.unknown().optional(),
});

const dimension = z.object({
  unit: z.string(),
  beginRange: z.literal('0').optional(),
  pricePerUnit: z.object({ USD: z.string().regex(/^\d+(\.\d+)?(e-?\d+)?$/i) }),
});

const onDemand = z.object({
  OnDemand: z.record(z.string(), z.object({ priceDimensions: z.record(z.string(), dimension) })),
});

/** Above this, somebody mistyped: no unit of what Mayfly knows costs as much. */
const usdMax = 10_000;

/** One item of a price list, JSON in a text. `undefined` where it is no product. */
export function readProduct(text: string): Product | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const read = described.safeParse(json);
  if (!read.success) return undefined;
  const price = priceOf(read.data.terms);
  return { attributes: read.data.product.attributes, ...(price !== undefined && { price }) };
}

/** One price from the first unit on. Half understood, tiers and several terms would be worse than no price. */
function priceOf(terms: unknown): UnitPrice | undefined {
  const read = onDemand.safeParse(terms);
  if (!read.success) return undefined;
  const some = Object.values(read.data.OnDemand);
  const dimensions = some.flatMap(({ priceDimensions }) => Object.values(priceDimensions));
  const [only] = dimensions;
  if (some.length !== 1 || dimensions.length !== 1 || only === undefined) return undefined;
  const usd = Number(only.pricePerUnit.USD);
  return usd <= usdMax ? { usd, unit: only.unit } : undefined;
}
