/** What the answers read of the commands about servers. */
export interface Input {
  Filters?: { Name: string; Values: string[] }[];
  InstanceId: string;
  InstanceIds: string[];
  Attribute: string;
  Name: string;
  ImageId: string;
  SnapshotId: string;
  NetworkInterfaceId: string;
  Attachment: { DeleteOnTermination: boolean };
  Resources: string[];
  Tags: { Key: string; Value: string }[];
  TagSpecifications: { Tags: { Key: string; Value: string }[] }[];
  StartTime: Date;
  EndTime: Date;
  MetricDataQueries: { Id: string; MetricStat: { Metric: { Dimensions: { Value: string }[] } } }[];
  LookupAttributes: { AttributeValue: string }[];
}

/** The values of one filter; `undefined` where the command does not filter by it. */
export function valuesOf({ Filters = [] }: Input, name: string): string[] | undefined {
  return Filters.find(({ Name }) => Name === name)?.Values;
}

export const tagsIn = (tags: Input['Tags'] = []) => Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value]));
