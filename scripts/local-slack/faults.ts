/** Ends a fault. */
export type End = () => void;

export interface Throttle {
  /** One method; all of them, if none is named. */
  method?: string;
  /** How many calls are refused. */
  times: number;
  /** What Slack asks to wait, in seconds. */
  retryAfter?: number;
}

/** What goes wrong between Mayfly and Slack, switched on by tests and by the demonstration. Channels are ids. */
export interface Faults {
  throttle: (fault: Throttle) => End;
  /** Nothing is answered: each connection is cut. */
  down: () => End;
  /** The app was taken out of a channel. */
  notInChannel: (channel: string) => End;
  archived: (channel: string) => End;
  /** The app was installed without this permission. */
  withoutScope: (scope: string) => End;
  /** One method fails with this error of Slack's. */
  failing: (method: string, error: string) => End;
}

type Fault =
  | ({ kind: 'throttle' } & Throttle)
  | { kind: 'down' }
  | { kind: 'closed'; channel: string; error: string }
  | { kind: 'scope'; scope: string }
  | { kind: 'failing'; method: string; error: string };

/** What a call meets instead of an answer. */
export type Refusal = { kind: 'cut' } | { kind: 'slow-down'; retryAfter: number } | { kind: 'error'; error: string };

export interface FaultState {
  faults: Faults;
  /** What stands in the way of this call; a throttled one is counted. */
  refusal: (method: string, channel: string | undefined) => Refusal | undefined;
  lacks: (scope: string) => boolean;
}

/** Methods that write into a channel, and so fail where it is closed to the app. */
const writes = ['chat.postMessage', 'chat.postEphemeral', 'chat.update', 'files.completeUploadExternal'];

export function newFaults(): FaultState {
  const faults = new Set<Fault>();
  const begin = (fault: Fault): End => {
    faults.add(fault);
    return () => faults.delete(fault);
  };
  return {
    faults: {
      throttle: (fault) => begin({ kind: 'throttle', ...fault }),
      down: () => begin({ kind: 'down' }),
      notInChannel: (channel) => begin({ kind: 'closed', channel, error: 'not_in_channel' }),
      archived: (channel) => begin({ kind: 'closed', channel, error: 'is_archived' }),
      withoutScope: (scope) => begin({ kind: 'scope', scope }),
      failing: (method, error) => begin({ kind: 'failing', method, error }),
    },
    refusal: (method, channel) => {
      for (const fault of faults) {
        const met = meets(fault, method, channel);
        if (met !== undefined) return met;
      }
      return undefined;
    },
    lacks: (scope) => [...faults].some((fault) => fault.kind === 'scope' && fault.scope === scope),
  };
}

function meets(fault: Fault, method: string, channel: string | undefined): Refusal | undefined {
  switch (fault.kind) {
    case 'down':
      return { kind: 'cut' };
    case 'throttle':
      if (fault.times === 0 || (fault.method ?? method) !== method) return undefined;
      fault.times -= 1;
      return { kind: 'slow-down', retryAfter: fault.retryAfter ?? 1 };
    case 'failing':
      return fault.method === method ? { kind: 'error', error: fault.error } : undefined;
    case 'closed':
      return fault.channel === channel && writes.includes(method) ? { kind: 'error', error: fault.error } : undefined;
    case 'scope':
      return undefined;
    default:
      return fault satisfies never;
  }
}
