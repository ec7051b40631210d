import type { IamAction } from './define.ts';

/** What finding resources and regions needs, besides the types' own describes and lists. */
export const listingActions: readonly IamAction[] = [
  'tag:GetTagKeys',
  'tag:GetResources',
  'ec2:DescribeTags',
  'ec2:DescribeRegions',
];
