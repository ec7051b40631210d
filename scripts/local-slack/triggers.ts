import { randomBytes } from 'node:crypto';

/** What a command or a click gives, so that a form can be opened for it: once, and soon. */
export interface Triggers {
  issue: (user: string) => string;
  /** Uses one up, or tells Slack's error. */
  use: (id: string) => { user: string } | string;
  userOf: (id: string) => string;
}

/** Slack's own limit. */
export const slackTriggerMs = 3_000;

export function newTriggers(lastsMs: number): Triggers {
  const issued = new Map<string, { user: string; until: number; used: boolean }>();
  return {
    issue: (user) => {
      const id = `${Date.now()}.${randomBytes(8).toString('hex')}`;
      issued.set(id, { user, until: Date.now() + lastsMs, used: false });
      return id;
    },
    use: (id) => {
      const trigger = issued.get(id);
      if (trigger === undefined) return 'invalid_trigger_id';
      if (trigger.used) return 'exchanged_trigger_id';
      if (Date.now() > trigger.until) return 'expired_trigger_id';
      trigger.used = true;
      return { user: trigger.user };
    },
    userOf: (id) => issued.get(id)?.user ?? '',
  };
}
