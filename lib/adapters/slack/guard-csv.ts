import { parseArn } from '../../core/arn.ts';
import { csvOf } from '../../core/csv.ts';
import type { GuardMessage } from '../../core/guard-message.ts';
import { keyOfPart, type Part } from '../../core/guard-parts.ts';
import { guardLacks } from '../../core/guard-reasons.ts';
import { exceptionInWords } from '../../core/guard-summary.ts';
import { causeInWords } from '../../core/guard-words.ts';

const titles = ['what', 'account', 'environment', 'region', 'what it is about', 'detail'];

/** All that a message of the guard names, one line for each. */
export function guardCsv(message: GuardMessage): string {
  const { account, environment = '' } = message;
  const rows = rowsOf(message).map(([what, about, detail = '']) => {
    return [what, account, environment, parseArn(about)?.region ?? '', about, detail];
  });
  return csvOf([titles, ...rows]);
}

type Row = readonly [what: string, about: string, detail?: string];

const deeds = { freeze: 'frozen', stop: 'stopped', release: 'taken back' } as const;

function rowsOf({ burn, did, offers, problems }: GuardMessage): Row[] {
  const rows: Row[] = (burn?.causes ?? []).map((cause) => ['cause', cause.largest, causeInWords(cause)]);
  if (did !== undefined) {
    rows.push(...did.parts.map((part): Row => [deeds[did.kind], keyOfPart(part), before(part)]));
    rows.push(...(did.copies ?? []).map(({ arn, copy }): Row => ['copied first', arn, copy]));
    rows.push(...did.refused.map(({ part, why }): Row => ['refused or not answered', part, why]));
    rows.push(...did.differs.map(({ part, says }): Row => ['not as before', part, says]));
    rows.push(...besides(did, ['left as it is', 'lacks', 'lost for good']));
  }
  if (offers?.ahead !== undefined) {
    const { stage, ahead } = offers;
    rows.push(...ahead.parts.map((part): Row => [`a ${stage} would change`, keyOfPart(part), before(part)]));
    rows.push(...besides(ahead, [`a ${stage} would leave`, `a ${stage} would lack`, `a ${stage} would lose for good`]));
  }
  return [...rows, ...problems.map((why): Row => ['problem', '', why])];
}

type Besides = Pick<NonNullable<GuardMessage['did']>, 'left' | 'lacks' | 'losses'>;

function besides({ left, lacks, losses }: Besides, [leaves, lack, loss]: readonly [string, string, string]): Row[] {
  return [
    ...left.map((one): Row => [leaves, one.arn, exceptionInWords(one)]),
    ...lacks.map((one): Row => [lack, '', guardLacks[one]]),
    ...losses.map(({ arn, what }): Row => [loss, arn, what]),
  ];
}

/** What a group was before, so that it could be set by hand. */
function before(part: Part): string {
  if (part.kind !== 'group') return '';
  const { min, desired, max } = part.before;
  return `was ${min} at least, ${desired} desired, ${max} at most`;
}
