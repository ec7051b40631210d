import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Operation, operationOf } from '../bench/operation.ts';
import { refusals, seededRandom } from '../bench/throttle.ts';
import { type Answer, forward, read, send } from './forward.ts';
import { type Signature, signatureOf } from './signature.ts';

export interface RouterSettings {
  hubAccount: string;
  /** Where the hub's account is played; asked for at each call, because that place needs to know the router first. */
  hub: () => string;
  /** Where the other accounts and their organization are played. */
  members: string;
  port?: number;
}

/** Calls to one service in one place. */
export interface Traffic {
  place: 'hub' | 'members';
  service: string;
  calls: number;
  /** How many of them a fault refused. */
  refused: number;
}

/** Which calls to member accounts a fault hits; without account, region or operation, those of all of them. */
interface Aim {
  account?: string;
  region?: string;
  /** As IAM names it: `ec2:StopInstances`. */
  operation?: string;
}

/** A share of the calls is answered with "slow down". */
export interface Throttling extends Aim {
  /** From 0 to 1. */
  share: number;
}

export interface Router {
  url: string;
  traffic: () => Traffic[];
  /** The members' AWS lives at this instant from now on; `undefined`: it has the time of this machine again. */
  tellTime: (instant: number | undefined) => void;
  /** Begins a fault and gives what ends it. */
  throttle: (fault: Throttling) => () => void;
  /** The same for calls that EC2 says nobody may make. */
  deny: (aim: Aim) => () => void;
  stop: () => Promise<void>;
}

const seed = 20_261_123;

/** To whoever looks at the protocol, what passes here came by TLS: policies of buckets refuse everything else. */
const asByTls = ['x-forwarded-proto', 'https'];

/** See `moto_clock.py`: milliseconds since 1970. */
const timeHeader = 'x-local-now';

/** Stands on the loopback address between the hub and the two emulators that play its account and the others. */
export async function startRouter({ hubAccount, hub, members, port = 0 }: RouterSettings): Promise<Router> {
  const accounts = new Map<string, string>();
  const traffic = new Map<string, Traffic>();
  const faults = new Set<Fault>();
  const begin = (fault: Fault) => {
    faults.add(fault);
    return () => faults.delete(fault);
  };
  const random = seededRandom(seed);
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  let told: number | undefined;

  const answer = async (incoming: IncomingMessage): Promise<Answer> => {
    const body = await read(incoming);
    const signature = signatureOf(incoming);
    const owner = signature && accounts.get(signature.accessKey);
    const asked = signature?.service === 'sts' ? assumedAccount(incoming, body) : undefined;
    const goesOn = owner !== undefined || isForMembers(signature, asked, hubAccount);
    // With its own keys the hub asks for a way to the members, which its own account may already refuse.
    const isAsked = owner === undefined && !isAboutPolicies(incoming, body, signature);
    const byHub = isAsked ? await forward(hub(), agent, incoming, body, asByTls) : undefined;
    const place = goesOn && !(byHub && isRefusal(byHub)) ? 'members' : 'hub';
    const counted = countIn(traffic, place, signature?.service ?? 'unsigned');
    counted.calls += 1;
    if (byHub !== undefined && place === 'hub') return byHub;
    const operation = operationOf(incoming, body.toString('latin1'));
    const about = { account: owner, region: signature?.region, operation: operation.name };
    const hit = [...faults].find((fault) => hits(fault, about) && random() < fault.share);
    if (hit !== undefined) {
      counted.refused += 1;
      return hit.isDenial ? denial : refusal(operation);
    }
    // Keys that end in the past would be of no use to anybody.
    const at = told !== undefined && signature?.service !== 'sts' ? [timeHeader, String(told)] : [];
    const answered = await forward(members, agent, incoming, body, at);
    const issued = asked && /<AccessKeyId>([^<]+)</.exec(answered.body.toString('latin1'))?.[1];
    if (asked && issued) accounts.set(issued, asked);
    return answered;
  };

  const url = await listening(answer, port);
  return {
    url: url.href,
    traffic: () => [...traffic.values()].toSorted((one, other) => other.calls - one.calls),
    tellTime: (instant) => {
      told = instant;
    },
    throttle: (fault) => begin({ ...fault, isDenial: false }),
    deny: (aim) => begin({ ...aim, share: 1, isDenial: true }),
    stop: async () => {
      await url.close();
      agent.destroy();
    },
  };
}

