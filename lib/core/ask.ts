import type { MessageRef } from './notice.ts';

/** What the buttons of Mayfly's messages are called in Slack: their action ids. */
export const buttonActions = [
  'extend-1d',
  'extend-3d',
  'extend-1w',
  /** Opens the form that asks until when and why. */
  'keep',
  'let-go',
  /** Gives the order that a question was about. */
  'confirm',
  'cancel',
  /** Its value is the id of a held plan. */
  'approve',
  /** Its value is a command, as a person would type it: the answer to "which of these?". */
  'choose',
  /** Their value says of which account or environment; see `GuardClick`. */
  'guard-freeze',
  'guard-stop',
  'guard-release',
] as const;

export type ButtonAction = (typeof buttonActions)[number];

export type GuardAction = Extract<ButtonAction, `guard-${string}`>;

export function isGuardAction(action: ButtonAction): action is GuardAction {
  return action.startsWith('guard-');
}

/** What a person asks for in Slack, after its signature was checked. Ids are Slack's own. */
export interface Ask {
  /** The same each time that one request is delivered. */
  key: string;
  person: string;
  team: string;
  from:
    | { kind: 'command'; text: string }
    /** The value of a button is the id of its notice, where nothing else is said. */
    | { kind: 'click'; action: ButtonAction; value: string; message?: MessageRef }
    /** `until` is a date such as 2026-12-01. */
    | { kind: 'form'; notice: string; until: string; reason: string };
}
