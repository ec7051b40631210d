/** The parts of `arn:partition:service:region:account:resource`. Region and account may be empty (S3, snapshots). */
export interface Arn {
  text: string;
  partition: string;
  service: string;
  region: string;
  account: string;
  resource: string;
}

export function parseArn(text: string): Arn | undefined {
  const match = /^arn:([a-z0-9-]+):([a-z0-9-]+):([a-z0-9-]*):(\d{12}|aws)?:(.+)$/s.exec(text);
  if (match === null) return undefined;
  const [, partition = '', service = '', region = '', account = '', resource = ''] = match;
  return { text, partition, service, region, account, resource };
}

/** `ec2:volume` for an ARN of any service, as IAM and the tagging API write types: service and first word. */
export function kindOf(arn: Arn): string {
  const [word = ''] = arn.resource.split(/[:/]/, 1);
  // The classic kind is a resource of another API, with the same first word and no kind after it.
  if (arn.service === 'elasticloadbalancing' && /^loadbalancer\/[^/]+$/.test(arn.resource)) {
    return 'elasticloadbalancing:classic-loadbalancer';
  }
  return arn.resource === word ? arn.service : `${arn.service}:${word}`;
}

/** The partition that a region is in. */
export function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}
