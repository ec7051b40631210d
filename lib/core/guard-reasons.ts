/** How far the guard has gone with an account or an environment. */
export const guardStages = ['none', 'tell', 'freeze', 'stop'] as const;

export type GuardStage = (typeof guardStages)[number];

/** What a decision of the guard asks for. `release` finishes a release that was interrupted. */
export type GuardAction = 'keep' | 'tell' | 'freeze' | 'stop' | 'release';

/** Every reason that a decision of the guard can have, its action, and its sentence for people. */
export const guardReasons = {
  'no-limits': { action: 'keep', sentence: 'The policy names no limits for it.' },
  'within-limits': { action: 'keep', sentence: 'It burns no more than the policy allows.' },
  'first-scan': { action: 'keep', sentence: 'It was seen for the first time: a jump needs something to compare with.' },
  'new-prices': {
    action: 'keep',
    sentence: 'It costs more than usual, but by prices that are new: this look does not count.',
  },
  'scan-incomplete': {
    action: 'keep',
    sentence: 'It costs more than usual, but a part of it could not be read: this look does not count.',
  },
  'account-unread': {
    action: 'keep',
    sentence: 'It could not be read: what it burns now is not known, and nothing is done.',
  },
  'partly-unread': {
    action: 'keep',
    sentence: 'A part of it could not be read: nobody knows whether it is within its limits again.',
  },
  'account-gone': {
    action: 'keep',
    sentence:
      'Its account has left the organization, or is suspended: the guard can change nothing there. A release forgets ' +
      'what it did there, and names it.',
  },
  calming: { action: 'keep', sentence: 'It is within its limits again; a second look in a row ends the alarm.' },
  'second-look-awaited': {
    action: 'keep',
    sentence: 'It burns too much; a second look must agree before anything is changed.',
  },
  'approval-awaited': { action: 'keep', sentence: 'It burns too much; the policy leaves the next stage to an admin.' },
  'account-observed': {
    action: 'keep',
    sentence: 'It burns too much; the policy only observes its account, so the next stage is for an admin.',
  },
  'account-not-named': {
    action: 'keep',
    sentence: 'It burns too much; guard.accounts does not name its account, so nothing is frozen or stopped there.',
  },
  'role-missing': {
    action: 'keep',
    sentence: "It burns too much; the guard's role is not in its account, so nothing can be frozen or stopped there.",
  },
  'budget-not-spent': {
    action: 'keep',
    sentence:
      'It will pass its budget, has not yet, and is frozen: it is stopped when the budget is spent, twice as much is ' +
      'projected, or an admin says so.',
  },
  paused: { action: 'keep', sentence: 'It burns too much; Mayfly is paused, so nothing is changed.' },
  'cooling-down': {
    action: 'keep',
    sentence: 'A person released it not long ago: for a day, only an admin can freeze or stop it again.',
  },
  'stays-frozen': { action: 'keep', sentence: 'It is within its limits, and stays frozen until a person releases it.' },
  'stays-stopped': {
    action: 'keep',
    sentence: 'It is within its limits, and stays stopped until a person releases it.',
  },
  'half-done': {
    action: 'keep',
    sentence: 'It is within its limits; its freeze or stop was interrupted, and what is done stays until a release.',
  },
  'unfinished-held': {
    action: 'keep',
    sentence:
      'It burns too much; its freeze or stop was interrupted, and its mode or `allow` was lowered since, so the ' +
      'guard does not go on by itself: what is done stays until a release.',
  },
  'stopped-and-over': {
    action: 'keep',
    sentence: 'What may be stopped was stopped, and it is still over a limit: the rest is for a person.',
  },
  'no-prices': {
    action: 'tell',
    sentence: 'Nothing that stands there has a known price: the guard cannot see what it burns.',
  },
  'over-limits': { action: 'tell', sentence: 'It burns more than the policy allows.' },
  calmed: { action: 'tell', sentence: 'It burns no more than the policy allows again.' },
  'alarm-heard': { action: 'tell', sentence: 'AWS sent an alarm about its cost; billing data is up to a day late.' },
  'alarm-known': { action: 'keep', sentence: 'The alarm was told before.' },
  'freeze-due': { action: 'freeze', sentence: 'Two looks agree that it burns too much: what creates cost is frozen.' },
  'freeze-approved': {
    action: 'freeze',
    sentence: 'It burns too much, and an admin decided to freeze what creates cost.',
  },
  'freeze-unfinished': { action: 'freeze', sentence: 'Its freeze was interrupted and goes on.' },
  'stop-due': {
    action: 'stop',
    sentence: 'It burns too much although it is frozen: servers and databases are stopped.',
  },
  'stop-approved': {
    action: 'stop',
    sentence: 'It burns too much, and an admin decided to stop servers and databases.',
  },
  'stop-unfinished': { action: 'stop', sentence: 'Its stop was interrupted and goes on.' },
  released: { action: 'release', sentence: 'A person released it: what the guard had changed is taken back.' },
  'release-unfinished': { action: 'release', sentence: 'Its release was interrupted and goes on.' },
} as const satisfies Record<string, { action: GuardAction; sentence: string }>;

export type GuardReason = keyof typeof guardReasons;

/** Why something is left as it is by a stage, each with its sentence. */
export const guardExceptions = {
  protected: 'It is protected by its tag.',
  unstoppable: 'It must not be stopped.',
  'carries-unstoppable': 'Its group has a member that is protected or must not be stopped.',
  'in-group': 'It belongs to an Auto Scaling group, which would replace it.',
  'not-running': 'It does not run.',
  'state-changing': 'Its state is changing.',
  'at-its-size': 'Its maximum is its present size already.',
  'at-zero': 'Its sizes are zero already.',
  'not-of-environment': 'It does not belong to the environment.',
  'done-already': 'The guard has changed it already.',
} as const satisfies Record<string, string>;

export type GuardException = keyof typeof guardExceptions;

/** What a freeze could not bring about as a whole, each with its sentence. */
export const guardLacks = {
  'scp-not-allowed': 'The hub may not attach service control policies: creations are not denied.',
  'scp-quota': 'The account has as many service control policies as AWS allows: creations are not denied.',
  'scp-of-account-only':
    'A service control policy would bind the whole account: creations in one environment are not denied.',
  'partly-unread': 'A part of the account could not be read: what stands there was left as it is.',
  'scp-attached-before': 'The service control policy was attached before, by somebody else: a release leaves it.',
} as const satisfies Record<string, string>;

export type GuardLack = keyof typeof guardLacks;
