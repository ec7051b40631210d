import { once } from 'node:events';
import { createServer, type IncomingMessage, type OutgoingHttpHeaders, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { setTimeout } from 'node:timers/promises';
import { credentialsIn } from '../../../scripts/local-aws/organization.ts';
import { type Site, siteIn } from '../../../scripts/local-aws/site.ts';
import { liveTags } from '../live.ts';
import { type Answer, denied, errorAnswer, http500, throttle } from './answers.ts';
import { type Call, type KnownSession, readCall, text } from './call.ts';
import { protections } from './protections.ts';
import { deedsOf, isRemoval, removedArns } from './removals.ts';
import { type Rule, type RuleBook, ruleBook } from './rules.ts';
import { allows, longestPolicy, type SessionPolicy } from './session-policy.ts';

/** A call as it was received, with what the SDK was answered, or why it got no answer. */
interface Heard extends Call {
  answered?: number;
}

export interface FaultProxy {
  url: string;
  rules: RuleBook;
  /** Everything that came in, in its order. */
  heard: readonly Heard[];
  /** The ARNs of removals that moto carried out, once for each time. */
  removed: readonly string[];
  /** Session policies of AssumeRole calls, in their order; `undefined`: the role was assumed without one. */
  policies: readonly (SessionPolicy | undefined)[];
  /** moto itself, for one account and region, past the proxy. */
  site: (account: string, region: string) => Promise<Site>;
  /** Turns a stack's termination protection on, which moto knows at creation only. */
  protectStack: (arn: string) => void;
  /** Mistakes of the proxy itself: a test that passes in spite of one proves nothing. */
  mistakes: readonly Error[];
  /** Waits until no call is under way. */
  quiet: () => Promise<void>;
  close: () => Promise<void>;
}

/** How long a hanging call is held before its connection breaks: the SDK's own patience, a minute, is too long here. */
const hangMs = 50;

/** Stands between the SDK and moto, and adds what moto lacks: session policies, protections, and faults. */
export async function startProxy(motoUrl: string, seed = 1): Promise<FaultProxy> {
  const moto = new URL(motoUrl);
  if (moto.hostname !== '127.0.0.1') throw new Error(`${motoUrl} is not on this machine`);
  const rules = ruleBook(seed);
  const heard: Heard[] = [];
  const removed: string[] = [];
  const policies: (SessionPolicy | undefined)[] = [];
  const sessions = new Map<string, KnownSession>();
  const guard = protections();
  const site = siteSource(motoUrl);

  const serve = async (incoming: IncomingMessage, response: ServerResponse) => {
    const body = await buffer(incoming);
    const call: Heard = readCall(incoming, body, sessions);
    heard.push(call);
    const struck = rules.strike(call);
    for (const { before } of struck) await before?.(call);
    const refusal = await refuse(call, struck, guard, site);
    if (refusal !== undefined) return send(response, call, refusal);
    if (struck.some(({ fault }) => fault === 'hang')) {
      await setTimeout(hangMs);
      return void response.destroy();
    }
    const arns = isRemoval(call) ? await removedArns(call, await site(call.account, call.region)) : [];
    const upstream = await forward(moto, incoming, body);
    if ((upstream.statusCode ?? 500) < 300) removed.push(...arns);
    if (struck.length === 0 && !learnsFrom(call)) return stream(upstream, response, call);
    let answer = await collected(upstream);
    guard.learn(call, answer);
    if (call.name === 'sts:AssumeRole') policies.push(remember(sessions, call, answer));
    for (const { after } of struck) answer = (await after?.(call, answer)) ?? answer;
    return deliver(response, call, answer, struck);
  };

  const mistakes: Error[] = [];
  const underWay = new Set<Promise<void>>();
  const server = createServer((incoming, response) => {
    const done = serve(incoming, response)
      .catch((error: NodeJS.ErrnoException) => {
        if (!brokenByClient.has(error.code ?? '')) mistakes.push(error);
        response.destroy();
      })
      .finally(() => underWay.delete(done));
    underWay.add(done);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const quiet = async () => {
    while (underWay.size > 0) await Promise.all(underWay);
  };
  const close = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { protectStack } = guard;
  return { url, rules, heard, removed, policies, site, protectStack, mistakes, quiet, close };
}

/** The SDK's process was killed in the middle of a call. */
const brokenByClient = new Set(['ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET', 'EPIPE', 'ERR_STREAM_UNABLE_TO_PIPE']);

function siteSource(motoUrl: string): FaultProxy['site'] {
  const sites = new Map<string, Promise<Site>>();
  return (account, region) => {
    const key = `${account} ${region}`;
    const known =
      sites.get(key) ??
      credentialsIn(motoUrl, account).then((credentials) =>
        siteIn(account, { endpoint: motoUrl, region: region as Site['region'], credentials }),
      );
    sites.set(key, known);
    return known;
  };
}

/** The first reason not to let a call through: a fault that was ordered, its session's policy, or a protection. */
async function refuse(
  call: Call,
  struck: readonly Rule[],
  guard: ReturnType<typeof protections>,
  site: FaultProxy['site'],
): Promise<Answer | undefined> {
  const faults = struck.map(({ fault }) => fault);
  if (faults.includes('throttle')) return throttle(call);
  if (faults.includes('http500')) return http500(call);
  if (faults.includes('access-denied')) return denied(call, call.actions[0] ?? call.name);
  if (text(call, 'Policy').length > longestPolicy) {
    return errorAnswer(call, 400, 'ValidationError', `policy must have length less than or equal to ${longestPolicy}`);
  }
  const place = await site(call.account, call.region);
  return (await policyRefusal(call, place)) ?? (await guard.refusal(call, place));
}

/** Roles, copies that are yet to be made, objects: no policy of ours asks for their tags. */
const untagged = /^arn:aws:(iam:|rds:[^:]*:\d+:snapshot:|s3:::[^/]+\/)/;

async function policyRefusal(call: Call, place: Site): Promise<Answer | undefined> {
  const { policy } = call;
  if (policy === undefined) return undefined;
  for (const { action, arn } of await deedsOf(call, place)) {
    const tags = arn === undefined || untagged.test(arn) ? undefined : await liveTags(place, arn);
    if (!allows(policy, { action, arn, tags })) return denied(call, action, arn);
  }
  return undefined;
}

function learnsFrom({ name }: Call): boolean {
  return name === 'sts:AssumeRole' || name === 'ec2:RunInstances';
}

function remember(sessions: Map<string, KnownSession>, call: Call, { body }: Answer): SessionPolicy | undefined {
  const key = /<AccessKeyId>([^<]+)<\/AccessKeyId>/.exec(body.toString())?.[1];
  const [, account = '', role = ''] = /^arn:aws:iam::(\d{12}):role\/(.+)$/.exec(text(call, 'RoleArn')) ?? [];
  const sent = text(call, 'Policy');
  const policy = sent === '' ? undefined : (JSON.parse(sent) as SessionPolicy);
  if (key !== undefined) sessions.set(key, { account, role, ...(policy !== undefined && { policy }) });
  return policy;
}

async function forward({ hostname, port }: URL, incoming: IncomingMessage, body: Buffer): Promise<IncomingMessage> {
  const { method, url: path, headers } = incoming;
  const outgoing = request({ hostname, port, method, path, headers });
  outgoing.end(body);
  const [upstream] = (await once(outgoing, 'response')) as [IncomingMessage];
  return upstream;
}

async function collected(upstream: IncomingMessage): Promise<Answer> {
  return { status: upstream.statusCode ?? 500, headers: upstream.headers, body: await buffer(upstream) };
}

async function stream(upstream: IncomingMessage, response: ServerResponse, call: Heard): Promise<void> {
  call.answered = upstream.statusCode ?? 500;
  response.writeHead(call.answered, withoutHops(upstream.headers));
  await pipeline(upstream, response);
}

function deliver(response: ServerResponse, call: Heard, answer: Answer, struck: readonly Rule[]): void {
  const faults = struck.map(({ fault }) => fault);
  if (faults.includes('lost-answer')) response.destroy();
  else if (faults.includes('truncated-page')) truncate(response, answer);
  else send(response, call, answer);
}

function send(response: ServerResponse, call: Heard, { status, headers, body }: Answer): void {
  call.answered = status;
  response.writeHead(status, { ...withoutHops(headers), 'content-length': body.length });
  response.end(body);
}

/** The head promises the whole answer; half of it comes. */
function truncate(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, { ...withoutHops(headers), 'content-length': body.length });
  response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.destroy());
}

/** Each connection has its own. */
const hops = new Set(['connection', 'transfer-encoding']);

function withoutHops(headers: OutgoingHttpHeaders): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !hops.has(name)));
}
