import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { buildApp } from '../../lib/infra/app.ts';

const repository = join(import.meta.dirname, '..', '..');

interface Resource {
  Type: string;
  Properties: Readonly<Record<string, unknown>>;
}

type Resources = Readonly<Record<string, Resource>>;

/** The state machine as it is deployed, with what CloudFormation would put into it in one account. */
export interface SweepDefinition {
  text: string;
  roleArn: string;
  /** Of each function by its name. */
  memoryMb: ReadonlyMap<string, number>;
  /** In the whole stack. */
  alarms: number;
}

const example = join(repository, 'examples', 'mayfly.yaml');

/** Synthesizes the app in this process, without the code of its functions, and takes the definition out of it. */
export function sweepDefinition(account: string, region: string, policy = example): SweepDefinition {
  const resources = hubResources(policy);
  const [machine, ...more] = Object.values(resources).filter(({ Type }) => Type === 'AWS::StepFunctions::StateMachine');
  if (machine === undefined || more.length > 0) throw new Error('the stack Mayfly has not one state machine');
  const values = valuesOf(resources, account, region);
  return {
    text: resolved(machine.Properties['DefinitionString'], values),
    roleArn: `arn:aws:iam::${account}:role/mayfly-sweep`,
    memoryMb: new Map(
      functionsIn(resources).map(([, { Properties }]) => [nameOf(Properties), Number(Properties['MemorySize'])]),
    ),
    alarms: Object.values(resources).filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm').length,
  };
}

function hubResources(policy: string): Resources {
  const { context } = JSON.parse(readFileSync(join(repository, 'cdk.json'), 'utf8')) as { context: object };
  const app = buildApp({
    ...context,
    policy,
    'aws:cdk:bundling-stacks': [],
    // The tests of the stacks validate the same template; here it costs seconds.
    '@aws-cdk/core:validateAgainstDefaultRules': false,
  });
  const assembly = app.synth();
  const { template } = assembly.getStackByName('Mayfly') as { template: { Resources: Resources } };
  rmSync(assembly.directory, { recursive: true, force: true });
  return template.Resources;
}

/** What the definition refers to: ARNs of functions, and names of everything else. */
function valuesOf(resources: Resources, account: string, region: string): ReadonlyMap<string, string> {
  const functions = functionsIn(resources).map(
    ([id, { Properties }]) => [id, `arn:aws:lambda:${region}:${account}:function:${nameOf(Properties)}`] as const,
  );
  const buckets = Object.entries(resources).flatMap(([id, { Type }]) =>
    Type === 'AWS::S3::Bucket' ? [[id, 'mayfly-runs'] as const] : [],
  );
  return new Map([['AWS::Partition', 'aws'], ...functions, ...buckets]);
}

function functionsIn(resources: Resources): [string, Resource][] {
  return Object.entries(resources).filter(([, { Type }]) => Type === 'AWS::Lambda::Function');
}

function nameOf(properties: Resource['Properties']): string {
  return String(properties['FunctionName']);
}

type Intrinsic = { 'Fn::Join': [string, unknown[]] } | { 'Fn::GetAtt': [string, string] } | { Ref: string };

function resolved(value: unknown, values: ReadonlyMap<string, string>): string {
  if (typeof value === 'string') return value;
  const intrinsic = value as Intrinsic;
  if ('Fn::Join' in intrinsic) {
    const [between, parts] = intrinsic['Fn::Join'];
    return parts.map((part) => resolved(part, values)).join(between);
  }
  const name = 'Ref' in intrinsic ? intrinsic.Ref : intrinsic['Fn::GetAtt'][0];
  const known = values.get(name);
  if (known === undefined) throw new Error(`the definition of the sweep refers to ${JSON.stringify(value)}`);
  return known;
}
