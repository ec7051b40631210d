import { placeName } from '../local-slack/audience.ts';
import type { Happening, Message } from '../local-slack/conversation.ts';
import type { LocalSlack } from '../local-slack/slack.ts';
import { transcript } from '../local-slack/transcript.ts';
import { tell } from './stage.ts';

/** Tells in the terminal what happened in Slack since it told something last. */
export interface Narrator {
  /** Shows some of the new messages, and counts the others. */
  some: (wanted: (message: Message) => boolean) => void;
  all: () => void;
}

export function narrator(slack: LocalSlack): Narrator {
  let told = 0;
  const tellNews = (wanted: (happening: Happening) => boolean) => {
    const fresh = slack.conversation.happenings.slice(told);
    told += fresh.length;
    const { shown = [], others = [] } = Object.groupBy(fresh, (one) => (wanted(one) ? 'shown' : 'others'));
    for (const one of shown) tell(transcript(slack, one));
    const messages = others.flatMap((one) => ('message' in one ? [one] : []));
    if (messages.length > 0) tell(`  … and ${counted(slack, messages)}`);
  };
  return {
    some: (wanted) => tellNews((one) => one.kind === 'message' && wanted(one.message)),
    all: () => tellNews(() => true),
  };
}

/** `3 new for Ana Lima, 2 changed in place for Ben Okafor`. */
function counted(slack: LocalSlack, all: readonly (Happening & { message: Message })[]): string {
  const groups = Map.groupBy(all, ({ kind, message }) => `${kind} ${message.channel}`);
  return [...groups.values()]
    .map((group) => {
      const [{ kind, message } = { kind: 'message', message: undefined }] = group;
      const what = kind === 'message' ? 'new' : kind === 'update' ? 'changed in place' : 'taken back';
      return `${group.length} ${what} for ${message === undefined ? 'nobody' : placeName(slack, message.channel)}`;
    })
    .join(', ');
}
