import type { Sent } from '../fakes/answered-clients.ts';

/** Services whose IAM prefix is not the SDK's name of them in lower case without spaces. */
const prefixes: Readonly<Record<string, string>> = {
  'CloudWatch Logs': 'logs',
  EFS: 'elasticfilesystem',
  'Elastic Load Balancing': 'elasticloadbalancing',
  'Elastic Load Balancing v2': 'elasticloadbalancing',
  OpenSearch: 'es',
  'Resource Groups Tagging API': 'tag',
};

/** Commands that IAM knows by another name, or that need several actions. */
const actionsByCommand: Readonly<Record<string, readonly string[]>> = {
  's3:DeleteObjects': ['s3:DeleteObject', 's3:DeleteObjectVersion'],
  's3:ListBuckets': ['s3:ListAllMyBuckets'],
  's3:ListMultipartUploads': ['s3:ListBucketMultipartUploads'],
  's3:ListObjectVersions': ['s3:ListBucketVersions'],
};

/** The IAM actions that AWS asks for when these commands arrive: sorted, each once. */
export function actionsFor(sent: readonly Sent[]): string[] {
  const actions = sent.flatMap(({ service, command }) => {
    const name = `${prefixes[service] ?? service.toLowerCase().replaceAll(' ', '')}:${command}`;
    return actionsByCommand[name] ?? [name];
  });
  return [...new Set(actions)].toSorted();
}
