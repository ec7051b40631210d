import { blockLimits } from './block-limits.ts';

type Json = Readonly<Record<string, unknown>>;
export type Surface = 'message' | 'modal' | 'home';

/**
 * What Slack would refuse about a message or a view, in words; empty where there is nothing. What this does not know,
 * such as a block that Mayfly never sends, counts as refused.
 */
export function violationsOf(content: object): string[] {
  const { type, text, blocks: given }: Json = { ...content };
  const surface: Surface = type === 'modal' || type === 'home' ? type : 'message';
  const blocks = isList(given) ? given : [];
  const inItself = { message: () => inMessage(text), modal: () => inModal({ ...content }, blocks), home: () => [] };
  return [...inItself[surface](), ...violationsInBlocks(blocks, surface)];
}

/** The same for blocks alone. */
export function violationsInBlocks(blocks: readonly unknown[], surface: Surface): string[] {
  const found = atMost(
    'blocks',
    blocks.length,
    surface === 'message' ? blockLimits.messageBlocks : blockLimits.modalBlocks,
  );
  const tables = blocks.filter((block) => isJson(block) && isTable(block));
  if (tables.length > (surface === 'message' ? 1 : 0)) found.push('blocks: one table at most, and in messages only');
  found.push(...atMost('texts of all blocks', textsIn(blocks), surface === 'message' ? blockLimits.allText : Infinity));
  found.push(...repeated('block_id', blocks));
  return [...found, ...blocks.flatMap((block, index) => inBlock(block, `blocks[${index}]`, surface))];
}

function inMessage(text: unknown): string[] {
  return inString(text, 'text', blockLimits.messageText);
}

function inModal(view: Json, blocks: readonly unknown[]): string[] {
  const hasInput = blocks.some((block) => isJson(block) && block['type'] === 'input');
  return [
    ...inText(view['title'], 'title', blockLimits.modalTitle, 'plain_text'),
    ...optional(view['submit'], (text) => inText(text, 'submit', blockLimits.modalButton, 'plain_text')),
    ...optional(view['close'], (text) => inText(text, 'close', blockLimits.modalButton, 'plain_text')),
    ...optional(view['private_metadata'], (text) => inString(text, 'private_metadata', blockLimits.metadata, 0)),
    ...optional(view['callback_id'], (text) => inString(text, 'callback_id', blockLimits.id)),
    ...(hasInput && view['submit'] === undefined ? ['submit: needed where there is an input'] : []),
    ...(blocks.length === 0 ? ['blocks: a modal needs some'] : []),
  ];
}

type Check = (block: Json, at: string, surface: Surface) => string[];

const blockChecks: Readonly<Record<string, Check>> = {
  header: ({ text }, at) => inText(text, `${at}.text`, blockLimits.header, 'plain_text'),
  section: inSection,
  context: ({ elements }, at) =>
    inList(elements, `${at}.elements`, blockLimits.context, (text, where) =>
      inText(text, where, blockLimits.contextText),
    ),
  actions: ({ elements }, at) => [
    ...inList(elements, `${at}.elements`, blockLimits.actions, inElement),
    ...repeated('action_id', isList(elements) ? elements : []).map((one) => `${at}: ${one}`),
  ],
  divider: () => [],
  markdown: ({ text }, at) => inString(text, `${at}.text`, blockLimits.markdown),
  input: ({ label, hint, element }, at) => [
    ...inText(label, `${at}.label`, blockLimits.label, 'plain_text'),
    ...optional(hint, (text) => inText(text, `${at}.hint`, blockLimits.label, 'plain_text')),
    ...inElement(element, `${at}.element`),
  ],
  table: (block, at) => inTable(block, at, 1, blockLimits.tableRows),
  data_table: (block, at) => [
    ...inString(block['caption'], `${at}.caption`, blockLimits.label),
    ...inTable(block, at, 2, blockLimits.dataTableRows),
  ],
};

function inBlock(block: unknown, at: string, surface: Surface): string[] {
  const type = isJson(block) ? String(block['type']) : '';
  const check = Object.hasOwn(blockChecks, type) ? blockChecks[type] : undefined;
  if (!isJson(block) || check === undefined) return [`${at}: ${type || 'something'} is no block that Mayfly sends`];
  return [...inId(block['block_id'], `${at}.block_id`), ...check(block, at, surface)];
}

function inSection({ text, fields, accessory }: Json, at: string): string[] {
  return [
    ...(text === undefined && fields === undefined ? [`${at}: neither text nor fields`] : []),
    ...optional(text, (one) => inText(one, `${at}.text`, blockLimits.section)),
    ...optional(fields, (some) =>
      inList(some, `${at}.fields`, blockLimits.fields, (one, where) => inText(one, where, blockLimits.field)),
    ),
    ...optional(accessory, (one) => inElement(one, `${at}.accessory`)),
  ];
}

