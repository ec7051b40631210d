import { hour, type Instant } from '../../lib/core/time.ts';
import { awsError } from '../samples/sample.ts';
import { tagList } from './world-places.ts';
import { type Input, valuesOf } from './world-server-input.ts';
import type { Servers } from './world-servers.ts';

export function evidenceAnswers(aws: Servers) {
  return {
    GetMetricData: ({ StartTime, EndTime, MetricDataQueries }: Input) => ({
      MetricDataResults: MetricDataQueries.map(({ Id, MetricStat }) => {
        const server = aws.servers.get(MetricStat.Metric.Dimensions[0]?.Value ?? '');
        const hours: Instant[] = [];
        const isRead = server !== undefined && !aws.metricsMissing;
        for (let at = StartTime.getTime(); isRead && at < EndTime.getTime(); at += hour) hours.push(at);
        const busy = server?.busyAt ?? Number.NEGATIVE_INFINITY;
        return {
          Id,
          StatusCode: 'Complete',
          Timestamps: hours.map((at) => new Date(at)),
          Values: hours.map((at) => (busy >= at && busy < at + hour ? 1e9 : 1)),
        };
      }),
    }),
    LookupEvents: ({ LookupAttributes: [attribute], StartTime }: Input) => ({
      Events: aws.trail
        .filter(({ name, at }) => name === attribute?.AttributeValue && at >= StartTime.getTime())
        .toReversed()
        .map(({ at, event, by }) => ({
          EventName: event,
          EventTime: new Date(at),
          ReadOnly: 'false',
          Username: by,
          CloudTrailEvent: JSON.stringify({
            userIdentity: { sessionContext: { sourceIdentity: by.startsWith('mayfly') ? 'mayfly-run-1' : '' } },
          }),
        })),
    }),
  };
}

export function interfaceAnswers(aws: Servers) {
  return {
    DescribeNetworkInterfaces: (input: Input) => {
      const of = valuesOf(input, 'attachment.instance-id');
      const copyOf = valuesOf(input, 'tag:mayfly:copy-of');
      const found = [...aws.interfaces].filter(
        ([, one]) =>
          (of === undefined || (one.attached && of.includes(one.of))) &&
          (copyOf === undefined || copyOf.includes(one.tags['mayfly:copy-of'] ?? '')) &&
          (valuesOf(input, 'status') === undefined || !one.attached),
      );
      return {
        NetworkInterfaces: found.map(([NetworkInterfaceId, { tags, of: id }]) => ({
          NetworkInterfaceId,
          TagSet: tagList(tags),
          Attachment: {
            AttachmentId: `attach-${id}`,
            DeviceIndex: 0,
            DeleteOnTermination: aws.servers.get(id)?.interfaceGoes ?? false,
          },
        })),
      };
    },
    ModifyNetworkInterfaceAttribute({ NetworkInterfaceId, Attachment }: Input) {
      const server = aws.servers.get(aws.interfaces.get(NetworkInterfaceId)?.of ?? '');
      if (server === undefined) return awsError('InvalidNetworkInterfaceID.NotFound');
      server.interfaceGoes = Attachment.DeleteOnTermination;
      return {};
    },
    DeleteNetworkInterface: ({ NetworkInterfaceId }: Input) => {
      aws.interfaces.delete(NetworkInterfaceId);
      return {};
    },
  };
}
