import { idleReasons } from './idle-reasons.ts';

/** Keep: nothing to say. Hold: obstructed or unreadable, its owner is told. Copy and stop are of idle servers. */
export type Action = 'keep' | 'hold' | 'warn' | 'remove' | 'copy' | 'stop';

/** Every reason that a decision can have, its action, and its sentence for people. */
export const reasons = {
  'not-due': { action: 'keep', sentence: 'Its expiry has not come.' },
  'no-expiry': { action: 'keep', sentence: 'It carries no expiry tag.' },
  protected: { action: 'keep', sentence: 'Its protect tag says true.' },
  'protected-until': { action: 'keep', sentence: 'Its protect tag names a date that has not come.' },
  'type-off': { action: 'keep', sentence: 'The policy does not list this type, or Mayfly does not know it.' },
  'account-observed': { action: 'keep', sentence: 'It is due, but the policy only observes this account.' },
  never: { action: 'keep', sentence: 'Its tag says never.' },
  'warned-recently': {
    action: 'keep',
    sentence: 'It has expired; the warning lead that the policy asks for has not passed yet.',
  },
  'outside-window': { action: 'keep', sentence: 'It is due; the policy removes at other hours.' },
  'goes-with-owner': { action: 'keep', sentence: 'Its stack or group is due itself and takes it along.' },
  'expiry-unreadable': { action: 'hold', sentence: 'Its expiry tag cannot be read.' },
  'protect-unreadable': {
    action: 'hold',
    sentence: 'Its protect tag is neither true, false nor a date, so it protects.',
  },
  'keys-collide': { action: 'hold', sentence: 'Two of its keys differ only in case.' },
  'owned-by-stack': { action: 'hold', sentence: 'It belongs to a CloudFormation stack that is not due.' },
  'owned-by-controller': { action: 'hold', sentence: 'A controller owns it and would bring it back.' },
  'deletion-protected': { action: 'hold', sentence: 'Its deletion protection is on.' },
  'carries-protected': { action: 'hold', sentence: 'Something that would go with it is protected or unreadable.' },
  'carries-live': { action: 'hold', sentence: 'Something that would go with it expires later.' },
  'in-use': { action: 'hold', sentence: 'Something that is not due uses it.' },
  'beyond-max-lifetime': { action: 'hold', sentence: 'It is older than the longest lifetime of the policy.' },
  paused: { action: 'hold', sentence: 'Mayfly is paused.' },
  quarantined: { action: 'hold', sentence: 'Its removal was refused several times; it is tried again later.' },
  expiring: { action: 'warn', sentence: 'It expires soon.' },
  'expired-unwarned': { action: 'warn', sentence: 'It has expired, but nobody was warned in time.' },
  expired: { action: 'remove', sentence: 'It has expired.' },
  'let-go': { action: 'remove', sentence: 'It was let go by hand.' },
  ...idleReasons,
} as const satisfies Record<string, { action: Action; sentence: string }>;

export type Reason = keyof typeof reasons;

/** The action that belongs to a reason. */
export function actionOf(reason: Reason): Action {
  return reasons[reason].action;
}
