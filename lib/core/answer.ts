import type { Notice } from './notice.ts';
import type { Instant } from './time.ts';

/**
 * Text with what is not text in it: instants, which everybody reads in their own time zone, things to type, and people
 * by their Slack ids.
 */
export type Words = readonly (string | { at: Instant } | { code: string } | { person: string })[];

/** A resource, as answers name it. */
export interface Named {
  arn: string;
  /** Absent where only the ARN is known. */
  type?: string;
  account?: string;
  region?: string;
  /** Its `Name` tag. */
  name?: string;
  environment?: string;
  owner?: string;
}

type Placed = Required<Pick<Named, 'arn' | 'type' | 'account' | 'region'>>;
type Called = 'name' | 'environment' | 'owner';

/** Of whatever says more about a resource, what answers and reports call it; what is not known is absent. */
export function namedIn(
  about: Placed & { readonly [Key in Called]?: string | undefined },
): Placed & Pick<Named, Called> {
  const { arn, type, account, region, name, environment, owner } = about;
  return {
    arn,
    type,
    account,
    region,
    ...(name !== undefined && { name }),
    ...(environment !== undefined && { environment }),
    ...(owner !== undefined && { owner }),
  };
}

/** A resource and what is said about it. */
export interface Told {
  about: Named;
  words: Words;
}

/** One button of a choice. */
export interface Option {
  label: string;
  /** What it stands for, as a person would type it after the name of the command. */
  command: string;
}

/** What a person who asked in Slack gets to know. Plain data: how it looks is the business of the Slack adapter. */
export type Answer =
  /** The same request was answered before. */
  | { kind: 'nothing' }
  | { kind: 'help' }
  | { kind: 'text'; lines: readonly Words[] }
  /** Not done, for a reason that the person can do something about. */
  | { kind: 'refused'; lines: readonly Words[] }
  | { kind: 'list'; title: Words; rows: readonly Told[]; more: number; next?: string; notes: readonly Words[] }
  | { kind: 'shown'; about: Named; lines: readonly Words[] }
  /** What became of an order for each resource. `failed` is what was not done, each with why. */
  | {
      kind: 'done';
      order: 'extend' | 'keep' | 'let-go' | 'restore';
      done: readonly Told[];
      failed: readonly Told[];
      notes: readonly Words[];
    }
  | { kind: 'choice'; question: Words; options: readonly Option[]; more: number }
  /** Asks before more than one thing is let go. The notice is saved; the answer to it is a click. */
  | { kind: 'question'; notice: Notice; failed: readonly Told[]; notes: readonly Words[] }
  /** Opens the form that asks until when and why what the notice names is to be kept. */
  | { kind: 'form'; notice: Notice };
