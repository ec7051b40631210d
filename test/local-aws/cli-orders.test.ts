import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DescribeVolumesCommand, EC2Client } from '@aws-sdk/client-ec2';
import { expect, inject, test } from 'vitest';
import { instance, volume } from '../../scripts/local-aws/makers/ec2.ts';
import { ago, bench, document, outcomesIn, quickPolicy } from './command-line.ts';
import type { PlanDocument } from './contract-shapes.ts';
import { aQueue, queueNames } from './live.ts';

test.concurrent('what a limit held goes through once after a person approved it', async () => {
  const here = bench(`${quickPolicy}limits: { removalsPerAccount: 1 }\n`);
  const site = await here.site();
  const due = (...names: string[]) => Promise.all(names.map((name) => aQueue(site, name, { ttl: ago(2) })));
  await due('a', 'b');
  const { id } = document<PlanDocument>(await here.mayfly('plan', '--json'));
  const approved = await here.mayfly('approve', id);
  expect([approved.code, approved.stdout]).toEqual([0, '']);
  const first = await here.mayfly('reap', '--enforce', '--json');
  expect([first.code, outcomesIn(first)]).toEqual([0, { a: 'removed', b: 'removed' }]);
  await due('c', 'd');
  expect((await here.mayfly('reap', '--enforce', '--json')).code).toBe(3);
  expect(await queueNames(site)).toEqual(['c', 'd']);
});

test.concurrent('a pause stops a reap until it is resumed', async () => {
  const here = bench();
  const site = await here.site();
  await aQueue(site, 'due', { ttl: ago(2) });
  expect((await here.mayfly('pause', '--for', '2h')).code).toBe(0);
  const paused = await here.mayfly('reap', '--enforce', '--json');
  expect([paused.code, outcomesIn(paused)]).toEqual([0, {}]);
  expect(document<PlanDocument>(paused).decisions).toMatchObject([{ action: 'hold', reason: 'paused' }]);
  expect((await here.mayfly('resume')).code).toBe(0);
  expect(outcomesIn(await here.mayfly('reap', '--enforce', '--json'))).toEqual({ due: 'removed' });
});

test.concurrent('an account that was lowered to observe is not acted on', async () => {
  const here = bench();
  const site = await here.site();
  await aQueue(site, 'due', { ttl: ago(2) });
  expect((await here.mayfly('mode', here.accounts[0], 'observe')).code).toBe(0);
  const reaped = await here.mayfly('reap', '--enforce', '--json');
  expect([reaped.code, outcomesIn(reaped)]).toEqual([0, {}]);
  expect(await queueNames(site)).toEqual(['due']);
});

test.concurrent('in an observed account a letting-go is written down, and promises no removal', async () => {
  const here = bench();
  const [first, observed] = here.accounts;
  await Promise.all([
    aQueue(await here.site(), 'mine', { ttl: ago(-2) }),
    aQueue(await here.site(observed), 'watched', { ttl: ago(-2) }),
  ]);
  const arnIn = (account: string, name: string) => `arn:aws:sqs:us-east-1:${account}:${name}`;
  const promised = await here.mayfly('let-go', arnIn(first, 'mine'));
  expect([promised.code, promised.stderr]).toEqual([0, expect.stringContaining('The next sweep removes them')]);
  const written = await here.mayfly('let-go', arnIn(observed, 'watched'));
  expect([written.code, written.stderr]).toEqual([0, expect.stringContaining(`Account ${observed} is only observed`)]);
  expect(written.stderr).not.toContain('The next sweep removes them');
  expect((await here.mayfly('history', arnIn(observed, 'watched'))).stderr).toContain('let go by');
});

test.concurrent('init writes a policy that observes, and never over a file', async () => {
  const here = bench();
  const out = here.file('new.yaml');
  const wrote = await here.mayflyIn({ AWS_REGION: 'eu-west-1' }, 'init', '--out', out);
  expect([wrote.code, wrote.stdout]).toEqual([0, '']);
  const policy = readFileSync(out, 'utf8');
  expect(policy).toMatch(/^mode: observe/m);
  expect(policy).toMatch(/^regions: \[eu-west-1\]/m);
  const again = await here.mayfly('init', '--out', out);
  expect([again.code, /exists already/.test(again.stderr)]).toEqual([2, true]);
  expect(readFileSync(out, 'utf8')).toBe(policy);
});

test.concurrent('init takes the region of the profile', async () => {
  const here = bench();
  const [out, config] = [here.file('new.yaml'), here.file('aws-config')];
  const keys = 'aws_access_key_id = local\naws_secret_access_key = local\n';
  writeFileSync(config, `[profile dev]\nregion = eu-central-1\n${keys}`);
  const profile = { AWS_CONFIG_FILE: config, AWS_PROFILE: 'dev', AWS_REGION: undefined, AWS_DEFAULT_REGION: undefined };
  expect((await here.mayflyIn(profile, 'init', '--out', out)).code).toBe(0);
  expect(readFileSync(out, 'utf8')).toMatch(/^regions: \[eu-central-1\]/m);
});

/** moto behind a door: the calls of one action wait until the test opens it. */
async function doorBefore(action: string) {
  const arrived = Promise.withResolvers<void>();
  const opened = Promise.withResolvers<void>();
  const pass = async (incoming: IncomingMessage, answer: ServerResponse) => {
    const body = Buffer.concat(await incoming.toArray());
    if (body.includes(`Action=${action}`)) {
      arrived.resolve();
      await opened.promise;
    }
    const { method, headers, url: path = '' } = incoming;
    const forward = request(new URL(path, inject('motoUrl')), { method, headers }, (response) => {
      answer.writeHead(response.statusCode ?? 500, response.headers);
      response.pipe(answer);
    });
    forward.end(body);
  };
  const server = createServer((incoming, answer) => void pass(incoming, answer)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, arrived: arrived.promise, open: () => opened.resolve(), close: () => server.close() };
}

test.concurrent('130: an interrupted reap ends the batch in flight, starts no other, and says so', async () => {
  const here = bench();
  const site = await here.site();
  const seed = { kind: 'instance', tags: { ttl: ago(2) }, parts: [], fate: 'removed' } as const;
  const server = await instance(site, { ...seed, name: 'web' });
  const disk = await volume(site, { ...seed, kind: 'volume', name: 'data' });
  const door = await doorBefore('TerminateInstances');
  const run = here.mayflyIn({ AWS_ENDPOINT_URL: door.url }, 'reap', '--enforce', '--json');
  await door.arrived;
  run.interrupt();
  await run.stderrSays('batch in flight');
  door.open();
  const ended = await run;
  door.close();
  expect(ended.code).toBe(130);
  expect(outcomesIn(ended)).toEqual({
    [server.id]: expect.stringMatching(/^(removed|waiting)$/),
    [disk.id]: 'skipped',
  });
  const { Volumes = [] } = await site.client(EC2Client).send(new DescribeVolumesCommand({ VolumeIds: [disk.id] }));
  expect(Volumes).toHaveLength(1);
});
