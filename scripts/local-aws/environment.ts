import { devNull } from 'node:os';

/** Everything that could lead a tool to a person's own credentials or to the real AWS. */
const dangerous = [
  'AWS_PROFILE',
  'AWS_DEFAULT_PROFILE',
  'AWS_SESSION_TOKEN',
  'AWS_SECURITY_TOKEN',
  'AWS_ROLE_ARN',
  'AWS_ROLE_SESSION_NAME',
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
  'AWS_CONTAINER_AUTHORIZATION_TOKEN',
  'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
  'AWS_USE_FIPS_ENDPOINT',
  'AWS_USE_DUALSTACK_ENDPOINT',
];

function pointed(url: string): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: url,
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

/** An endpoint of one service goes before the common one, so each that the person has set must go. */
function toRemove(base: NodeJS.ProcessEnv): string[] {
  return [...dangerous, ...Object.keys(base).filter((name) => name.startsWith('AWS_ENDPOINT_URL_'))];
}

/**
 * What to lay over an environment so that an AWS tool talks to the local AWS only: `{ ...process.env, ...it }` for a
 * child process. `undefined` removes a variable: the AWS command line refuses an AWS_PROFILE that is there and empty.
 */
export function localAwsEnvironment(url: string, base: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return { ...Object.fromEntries(toRemove(base).map((name) => [name, undefined])), ...pointed(url) };
}

/** The same as lines for a shell, with the keys of one account where the local AWS has several. */
export function localAwsShellLines(url: string, { account }: { account?: string } = {}): string[] {
  const base = process.env;
  const key = account === undefined ? {} : { AWS_ACCESS_KEY_ID: account };
  const exports = Object.entries({ ...pointed(url), ...key }).map(([name, value]) => `export ${name}=${value}`);
  return [`unset ${toRemove(base).join(' ')}`, ...exports];
}
