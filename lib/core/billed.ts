/** What AWS billed, as far as it tells. Whole days in UTC; unblended, in USD, with what was taken off for discounts. */
export interface Billed {
  accounts: AccountsBilled;
  resources: ResourcesBilled;
  /** That were made to learn it. Each costs a cent. */
  requests: number;
}

export type AccountsBilled =
  | {
      kind: 'known';
      days: number;
      /** USD by account. */
      usd: ReadonlyMap<string, number>;
      /** Accounts whose bill is not in `usd`, with the reason, in words. */
      leftOut: readonly string[];
    }
  | { kind: 'unknown'; why: string };

export type ResourcesBilled =
  | {
      kind: 'known';
      days: number;
      /** By what AWS bills under: an ARN, or the id of an instance or volume. */
      bills: ReadonlyMap<string, ResourceBill>;
      /** Services that told nothing of their resources, with the reason, in words. */
      leftOut: readonly string[];
    }
  | { kind: 'unknown'; why: string };

export interface ResourceBill {
  usd: number;
  /** Of how many different days. */
  days: number;
}

/** What one request to Cost Explorer costs. */
export const usdPerRequest = 0.01;
