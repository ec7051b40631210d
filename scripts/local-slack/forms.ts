import { type Conversation, type Form, type Json, textIn } from './conversation.ts';
import { parsed } from './response-urls.ts';

/** The forms before a person, the one on top last. */
export function openForms({ happenings }: Conversation, user: string): Form[] {
  const forms = new Map<string, Form>();
  for (const one of happenings) if (one.kind === 'form') forms.set(one.form.id, one.form);
  return [...forms.values()].filter((form) => form.user === user && form.state === 'open');
}

/** The fields of a form. */
export function fieldsOf({ view }: Form): { block: string; action: string; type: string; optional: boolean }[] {
  const blocks = Array.isArray(view['blocks']) ? (view['blocks'] as Json[]) : [];
  return blocks
    .filter(({ type }) => type === 'input')
    .map((block) => {
      const element = (block['element'] ?? {}) as Json;
      return {
        block: textIn(block['block_id']),
        action: textIn(element['action_id']),
        type: textIn(element['type']),
        optional: block['optional'] === true,
      };
    });
}

/** The values of a form as Slack sends them; like Slack, it does not send what must not be empty. */
export function filledIn(form: Form, values: Readonly<Record<string, string>>): Json {
  const fields = fieldsOf(form);
  const names = fields.flatMap(({ block, action }) => [block, action]);
  const stray = Object.keys(values).find((name) => !names.includes(name));
  if (stray !== undefined) throw new Error(`the form has no field ${stray}; it has: ${names.join(', ')}`);
  const filled = fields.map(({ block, action, type, optional }) => {
    const value = values[block] ?? values[action];
    if (value === undefined && !optional) throw new Error(`the field ${block} of the form must be filled in`);
    const key = type === 'datepicker' ? 'selected_date' : 'value';
    return [block, { [action]: { type, [key]: value ?? null } }] as const;
  });
  return Object.fromEntries(filled);
}

/** What becomes of a form once it was sent: it closes, unless the app has something against what stands in it. */
export function afterSending(form: Form, status: number, body: string): Form {
  const answer = parsed(body);
  if (status !== 200) return form;
  if (answer?.['response_action'] === 'errors') {
    return { ...form, errors: (answer['errors'] ?? {}) as Form['errors'] };
  }
  return { ...form, errors: {}, state: 'sent' };
}
