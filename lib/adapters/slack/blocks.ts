import type {
  ActionsBlock,
  Button,
  ConfirmationDialog,
  ContextBlock,
  DividerBlock,
  HeaderBlock,
  KnownBlock,
  MrkdwnElement,
  PlainTextElement,
  SectionBlock,
  TableBlock,
} from '@slack/types';
import type { ButtonAction } from '../../core/ask.ts';
import { blockLimits } from './block-limits.ts';
import { plain } from './mrkdwn.ts';

/** What is posted: blocks, and the text that notifications, terminals and broken blocks show in their place. */
export interface Message {
  text: string;
  blocks: KnownBlock[];
}

/** Text without markup. What it says may be anybody's. */
export function plainText(text: string, max: number): PlainTextElement {
  return { type: 'plain_text', text: plain(text, max) || '(empty)', emoji: false };
}

/** Markup of ours; what others wrote in it is escaped. Slack makes no links of its own in it. */
export function mrkdwn(text: string): MrkdwnElement {
  return { type: 'mrkdwn', text, verbatim: true };
}

export function header(text: string): HeaderBlock {
  return { type: 'header', text: plainText(text, blockLimits.header) };
}

export function section(text: string, accessory?: Button): SectionBlock {
  return { type: 'section', text: mrkdwn(text), ...(accessory && { accessory }) };
}

/** Lines of markup in as few sections as they fit; a line is never cut in two. */
export function sections(lines: readonly string[]): SectionBlock[] {
  const texts: string[] = [];
  for (const line of lines) {
    const last = texts.at(-1);
    const longer = last === undefined ? line : `${last}\n${line}`;
    if (last === undefined || longer.length > blockLimits.section) texts.push(line);
    else texts[texts.length - 1] = longer;
  }
  return texts.map((text) => section(text));
}

/** Two columns. */
export function fields(texts: readonly string[]): SectionBlock {
  return { type: 'section', fields: texts.slice(0, blockLimits.fields).map(mrkdwn) };
}

/** Small print. */
export function context(...texts: readonly string[]): ContextBlock {
  return { type: 'context', elements: texts.slice(0, blockLimits.context).map(mrkdwn) };
}

export function divider(): DividerBlock {
  return { type: 'divider' };
}

export function actions(...elements: readonly Button[]): ActionsBlock {
  return { type: 'actions', elements: [...elements] };
}

export interface ButtonSettings {
  action: ButtonAction;
  label: string;
  /** See `Ask`: the id of a notice or a plan, or a command. */
  value: string;
  style?: 'primary' | 'danger';
  /** Asked before the click counts. */
  confirm?: ConfirmationDialog;
}

/** One block has at most one button of each action: several of `choose` stand beside sections of their own. */
export function button({ action, label, value, style, confirm }: ButtonSettings): Button {
  return {
    type: 'button',
    action_id: action,
    text: plainText(label, blockLimits.buttonText),
    value,
    ...(style && { style }),
    ...(confirm && { confirm }),
  };
}

export interface ConfirmSettings {
  title: string;
  text: string;
  yes: string;
  no: string;
  style?: 'primary' | 'danger';
}

export function confirm({ title, text, yes, no, style }: ConfirmSettings): ConfirmationDialog {
  return {
    title: plainText(title, blockLimits.confirmTitle),
    text: plainText(text, blockLimits.confirmText),
    confirm: plainText(yes, blockLimits.confirmButton),
    deny: plainText(no, blockLimits.confirmButton),
    ...(style && { style }),
  };
}

/** A table of raw texts, in which nothing is markup. One to a message. */
export function table(rows: readonly (readonly string[])[]): TableBlock {
  return {
    type: 'table',
    rows: rows.map((row) => row.map((cell) => ({ type: 'raw_text', text: plain(cell) || '–' }))),
    column_settings: (rows[0] ?? []).map(() => ({ is_wrapped: true })),
  };
}
