import { type PythonServer, startPythonServer } from './python-server.ts';

/** A running moto. */
export type Moto = Pick<PythonServer, 'url' | 'pid' | 'stop'>;

export interface MotoSettings {
  port?: number;
  /** The port on this machine that its state machines call, if not its own. */
  callsTo?: number;
}

/** Starts moto on 127.0.0.1 and waits until it answers. It ends with this process, whatever ends that. */
export function startMoto({ port, callsTo }: MotoSettings = {}): Promise<Moto> {
  return startPythonServer({
    name: 'moto',
    script: 'moto_server.py',
    port,
    arguments: (chosen) => ['-H', '127.0.0.1', '-p', String(chosen)],
    // The 1,301 images that moto would load at the first EC2 call cost three seconds, and any image id is accepted.
    env: () => ({
      ...process.env,
      MOTO_EC2_LOAD_DEFAULT_AMIS: 'false',
      ...(callsTo !== undefined && { MOTO_PORT: String(callsTo) }),
    }),
    probe: '/moto-api/data.json',
  });
}

/** Empties every account and region. */
export async function resetMoto(url: string): Promise<void> {
  const response = await fetch(`${url}/moto-api/reset`, { method: 'POST' });
  if (!response.ok) throw new Error(`moto refused to reset: ${response.status} ${await response.text()}`);
}
