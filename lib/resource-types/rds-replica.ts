import type { UsedBy } from './define.ts';

/** A replica as RDS lists it at its source: by its name, or by its ARN where it is in another region. */
export function readReplica(name: string, type?: 'rds:db' | 'rds:cluster'): UsedBy {
  const words = `read replica ${name}`;
  if (name.startsWith('arn:')) return { words, arn: name };
  return type === undefined ? { words } : { words, type, id: name };
}
