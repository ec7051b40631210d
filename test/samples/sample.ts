import type { Description, Present, RemovalResult, RemovalSettings } from '../../lib/resource-types/define.ts';

/** An error as the SDK throws it, for answers. */
export function awsError(name: string, message = name): Error {
  return Object.assign(new Error(message), { name, $fault: 'client', $metadata: { httpStatusCode: 400 } });
}

/** An answer of AWS: output as the SDK returns it, an error to throw, or a function of the command's input. */
export type Answer = Error | object | ((input: never) => Error | object);

/** True API answers for one resource of a type, alive and gone: what the contract test feeds each registered type. */
export interface Sample {
  type: string;
  arn: string;
  id: string;
  /**
   * By command name without `Command`, for describe, remove, finish, list and tag. The resource is alive and can go.
   */
  answers: Readonly<Record<string, Answer>>;
  /** The answers of describe once it is gone; commands not named here answer as in `answers`. */
  gone: Readonly<Record<string, Answer>>;
  /** Commands that answer in pages: the output field with the items, the output's token and the input's token field. */
  paged?: readonly { command: string; items: string; token: string; inputToken: string }[];
  /** What the describe of the alive resource must show, where it is more than an `expires-at` tag and some identity. */
  tags?: Readonly<Record<string, string>>;
  identity?: string;
  /** Turns that the alive sample does not take, such as a bucket that must be emptied first. */
  scenarios?: readonly Scenario[];
}

/** Answers over those of its sample, and what must come of them. */
export interface Scenario {
  name: string;
  /** Made anew for each run, so that an answer may change from call to call. */
  answers: () => Readonly<Record<string, Answer>>;
  settings?: Partial<RemovalSettings>;
  /** What describe must answer at least. */
  described?: Partial<Present> | Partial<Description>;
  /** What remove must answer at least. */
  removed?: Partial<RemovalResult>;
}