/** The account whose role is asked for, if that is what the request asks. */
function assumedAccount({ url = '/' }: IncomingMessage, body: Buffer): string | undefined {
  const asked = new URLSearchParams(body.length > 0 ? body.toString() : new URL(url, 'http://local').search);
  if (asked.get('Action') !== 'AssumeRole') return undefined;
  return /^arn:aws[\w-]*:iam::(\d{12}):role\//.exec(asked.get('RoleArn') ?? '')?.[1];
}

/** Of what the hub asks with its own keys, only the organization and the way into an account are elsewhere. */
function isForMembers(signature: Signature | undefined, asked: string | undefined, hubAccount: string): boolean {
  return signature?.service === 'organizations' || (asked !== undefined && asked !== hubAccount);
}

/**
 * The emulator of the hub knows neither `organizations:PolicyType` nor the tags of a policy, so it would refuse what
 * AWS allows: what the hub may do there is tested with an IAM simulator instead.
 */
function isAboutPolicies(incoming: IncomingMessage, body: Buffer, signature: Signature | undefined): boolean {
  if (signature?.service !== 'organizations') return false;
  return /Polic(y|ies)|TagsForResource/.test(operationOf(incoming, body.toString('latin1')).name);
}

/**
 * The hub's account knows what its own roles may ask of others, so its refusal stands. It refuses what it does not
 * know in other words, `User: ` without a name, and only the others can tell about that.
 */
function isRefusal({ status, body }: Answer): boolean {
  const text = body.toString('latin1');
  const final = status >= 400 && /AccessDenied|MalformedPolicy|PackedPolicyTooLarge|Signature/.test(text);
  return final && !text.includes('User: is not authorized');
}

function countIn(traffic: Map<string, Traffic>, place: Traffic['place'], service: string): Traffic {
  const key = `${place} ${service}`;
  const counted = traffic.get(key) ?? { place, service, calls: 0, refused: 0 };
  traffic.set(key, counted);
  return counted;
}

interface Fault extends Throttling {
  isDenial: boolean;
}

/** Calls that no account has answered for yet, AssumeRole and those of Organizations, are spared. */
function hits(fault: Fault, about: Record<keyof Aim, string | undefined>): boolean {
  if (about.account === undefined || about.region === undefined) return false;
  return (['account', 'region', 'operation'] as const).every((one) => (fault[one] ?? about[one]) === about[one]);
}

function refusal({ protocol }: Operation): Answer {
  const { status, headers, body } = refusals[protocol];
  return { status, headers: Object.entries(headers).flat(), body: Buffer.from(body) };
}

const denial: Answer = {
  status: 403,
  headers: ['content-type', 'text/xml'],
  body: Buffer.from(
    '<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>You are not authorized to perform this ' +
      'operation.</Message></Error></Errors><RequestID>local</RequestID></Response>',
  ),
};

interface Listening {
  href: string;
  close: () => Promise<void>;
}

async function listening(answer: (incoming: IncomingMessage) => Promise<Answer>, port: number): Promise<Listening> {
  const server = createServer((incoming: IncomingMessage, outgoing: ServerResponse) => {
    answer(incoming).then(
      (answered) => send(answered, outgoing),
      (error: Error) => outgoing.writeHead(502, { 'content-type': 'text/plain' }).end(error.message),
    );
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the system gave no port');
  return {
    href: `http://127.0.0.1:${address.port}`,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
