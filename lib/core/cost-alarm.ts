import * as z from 'zod';
import type { Heard } from './guard-memory.ts';

/** An alarm of AWS about cost. One message may be about several accounts: then each has an alarm with the same id. */
export interface CostAlarm extends Pick<Heard, 'id' | 'source'> {
  /** Absent: AWS names none that could be meant, so it is only told. */
  account?: string;
  /** One line, in the words of AWS; names in it are anybody's text. */
  says: string;
}

/** What SNS delivers. */
export interface CostMessage {
  /** The same for each delivery of a message. */
  id: string;
  subject?: string;
  text: string;
}

/** What an account's budget is called, so that its alarms name the account. */
export function budgetNameOf(account: string): string {
  return `mayfly-${account}`;
}

const budgetName = /^mayfly-(\d{12})$/;
const accountId = /^\d{12}$/;

/** Characters of what is told. */
const saysMax = 300;

/** AWS names ten root causes at most; who names more accounts than this is not believed. */
const accountsMax = 20;

const causesTold = 3;

/**
 * Reads a message of AWS Budgets (text) or of Cost Anomaly Detection (JSON). Whatever it is, something comes of it:
 * what can't be read is an alarm about no account, with its words. The shapes are those of the AWS Cost Management
 * User Guide ("Getting started with AWS Cost Anomaly Detection") and of budgets' messages as people have received them.
 */
export function readCostAlarms(message: CostMessage): [CostAlarm, ...CostAlarm[]] {
  const anomaly = anomalyIn(message.text);
  if (anomaly !== undefined) return alarmsOfAnomaly(message.id, anomaly);
  const { id, subject, text } = message;
  const names = budgetsNamed(message);
  if (names.length === 0) {
    const said = [subject, text].filter(Boolean).join(': ');
    return [{ id, source: 'budget', says: oneLine(`not an alarm as AWS writes them: ${said}`) }];
  }
  const [first, ...others] = new Set(names.map((name) => budgetName.exec(name)?.[1]));
  const facts = text.split(/\r?\n/).filter((line) => fact.test(line));
  const says = oneLine(facts.length === 0 ? text : facts.join('; '));
  return [{ id, source: 'budget', says, ...(first !== undefined && others.length === 0 && { account: first }) }];
}

const fact = /^(Budget Name|Budgeted Amount|Alert Type|Alert Threshold|[A-Z]+ Amount): /;

/** The account that the text begins with is the one that pays, so only the name of the budget says which is meant. */
function budgetsNamed({ subject = '', text }: CostMessage): string[] {
  const inText = [...text.matchAll(/^Budget Name: (.*)$/gm)].map(([, name = '']) => name.trim());
  if (inText.length > 0) return inText;
  const [, inSubject] = /^AWS Budgets: (.*) has exceeded your alert threshold$/.exec(subject) ?? [];
  return inSubject === undefined ? [] : [inSubject];
}

const words = z.string().optional().catch(undefined);
const usd = z.number().optional().catch(undefined);

const rootCause = z.object({
  linkedAccount: words,
  region: words,
  service: words,
  usageType: words,
  impact: z.object({ contribution: usd }).optional().catch(undefined),
});

const anomalyMessage = z
  .looseObject({
    anomalyId: words,
    anomalyStartDate: words,
    anomalyEndDate: words,
    dimensionalValue: words,
    impact: z.object({ totalImpact: usd, totalActualSpend: usd, totalExpectedSpend: usd }).optional().catch(undefined),
    rootCauses: z.array(rootCause.catch({})).optional().catch(undefined),
  })
  .refine((one) => one.anomalyId !== undefined || one.rootCauses !== undefined);

type Anomaly = z.infer<typeof anomalyMessage>;
type Cause = z.infer<typeof rootCause>;

function anomalyIn(text: string): Anomaly | undefined {
  try {
    return anomalyMessage.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** `accountId` of the message is whose monitor it is, which in an organization is the one that pays. */
function alarmsOfAnomaly(message: string, anomaly: Anomaly): [CostAlarm, ...CostAlarm[]] {
  const { anomalyId = '', dimensionalValue, rootCauses = [] } = anomaly;
  const id = /^[\w-]{1,100}$/.test(anomalyId) ? anomalyId : message;
  // A monitor of linked accounts has the account where one of services has the service.
  const named = [dimensionalValue, ...rootCauses.map(({ linkedAccount }) => linkedAccount)];
  const accounts = [...new Set(named.flatMap((one) => (one !== undefined && accountId.test(one) ? one : [])))];
  const [first, ...others] = accounts.length > accountsMax ? [] : accounts;
  const alarm = (account: string | undefined, causes: readonly Cause[]): CostAlarm => ({
    id,
    source: 'anomaly',
    says: anomalyInWords(anomaly, causes),
    ...(account !== undefined && { account }),
  });
  const causesOf = (account: string) => rootCauses.filter(({ linkedAccount }) => linkedAccount === account);
  if (first === undefined) return [alarm(undefined, rootCauses)];
  return [alarm(first, causesOf(first)), ...others.map((one) => alarm(one, causesOf(one)))];
}

function anomalyInWords(anomaly: Anomaly, causes: readonly Cause[]): string {
  const { impact, dimensionalValue, anomalyStartDate, anomalyEndDate } = anomaly;
  const days = [anomalyStartDate, anomalyEndDate].flatMap((one) => one?.slice(0, 10) ?? []);
  const told = causes
    .slice(0, causesTold)
    .map((cause) => causeInWords(cause, dimensionalValue))
    .filter(Boolean);
  const more = causes.length - causesTold;
  return oneLine(
    [
      `${amount(impact?.totalImpact)} more than expected${spendInWords(impact)}`,
      dimensionalValue && `in ${dimensionalValue}`,
      days.length > 0 && [...new Set(days)].join(' to '),
      told.length > 0 && `by ${told.join('; ')}${more > 0 ? `; and ${more} more` : ''}`,
    ]
      .filter(Boolean)
      .join(', '),
  );
}

function spendInWords(impact: Anomaly['impact']): string {
  const { totalActualSpend: actual, totalExpectedSpend: expected } = impact ?? {};
  return actual === undefined || expected === undefined ? '' : ` (${amount(actual)} instead of ${amount(expected)})`;
}

/** Without what was said already. */
function causeInWords({ service, region, usageType, impact }: Cause, dimension: string | undefined): string {
  const where = [service !== dimension && service, region, usageType].filter(Boolean).join(' ');
  return impact?.contribution === undefined ? where : `${where} (${amount(impact.contribution)})`;
}

function amount(value: number | undefined): string {
  return value === undefined ? 'an unknown amount' : `$${value.toFixed(2)}`;
}

/** Without line breaks, control characters and signs that turn the direction of text. */
function oneLine(text: string): string {
  const clean = text.replaceAll(/[\p{C}\s]+/gu, ' ').trim();
  if (clean.length <= saysMax) return clean;
  // Half of a sign that needs two is none.
  return `${clean.slice(0, saysMax - 1).replace(/\p{Cs}$/u, '')}…`;
}
