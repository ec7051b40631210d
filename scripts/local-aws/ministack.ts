import { delimiter, dirname } from 'node:path';
import { localAwsEnvironment } from './environment.ts';
import { type PythonServer, startPythonServer } from './python-server.ts';

export interface MinistackSettings {
  /** The account that it plays. */
  account: string;
  /** Where its functions find AWS: the router, which knows the other accounts, too. */
  endpoint: string;
  port?: number;
  /** What a state machine's waits and pauses before retries are multiplied with. */
  waits?: number;
}

/** A running ministack: CloudFormation, Lambda, Step Functions and what else the hub's account needs. */
export interface Ministack extends PythonServer {
  account: string;
}

/** Starts ministack on 127.0.0.1 and waits until it answers. It ends with this process, whatever ends that. */
export async function startMinistack({ account, endpoint, port, waits = 1 }: MinistackSettings): Promise<Ministack> {
  const server = await startPythonServer({
    name: 'ministack',
    script: 'ministack_server.py',
    port,
    env: (chosen) => ({
      ...ministackEnvironment(account, endpoint, process.env),
      GATEWAY_PORT: String(chosen),
      SFN_WAIT_SCALE: String(waits),
    }),
    probe: '/_ministack/ready',
  });
  return { ...server, account };
}

/** Its functions inherit what it gets, so it gets only what they need: nothing of a person's own environment. */
export function ministackEnvironment(account: string, endpoint: string, base: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = ['LANG', 'TMPDIR', 'SYSTEMROOT'].flatMap((name) => (base[name] ? [[name, base[name]]] : []));
  return {
    ...Object.fromEntries(kept),
    ...localAwsEnvironment(endpoint, {}),
    // Functions are started with the first `node` there is.
    PATH: [dirname(process.execPath), base['PATH']].join(delimiter),
    MINISTACK_ACCOUNT_ID: account,
    BIND_HOST: '127.0.0.1',
    LOG_LEVEL: 'WARNING',
    // Roles may do what their policies say, as on AWS.
    AUTH: 'true',
    // The port of its message broker would be open to other machines.
    IOT_MTLS_ENABLED: '0',
    SFTP_ENABLED: '0',
    // It tidies up containers of its own where it finds Docker, and needs none here.
    DOCKER_HOST: 'unix:///nowhere/docker.sock',
    // A warning of its own code in each function's log.
    NODE_OPTIONS: '--disable-warning=DEP0169',
  };
}
