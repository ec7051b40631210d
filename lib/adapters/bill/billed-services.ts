const ebs = 'EC2 - Other';
const compute = 'Amazon Elastic Compute Cloud - Compute';

/** Under which services, as Cost Explorer calls them, AWS bills resources of a type by their own names. */
const services: Readonly<Record<string, readonly string[]>> = {
  'dynamodb:table': ['Amazon DynamoDB'],
  'ec2:instance': [compute, ebs],
  'ec2:snapshot': [ebs],
  'ec2:volume': [ebs],
  'elasticloadbalancing:loadbalancer': ['Amazon Elastic Load Balancing'],
  'rds:db': ['Amazon Relational Database Service'],
  'secretsmanager:secret': ['AWS Secrets Manager'],
};

/** Each once. A type that is billed under no name of its own has none. */
export function billedServices(types: readonly string[]): string[] {
  return [...new Set(types.flatMap((type) => services[type] ?? []))].toSorted();
}

/** Whether a service bills a resource itself, and not only what it does: traffic of an instance is a cost beside it. */
export function isItsOwn(service: string, resource: string): boolean {
  return service === compute || !/^i-[0-9a-f]+$/.test(resource);
}
