import type { Facts } from '../../lib/core/cost.ts';
import type { Answer, Sample } from './sample.ts';

/** True API answers for one resource of a type that is only counted. */
export interface CostSample extends Pick<Sample, 'type' | 'arn' | 'id' | 'answers' | 'paged'> {
  tags: Readonly<Record<string, string>>;
  facts: Facts;
  createdAt?: number;
  /** Answers over the others while it is being deleted, or where it is no more. */
  leaving: Readonly<Record<string, Answer>>;
  gone?: Readonly<Record<string, Answer>>;
  /** Answers where nothing of the type is there. */
  none: Readonly<Record<string, Answer>>;
  /** Reads of which a failure leaves the resource there, with a cost that is not known. */
  onlyForThePrice?: readonly string[];
}

export const shard = 'eu-west-1:222222222222';
export const made = new Date('2026-09-01T08:00:00Z');
export const tags = { owner: 'ana', environment: 'staging' };
export const Tags = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

export const tagged = (ResourceARN: string) => ({ ResourceTagMappingList: [{ ResourceARN, Tags }] });
export const taggingPages = {
  command: 'GetResources',
  items: 'ResourceTagMappingList',
  token: 'PaginationToken',
  inputToken: 'PaginationToken',
};
