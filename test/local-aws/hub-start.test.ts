import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { expect, inject, onTestFinished, test, vi } from 'vitest';
import { type CdkSettings, synthesize } from '../../scripts/local-aws/cdk.ts';
import { type Hub, hubAccount, startHub } from '../../scripts/local-aws/hub.ts';
import { ministackEnvironment, startMinistack } from '../../scripts/local-aws/ministack.ts';

const repository = join(import.meta.dirname, '..', '..');

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'mayfly-test-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

async function aHub(): Promise<Hub> {
  const hub = await startHub({ moto: { url: inject('motoUrl') } });
  onTestFinished(hub.stop);
  return hub;
}

function connects(port: number, host: string): Promise<boolean> {
  const socket = connect({ port, host, timeout: 1_000 });
  const opened = new Promise<boolean>((resolve) => {
    socket.on('connect', () => resolve(true));
    for (const end of ['error', 'timeout']) socket.on(end, () => resolve(false));
  });
  return opened.finally(() => socket.destroy());
}

const addresses = Object.values(networkInterfaces())
  .flatMap((all) => all ?? [])
  .filter(({ internal, family }) => !internal && family === 'IPv4')
  .map(({ address }) => address);

test.skipIf(addresses.length === 0)('the hub is on the loopback address only, both of its servers', async () => {
  const { ministack, router } = await aHub();
  for (const { port } of [new URL(ministack.url), new URL(router.url)]) {
    const open = await Promise.all(['127.0.0.1', ...addresses].map((host) => connects(Number(port), host)));
    expect(open).toEqual([true, ...addresses.map(() => false)]);
  }
});

test('the hub answers as its account, and refuses a key that nobody issued', async () => {
  const { router, region } = await aHub();
  const whoami = (accessKeyId: string) =>
    new STSClient({ endpoint: router.url, region, credentials: { accessKeyId, secretAccessKey: 'local' } }).send(
      new GetCallerIdentityCommand({}),
    );
  expect((await whoami(hubAccount)).Account).toBe(hubAccount);
  await expect(whoami('AKIAIOSFODNN7EXAMPLE')).rejects.toThrow(/security token/);
});

test('functions of the hub get nothing of the environment of whoever started it', () => {
  const person: Record<string, string> = {
    PATH: '/usr/bin',
    LANG: 'C.UTF-8',
    AWS_PROFILE: 'production',
    AWS_SESSION_TOKEN: 'secret',
    AWS_ENDPOINT_URL_S3: 'https://s3.eu-west-1.amazonaws.com',
    GITHUB_TOKEN: 'secret',
    NODE_OPTIONS: '--inspect',
    PERSIST_STATE: '1',
    SERVICES: 's3',
  };
  const given = ministackEnvironment(hubAccount, 'http://127.0.0.1:1', person);
  const kept = Object.keys(person).filter((name) => person[name] === given[name]);
  expect(kept).toEqual(['LANG']);
  expect(given['AWS_ENDPOINT_URL']).toBe('http://127.0.0.1:1');
  expect(given['PATH']).toMatch(/:\/usr\/bin$/);
});

test('ministack ends with whoever started it, and leaves no file', async () => {
  const TMPDIR = folder();
  const file = join(TMPDIR, 'start.ts');
  writeFileSync(
    file,
    `import { startMinistack } from '${join(repository, 'scripts', 'local-aws', 'ministack.ts')}';
     const { pid } = await startMinistack({ account: '${hubAccount}', endpoint: 'http://127.0.0.1:1' });
     process.stdout.write(pid + '\\n');
     setInterval(() => {}, 1_000);`,
  );
  const starter = spawn(process.execPath, [file], {
    env: { ...process.env, TMPDIR },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(starter.stdout, 'data')) as [Buffer];
  const pid = Number(line.toString());
  expect(readdirSync(TMPDIR)).toEqual([expect.stringMatching(/^mayfly-ministack-/), 'start.ts']);
  starter.kill('SIGKILL');
  await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow('ESRCH'), { timeout: 5_000 });
  expect(readdirSync(TMPDIR)).toEqual(['start.ts']);
});

test('a port that is taken is named', async () => {
  const port = Number(new URL(inject('motoUrl')).port);
  const started = startMinistack({ account: hubAccount, endpoint: 'http://127.0.0.1:1', port });
  await expect(started).rejects.toThrow(`ministack can't have port ${port}: `);
});

test('a sweep can not be started before something is deployed', async () => {
  await expect((await aHub()).startSweep()).rejects.toThrow('deploy a policy first');
});

/** A project whose app is one line of JavaScript. */
function project(app: string): CdkSettings {
  const root = folder();
  writeFileSync(join(root, 'app.mjs'), app);
  writeFileSync(join(root, 'cdk.json'), JSON.stringify({ app: 'node app.mjs' }));
  return { endpoint: 'http://127.0.0.1:1', account: hubAccount, region: 'us-east-1', folder: folder(), root };
}

test('what cdk said last is in its error, and all of it was told on the way', async () => {
  const told: string[] = [];
  const broken = project(`console.error('mayfly.yaml:3: mode: unknown value'); process.exit(1);`);
  const failed = synthesize({}, { ...broken, onProgress: (line) => told.push(line) });
  await expect(failed).rejects.toThrow(/^cdk synth failed with exit status 1; it said last:\n.*mayfly.yaml:3: mode/s);
  expect(told).toContain('mayfly.yaml:3: mode: unknown value');
});

test('cdk is not waited for without end, nor its app', async () => {
  const hanging = project('setTimeout(() => {}, 100_000);');
  const failed = synthesize({}, { ...hanging, timeoutMs: 4_000 });
  await expect(failed).rejects.toThrow('cdk synth did not end within 4 seconds');
});

test('cdk can be stopped', async () => {
  const hanging = project(`console.error('the app runs'); setTimeout(() => {}, 100_000);`);
  const stop = new AbortController();
  const onProgress = (line: string) => line === 'the app runs' && stop.abort();
  await expect(synthesize({}, { ...hanging, signal: stop.signal, onProgress })).rejects.toThrow(
    'cdk synth was stopped',
  );
});

test('cdk and its app find the local AWS and nothing else, and context reaches the app', async () => {
  const told: string[] = [];
  const shown = project(`
    const names = Object.keys(process.env).filter((name) => name.startsWith('AWS_ENDPOINT'));
    console.error('endpoints ' + names.map((name) => process.env[name]));
    console.error('policy ' + JSON.parse(process.env.CDK_CONTEXT_JSON).policy);
    console.error('node ' + process.version);
    process.exit(1);`);
  vi.stubEnv('AWS_ENDPOINT_URL_S3', 'https://s3.eu-west-1.amazonaws.com');
  const settings = { ...shown, onProgress: (line: string) => told.push(line) };
  await expect(synthesize({ policy: '/a/b.yaml' }, settings)).rejects.toThrow();
  expect(told).toEqual(
    expect.arrayContaining(['endpoints http://127.0.0.1:1', 'policy /a/b.yaml', `node ${process.version}`]),
  );
});
