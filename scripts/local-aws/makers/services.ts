import { crc32 } from 'node:zlib';
import { CloudWatchLogsClient, CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { CreateDocumentCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { memberRole } from '../organization.ts';
import { arnOf, given, type Made, type Seed, type Site, tagList } from '../site.ts';

export async function queue(site: Site, { name, tags }: Seed): Promise<Made> {
  await site.client(SQSClient).send(new CreateQueueCommand({ QueueName: name, tags }));
  return { id: name, arn: arnOf(site, 'sqs', name) };
}

export async function topic(site: Site, { name, tags }: Seed): Promise<Made> {
  const { TopicArn } = await site.client(SNSClient).send(new CreateTopicCommand({ Name: name, Tags: tagList(tags) }));
  const arn = given(TopicArn, 'the ARN of the topic');
  return { id: arn, arn };
}

export async function logGroup(site: Site, { name, tags }: Seed): Promise<Made> {
  await site.client(CloudWatchLogsClient).send(new CreateLogGroupCommand({ logGroupName: name, tags }));
  return { id: name, arn: arnOf(site, 'logs', `log-group:${name}`) };
}

export async function secret(site: Site, { name, tags }: Seed): Promise<Made> {
  const { ARN } = await site
    .client(SecretsManagerClient)
    .send(new CreateSecretCommand({ Name: name, SecretString: 'not-a-secret', Tags: tagList(tags) }));
  const arn = given(ARN, 'the ARN of the secret');
  return { id: arn, arn };
}

export async function parameter(site: Site, { name, tags }: Seed): Promise<Made> {
  await site
    .client(SSMClient)
    .send(new PutParameterCommand({ Name: name, Type: 'String', Value: 'on', Tags: tagList(tags) }));
  return { id: name, arn: arnOf(site, 'ssm', `parameter${name}`) };
}

/** A runbook of Systems Manager: tagged like everything else, and of a kind that Mayfly does not know. */
export async function document(site: Site, { name, tags }: Seed): Promise<Made> {
  const Content = JSON.stringify({ schemaVersion: '2.2', description: name, mainSteps: [] });
  await site
    .client(SSMClient)
    .send(new CreateDocumentCommand({ Name: name, Content, DocumentType: 'Command', Tags: tagList(tags) }));
  return { id: name, arn: arnOf(site, 'ssm', `document/${name}`) };
}

export async function lambdaFunction(site: Site, { name, tags }: Seed): Promise<Made> {
  const { FunctionArn } = await site.client(LambdaClient).send(
    new CreateFunctionCommand({
      FunctionName: name,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: `arn:aws:iam::${site.account}:role/${memberRole}`,
      Code: { ZipFile: zip('index.mjs', 'export const handler = () => "hello";\n') },
      Tags: tags,
    }),
  );
  return { id: name, arn: given(FunctionArn, 'the ARN of the function') };
}

/** A zip archive of one stored file: a local header, the contents, a directory entry and the end record. */
function zip(fileName: string, text: string): Uint8Array {
  const name = Buffer.from(fileName);
  const contents = Buffer.from(text);
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(20, 0);
  fields.writeUInt16LE(0x21, 8);
  fields.writeUInt32LE(crc32(contents), 10);
  fields.writeUInt32LE(contents.length, 14);
  fields.writeUInt32LE(contents.length, 18);
  fields.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), fields, name, contents]);
  const directory = Buffer.concat([Buffer.from('PK\x01\x02\x14\x00', 'latin1'), fields, Buffer.alloc(14), name]);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, directory, end]);
}
