/** Types that are counted and never removed, apart from what counts them: most functions only ask whether one is. */
export const costTypeIds = [
  'ec2:natgateway',
  'eks:cluster',
  'elasticache:cluster',
  'elasticache:serverlesscache',
  'elasticfilesystem:file-system',
  'elasticloadbalancing:classic-loadbalancer',
  'es:domain',
] as const;

/** `<service>:<word of its ARN>`. */
export type CostTypeId = (typeof costTypeIds)[number];

const ids: ReadonlySet<string> = new Set(costTypeIds);

export function isCostType(id: string): boolean {
  return ids.has(id);
}
