import type { KnownBlock, ModalView } from '@slack/types';
import type { Answer } from '../../core/answer.ts';
import type { Notice } from '../../core/notice.ts';
import type { Policy } from '../../core/policy.ts';
import type { Instant } from '../../core/time.ts';

export interface Around {
  policy: Policy;
  now: Instant;
}

/** The blocks and the text that stands in their place in notifications. */
export interface AnswerMessage {
  text: string;
  blocks: KnownBlock[];
}

export function answerMessage(_answer: Answer, _around: Around): AnswerMessage {
  return { text: '', blocks: [] };
}

/** The form that asks until when and why. Its block and action ids are `until` and `reason`. */
export function keepForm(notice: Notice, _around: Around): ModalView {
  return {
    type: 'modal',
    callback_id: 'keep',
    private_metadata: notice.id,
    title: { type: 'plain_text', text: 'Keep' },
    blocks: [],
  };
}
