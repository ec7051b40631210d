import type { Copy } from '../../../lib/core/server.ts';
import type { ServerOperationName } from '../../../lib/resource-types/server-operations.ts';
import { type Answer, awsError } from '../sample.ts';

/** True API answers for a server's operations: what the contract test of servers feeds each type that is one. */
export interface ServerSample {
  type: string;
  id: string;
  /** By command name without `Command`, for all of its operations. */
  answers: Readonly<Record<string, Answer>>;
  copy: Copy;
  /** Answers of turns that the others do not take, such as a copy that is there already. */
  turns: readonly { operation: ServerOperationName; answers: Readonly<Record<string, Answer>> }[];
  /** As of samples: commands that answer in pages. */
  paged: readonly { command: string; items: string; token: string; inputToken: string }[];
}

export const until = Date.parse('2026-11-24T10:30:00Z');
export const since = until - 14 * 24 * 3_600_000;
export const keepUntil = Date.parse('2027-02-01T00:00:00Z');

/** Tags of a copy of Mayfly's, as AWS lists them. */
export function ownTagsOf(arn: string): { Key: string; Value: string }[] {
  return [
    { Key: 'mayfly:keep-until', Value: '2027-02-01T00:00:00Z' },
    { Key: 'mayfly:copy-of', Value: arn },
  ];
}

/** CloudWatch, with one value for every hour of every query. */
export function everyHour(value: number): Answer {
  return ((input: { StartTime: Date; EndTime: Date; MetricDataQueries: { Id: string }[] }) => {
    const Timestamps: Date[] = [];
    for (let at = input.StartTime.getTime(); at < input.EndTime.getTime(); at += 3_600_000) {
      Timestamps.push(new Date(at));
    }
    const Values = Timestamps.map(() => value);
    return {
      MetricDataResults: input.MetricDataQueries.map(({ Id }) => ({ Id, Timestamps, Values, StatusCode: 'Complete' })),
    };
  }) as Answer;
}

/** A key that may be used: AWS answers so to whoever only asks. */
export const usableKey: Readonly<Record<string, Answer>> = {
  DescribeKey: { KeyMetadata: { KeyState: 'Enabled', KeyManager: 'CUSTOMER' } },
  GenerateDataKeyWithoutPlaintext: awsError('DryRunOperationException'),
};

/** An event as CloudTrail lists it. */
export function changedByAna(EventName: string): object {
  const userIdentity = { type: 'IAMUser', arn: 'arn:aws:iam::222222222222:user/ana', userName: 'ana' };
  return {
    EventName,
    EventTime: new Date('2026-11-22T09:00:00Z'),
    ReadOnly: 'false',
    Username: 'ana',
    CloudTrailEvent: JSON.stringify({ eventVersion: '1.11', userIdentity }),
  };
}
