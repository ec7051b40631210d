import { type Button, buttonOf } from './buttons.ts';
import { type Content, type Json, textIn } from './conversation.ts';
import { type Reader, readMrkdwn, readPlain, type Span } from './mrkdwn.ts';

type Spans = readonly Span[];

/** What a block shows, for a page and a terminal alike. */
export type Shown =
  | { kind: 'header'; spans: Spans }
  | { kind: 'text'; spans: Spans; fields: readonly Spans[]; button?: Button }
  | { kind: 'context'; parts: readonly Spans[] }
  | { kind: 'buttons'; buttons: readonly Button[] }
  | { kind: 'divider' }
  | { kind: 'table'; caption: string; rows: readonly (readonly Spans[])[] }
  | { kind: 'field'; block: string; label: string; hint: string; type: string; value: string; optional: boolean }
  /** Nothing is left out in silence: what this renderer does not know is named. */
  | { kind: 'other'; type: string };

/** A message without blocks shows its text; one with blocks shows only them. */
export function shownOf({ text, blocks }: Content, reader: Reader): Shown[] {
  if (blocks.length > 0) return blocks.map((block, index) => shownBlock(block, `block-${index}`, reader));
  return text === '' ? [] : [{ kind: 'text', spans: readMrkdwn(text, reader), fields: [] }];
}

function shownBlock(block: Json, name: string, reader: Reader): Shown {
  const id = typeof block['block_id'] === 'string' ? block['block_id'] : name;
  const elements = listOf(block['elements']);
  switch (block['type']) {
    case 'header':
      return { kind: 'header', spans: textOf(block['text'], reader) };
    case 'section': {
      const button = isJson(block['accessory']) ? buttonOf(id, block['accessory']) : undefined;
      const fields = listOf(block['fields']).map((field) => textOf(field, reader));
      return { kind: 'text', spans: textOf(block['text'], reader), fields, ...(button && { button }) };
    }
    case 'context':
      return { kind: 'context', parts: elements.map((one) => textOf(one, reader)) };
    case 'actions':
      return { kind: 'buttons', buttons: elements.flatMap((one) => buttonOf(id, one) ?? []) };
    case 'divider':
      return { kind: 'divider' };
    case 'table':
    case 'data_table': {
      const rows = (Array.isArray(block['rows']) ? block['rows'] : []).map((row) => listOf(row).map(cellOf));
      return { kind: 'table', caption: textIn(block['caption']), rows };
    }
    case 'input':
      return fieldOf(block, id, reader);
    default:
      return { kind: 'other', type: String(block['type']) };
  }
}

function fieldOf(block: Json, id: string, reader: Reader): Shown {
  const element = isJson(block['element']) ? block['element'] : {};
  const value = element['initial_date'] ?? element['initial_value'] ?? '';
  const words = (of: unknown) =>
    isJson(of) ? textOf(of, reader).map((span) => ('text' in span ? span.text : '')) : [];
  return {
    kind: 'field',
    block: id,
    label: words(block['label']).join(''),
    hint: words(block['hint']).join(''),
    type: textIn(element['type']),
    value: textIn(value),
    optional: block['optional'] === true,
  };
}

function textOf(object: unknown, reader: Reader): Spans {
  if (!isJson(object) || typeof object['text'] !== 'string') return [];
  if (object['type'] === 'mrkdwn') return readMrkdwn(object['text'], reader);
  return readPlain(object['text'], object['emoji'] !== false);
}

/** A cell is raw text, which means nothing but itself, or rich text, of which the letters are shown. */
function cellOf(cell: Json): Spans {
  if (cell['type'] === 'rich_text') return listOf(cell['elements']).flatMap(cellOf);
  const inside = listOf(cell['elements']);
  if (inside.length > 0) return inside.flatMap(cellOf);
  const text = cell['type'] === 'raw_number' ? String(cell['value']) : cell['text'];
  return typeof text === 'string' && text !== '' ? [{ kind: 'text', text }] : [];
}

function listOf(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isJson) : [];
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null;
}
