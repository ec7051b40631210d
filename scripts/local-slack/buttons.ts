import { type Json, type Message, textIn } from './conversation.ts';

/** A button of a message, as Slack knows it. */
export interface Button {
  block: string;
  action: string;
  value: string;
  label: string;
  /** A button with a style of its own. */
  style?: 'primary' | 'danger';
  /** What Slack asks before the click counts. */
  confirm?: Confirm;
}

export interface Confirm {
  title: string;
  text: string;
  yes: string;
  no: string;
  style?: 'primary' | 'danger';
}

/** The buttons of a message in their order; those beside a section among them. */
export function buttonsOf({ blocks }: Pick<Message, 'blocks'>): Button[] {
  return blocks.flatMap((block, index) => {
    const elements = Array.isArray(block['elements']) ? (block['elements'] as Json[]) : [];
    const accessory = block['accessory'] === undefined ? [] : [block['accessory'] as Json];
    const id = typeof block['block_id'] === 'string' ? block['block_id'] : `block-${index}`;
    return [...elements, ...accessory].flatMap((one) => buttonOf(id, one) ?? []);
  });
}

export function buttonOf(block: string, element: Json): Button | undefined {
  if (element['type'] !== 'button') return undefined;
  const { confirm } = element;
  return {
    block,
    action: textIn(element['action_id']),
    value: textIn(element['value']),
    label: wordsIn(element, 'text'),
    ...styleOf(element),
    ...(typeof confirm === 'object' && confirm !== null && { confirm: confirmOf(confirm as Json) }),
  };
}

/** Slack has words of its own for buttons that have none. */
function confirmOf(dialog: Json): Confirm {
  return {
    title: wordsIn(dialog, 'title'),
    text: wordsIn(dialog, 'text'),
    yes: wordsIn(dialog, 'confirm') || 'Yes',
    no: wordsIn(dialog, 'deny') || 'No',
    ...styleOf(dialog),
  };
}

function styleOf({ style }: Json): { style?: 'primary' | 'danger' } {
  return style === 'primary' || style === 'danger' ? { style } : {};
}

function wordsIn(object: Json, name: string): string {
  return textIn((object[name] as Json | undefined)?.['text']);
}

/** The button with this action id, and where several have it, with this label or value. */
export function findButton(message: Message, action: string, which?: string): Button {
  const all = buttonsOf(message);
  const found = all.find(
    (one) => one.action === action && (which === undefined || [one.label, one.value].includes(which)),
  );
  if (found !== undefined) return found;
  const there = all.map((one) => `${one.action} (${one.label})`).join(', ') || 'no buttons';
  throw new Error(`the message has no button ${[action, which].filter(Boolean).join(' ')}; it has: ${there}`);
}
