import { placeName } from '../local-slack/audience.ts';
import type { Happening, Message } from '../local-slack/conversation.ts';
import type { ChannelName } from '../local-slack/people.ts';
import type { LocalSlack } from '../local-slack/slack.ts';
import { transcript } from '../local-slack/transcript.ts';
import { tell } from './stage.ts';

/** Tells in the terminal what happened in Slack since it told something last. */
export interface Narrator {
  /** Shows these messages, and counts the others. */
  only: (messages: readonly Message[]) => void;
  rest: () => void;
  /** Shows what happened in one channel, and counts the rest. */
  channel: (name: ChannelName) => void;
}

export function narrator(slack: LocalSlack): Narrator {
  let told = 0;
  const news = () => {
    const fresh = slack.conversation.happenings.slice(told);
    told += fresh.length;
    return fresh;
  };
  const tellSome = (wanted: (happening: Happening) => boolean) => {
    const { shown = [], others = [] } = Object.groupBy(news(), (one) => (wanted(one) ? 'shown' : 'others'));
    for (const one of shown) tell(transcript(slack, one));
    const messages = others.flatMap((one) => ('message' in one ? [one] : []));
    if (messages.length > 0) tell(`  … and ${counted(slack, messages)}`);
  };
  return {
    only: (messages) => {
      const stamps = new Set(messages.map(({ ts }) => ts));
      tellSome((one) => 'message' in one && stamps.has(one.message.ts));
    },
    rest: () => tellSome(() => true),
    channel: (name) => tellSome((one) => 'message' in one && slack.place(one.message.channel).name === name),
  };
}

/** `3 messages to Ana Lima, 2 changes of messages to Ben Okafor`. */
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
