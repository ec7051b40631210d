import type { Event } from '@aws-sdk/client-cloudtrail';
import type { Instant } from '../core/time.ts';
import type { Aws } from './define.ts';
import { messageOf } from './removal-errors.ts';
import type { ChangeQuestion, LastChange, OwnPrincipals } from './server-operations.ts';

/** CloudTrail answers two calls a second in an account and region. */
const pauseMs = 500;

const eventsPerPage = 50;

/** A name with more events than these is busy with something, which is not for us to find out. */
const pagesMax = 20;

/** Calls of other services and people that make copies, or are a heartbeat: they change nothing of the server. */
const noChanges = new Set([
  'CopyDBClusterSnapshot',
  'CopyDBSnapshot',
  'CreateDBClusterSnapshot',
  'CreateDBSnapshot',
  'CreateImage',
  'CreateSnapshot',
  'CreateSnapshots',
  'PutComplianceItems',
  'PutInventory',
  'UpdateAssociationStatus',
  'UpdateInstanceAssociationStatus',
  'UpdateInstanceInformation',
]);

/** What CloudTrail may call one server. */
export interface TrailNames {
  id: string;
  names: readonly string[];
}

/**
 * The newest writing call about each server that is not Mayfly's own, one name after the other: CloudTrail allows one
 * name a call, two calls a second. Read-only calls, and calls that AWS refused, are no change.
 */
export async function lastChanges(
  { source }: Pick<Aws<unknown, unknown>, 'source'>,
  servers: readonly TrailNames[],
  question: ChangeQuestion,
): Promise<LastChange[]> {
  const answers: LastChange[] = [];
  for (const { id, names } of servers) {
    try {
      const found = [];
      for (const name of names) found.push(await newestChange({ source }, name, question));
      const newest = found.flatMap((one) => one ?? []).toSorted((a, b) => b.at - a.at)[0];
      answers.push(newest === undefined ? { kind: 'none', id } : { kind: 'changed', id, ...newest });
    } catch (error) {
      answers.push({ kind: 'unreadable', id, why: messageOf(error) });
    }
  }
  return answers;
}

interface Change {
  at: Instant;
  words: string;
}

async function newestChange(
  { source }: Pick<Aws<unknown, unknown>, 'source'>,
  name: string,
  { since, own, sleep }: ChangeQuestion,
): Promise<Change | undefined> {
  const sdk = await import('./sdk/cloudtrail.ts');
  const client = source(sdk.CloudTrailClient);
  let NextToken: string | undefined;
  for (let page = 0; page < pagesMax; page += 1) {
    await sleep(pauseMs);
    const answer = await client.send(
      new sdk.LookupEventsCommand({
        LookupAttributes: [{ AttributeKey: 'ResourceName', AttributeValue: name }],
        StartTime: new Date(since),
        MaxResults: eventsPerPage,
        ...(NextToken !== undefined && { NextToken }),
      }),
    );
    // The newest event comes first, so the first change of the first page that has one is the newest of all.
    const change = (answer.Events ?? []).flatMap((event) => changeIn(event, own) ?? [])[0];
    if (change !== undefined) return change;
    NextToken = answer.NextToken;
    if (NextToken === undefined) return undefined;
  }
  throw new Error(
    `CloudTrail has more than ${pagesMax * eventsPerPage} events about ${name}, and none of them is a change`,
  );
}

/** The parts of an event's own text that say who called and how it ended. */
interface TrailRecord {
  errorCode?: string;
  userIdentity?: {
    arn?: string;
    invokedBy?: string;
    sessionContext?: { sessionIssuer?: { userName?: string }; sourceIdentity?: string };
  };
}

/** An event whose text can't be read counts as somebody's change: that keeps the server. */
function changeIn(event: Event, own: OwnPrincipals): Change | undefined {
  const { EventName = 'an unnamed call', EventTime, ReadOnly, Username, CloudTrailEvent } = event;
  if (ReadOnly === 'true' || noChanges.has(EventName)) return undefined;
  const record = parsed(CloudTrailEvent);
  if (record.errorCode !== undefined || isOwn(record, own)) return undefined;
  if (EventTime === undefined) throw new Error(`CloudTrail shows ${EventName} without a time`);
  const who = Username ?? record.userIdentity?.invokedBy;
  return { at: EventTime.getTime(), words: who === undefined ? EventName : `${EventName} by ${who}` };
}

function parsed(text: string | undefined): TrailRecord {
  try {
    const record: unknown = JSON.parse(text ?? '{}');
    return typeof record === 'object' && record !== null ? record : {};
  } catch {
    return {};
  }
}

function isOwn({ userIdentity }: TrailRecord, { roles, sourceIdentity }: OwnPrincipals): boolean {
  const { arn = '', sessionContext } = userIdentity ?? {};
  if (sessionContext?.sourceIdentity?.startsWith(sourceIdentity)) return true;
  const role = sessionContext?.sessionIssuer?.userName ?? /:assumed-role\/([^/]+)\//.exec(arn)?.[1];
  return role !== undefined && roles.includes(role);
}