const elementChecks: Readonly<Record<string, (element: Json, at: string) => string[]>> = {
  button: ({ text, value, url, style, confirm }, at) => [
    ...inText(text, `${at}.text`, blockLimits.buttonText, 'plain_text'),
    ...optional(value, (one) => inString(one, `${at}.value`, blockLimits.value, 0)),
    ...optional(url, (one) => inString(one, `${at}.url`, blockLimits.url)),
    ...(style === undefined || style === 'primary' || style === 'danger'
      ? []
      : [`${at}.style: ${JSON.stringify(style)}`]),
    ...optional(confirm, (one) => inConfirm(one, `${at}.confirm`)),
  ],
  static_select: ({ options, placeholder }, at) => [
    ...inOptions(options, at, blockLimits.options),
    ...optional(placeholder, (one) => inText(one, `${at}.placeholder`, blockLimits.placeholder, 'plain_text')),
  ],
  radio_buttons: ({ options }, at) => inOptions(options, at, 10),
  checkboxes: ({ options }, at) => inOptions(options, at, 10),
  overflow: ({ options }, at) => inOptions(options, at, 5),
  datepicker: ({ initial_date: initial }, at) =>
    initial === undefined || (typeof initial === 'string' && /^\d{4}-\d\d-\d\d$/.test(initial))
      ? []
      : [`${at}.initial_date: ${JSON.stringify(initial)}`],
  plain_text_input: ({ max_length: max, min_length: min = 0, initial_value: value, placeholder }, at) => [
    ...atMost(`${at}.max_length`, Number(max ?? 0), blockLimits.inputLength),
    ...atMost(`${at}.min_length`, Number(min), Number(max ?? blockLimits.inputLength)),
    ...optional(value, (one) => inString(one, `${at}.initial_value`, Number(max ?? blockLimits.inputLength), 0)),
    ...optional(placeholder, (one) => inText(one, `${at}.placeholder`, blockLimits.placeholder, 'plain_text')),
  ],
};

function inElement(element: unknown, at: string): string[] {
  const type = isJson(element) ? String(element['type']) : '';
  const check = Object.hasOwn(elementChecks, type) ? elementChecks[type] : undefined;
  if (!isJson(element) || check === undefined) return [`${at}: ${type || 'something'} is no element that Mayfly sends`];
  return [...inId(element['action_id'], `${at}.action_id`), ...check(element, at)];
}

function inConfirm(confirm: unknown, at: string): string[] {
  if (!isJson(confirm)) return [`${at}: no dialog`];
  return [
    ...inText(confirm['title'], `${at}.title`, blockLimits.confirmTitle, 'plain_text'),
    ...inText(confirm['text'], `${at}.text`, blockLimits.confirmText, 'plain_text'),
    ...inText(confirm['confirm'], `${at}.confirm`, blockLimits.confirmButton, 'plain_text'),
    ...inText(confirm['deny'], `${at}.deny`, blockLimits.confirmButton, 'plain_text'),
  ];
}

function inOptions(options: unknown, at: string, max: number): string[] {
  return inList(options, `${at}.options`, max, (option, where) => {
    if (!isJson(option)) return [`${where}: no option`];
    return [
      ...inText(option['text'], `${where}.text`, blockLimits.optionText),
      ...inString(option['value'], `${where}.value`, blockLimits.optionValue),
    ];
  });
}

function inTable({ rows }: Json, at: string, minRows: number, maxRows: number): string[] {
  if (!isList(rows) || rows.length < minRows) return [`${at}.rows: at least ${minRows}`];
  const widths = new Set(rows.map((row) => (isList(row) ? row.length : 0)));
  const cells = rows.flatMap((row) => (isList(row) ? row : []));
  return [
    ...atMost(`${at}.rows`, rows.length, maxRows),
    ...atMost(`${at}: cells of a row`, Math.max(...widths), blockLimits.columns),
    ...(widths.size > 1 || widths.has(0) ? [`${at}.rows: not all equally long, or empty`] : []),
    ...atMost(`${at}: texts of all cells`, textsIn(cells), blockLimits.tableText),
    ...cells.flatMap((cell) => (isJson(cell) ? inCell(cell, at) : [`${at}: a cell that is none`])),
  ];
}

function inCell({ type, text, value }: Json, at: string): string[] {
  if (type === 'raw_number') return typeof value === 'number' ? [] : [`${at}: a raw_number without a number`];
  return type === 'raw_text'
    ? inString(text, `${at}: a cell`, blockLimits.tableText)
    : [`${at}: a cell of ${JSON.stringify(type)}`];
}

function inText(text: unknown, at: string, max: number, type?: 'plain_text'): string[] {
  if (!isJson(text)) return [`${at}: no text`];
  const isKnown = text['type'] === 'plain_text' || (text['type'] === 'mrkdwn' && type === undefined);
  return [...(isKnown ? [] : [`${at}: of type ${JSON.stringify(text['type'])}`]), ...inString(text['text'], at, max)];
}

function inString(text: unknown, at: string, max: number, min = 1): string[] {
  if (typeof text !== 'string') return [`${at}: no text`];
  return text.trim().length < min ? [`${at}: empty`] : atMost(at, text.length, max);
}

function inId(id: unknown, at: string): string[] {
  return optional(id, (one) => inString(one, at, blockLimits.id));
}

function inList(list: unknown, at: string, max: number, check: (one: unknown, at: string) => string[]): string[] {
  if (!isList(list) || list.length === 0) return [`${at}: empty`];
  return [...atMost(at, list.length, max), ...list.flatMap((one, index) => check(one, `${at}[${index}]`))];
}

function atMost(at: string, found: number, max: number): string[] {
  return found > max ? [`${at}: ${found}, and Slack takes ${max}`] : [];
}

function optional(value: unknown, check: (value: unknown) => string[]): string[] {
  return value === undefined ? [] : check(value);
}

function repeated(key: string, some: readonly unknown[]): string[] {
  const ids = some.flatMap((one) => (isJson(one) && typeof one[key] === 'string' ? [one[key]] : []));
  return ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `${key}: ${id} twice`);
}

/** The characters that people read, wherever they stand. */
function textsIn(value: unknown): number {
  if (isList(value)) return value.reduce<number>((sum, one) => sum + textsIn(one), 0);
  if (!isJson(value)) return 0;
  const own = typeof value['text'] === 'string' ? value['text'].length : 0;
  return Object.values(value).reduce<number>((sum, one) => sum + textsIn(one), own);
}

function isTable({ type }: Json): boolean {
  return type === 'table' || type === 'data_table';
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}
