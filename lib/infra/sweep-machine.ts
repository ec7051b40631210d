import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import {
  Choice,
  Condition,
  DefinitionBody,
  DistributedMap,
  Fail,
  type IChainable,
  JitterType,
  JsonPath,
  LogLevel,
  Pass,
  S3JsonItemReader,
  StateMachine,
  StateMachineType,
  Succeed,
  TaskInput,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import { LambdaInvoke, type LambdaInvokeProps } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { runKeyPattern } from '../adapters/run-documents.ts';
import { acknowledge, logicalIdOf } from './acknowledge.ts';
import type { SweepFunctions } from './sweep-functions.ts';

export interface SweepMachineProps {
  functions: SweepFunctions;
  /** Looks after what the accounts burn, where the policy has a guard. */
  guard?: IFunction | undefined;
  runs: IBucket;
}

/** How many shards are scanned at once. Each is in an account and region of its own, with limits of its own. */
const scansAtOnce = 100;
const reapsAtOnce = 50;

/** Between two looks at what AWS still deletes. */
const pause = Duration.seconds(60);

const discard = { resultPath: JsonPath.DISCARD };

/** A shard that fails is named in the plan or in the outcomes; it never ends the run. */
const allMayFail = 100;

/** The sweep as a state machine: its states are the steps of docs/architecture.md. */
export class SweepMachine extends Construct {
  readonly machine: StateMachine;

  constructor(scope: Construct, id: string, props: SweepMachineProps) {
    super(scope, id);
    this.machine = new StateMachine(this, 'Machine', {
      stateMachineName: 'mayfly-sweep',
      definitionBody: DefinitionBody.fromChainable(this.definition(props)),
      stateMachineType: StateMachineType.STANDARD,
      // The next hour's run must find this one ended.
      timeout: Duration.minutes(55),
      tracingEnabled: true,
      logs: {
        destination: new LogGroup(this, 'Log', {
          logGroupName: '/aws/vendedlogs/states/mayfly-sweep',
          retention: RetentionDays.THREE_MONTHS,
          removalPolicy: RemovalPolicy.DESTROY,
        }),
        level: LogLevel.ALL,
      },
    });
    this.explain(props);
  }

  /** What the library grants the state machine, and why each wildcard in it may stand. */
  private explain({ functions, guard, runs }: SweepMachineProps): void {
    const machine = logicalIdOf(this.machine);
    const name = `{"Fn::Select":[6,{"Fn::Split":[":",{"Ref":"${machine}"}]}]}`;
    const child = `arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:${name}`;
    acknowledge(this.machine, {
      'IAM5[Resource::*]': 'Log delivery and X-Ray take no narrower resource',
      [`IAM5[Resource::arn:<AWS::Partition>:s3:::<${logicalIdOf(runs)}>/*]`]:
        'The lists of shards carry the run in their names',
      [`IAM5[Resource::${child}:*]`]: 'The children of its own maps',
      [`IAM5[Resource::${child}/*:*]`]: 'The children of its own maps',
    });
    for (const one of [...Object.values(functions), ...(guard ? [guard] : [])]) {
      acknowledge(this.machine, {
        [`IAM5[Resource::<${logicalIdOf(one)}.Arn>:*]`]: 'The versions of its own functions',
      });
    }
  }

  private definition({ functions, guard, runs }: SweepMachineProps): IChainable {
    const ended = new Succeed(this, 'SweepEnded');
    const cause = 'A step failed: see the log of mayfly-conclude';
    // A run that had ended did not fail because nobody could be told.
    const whether = new Choice(this, 'DidItFail')
      .when(Condition.isPresent('$.failed'), new Fail(this, 'SweepFailed', { error: 'SweepFailed', cause }))
      .otherwise(ended);
    const failed = this.step('TellFailure', functions.conclude).next(whether);
    const guarded = <T extends LambdaInvoke | DistributedMap>(state: T): T => {
      state.addCatch(failed, { resultPath: '$.failure' });
      return state;
    };
    const conclude = guarded(this.step('Conclude', functions.conclude)).next(ended);
    const reap = guarded(this.reapShards(functions, runs)).next(conclude);
    const anyWork = new Choice(this, 'AnythingToRemove')
      .when(Condition.numberGreaterThan('$.plan.work', 0), reap)
      .otherwise(conclude);
    // Neither open removals nor warnings may keep the rest from going on: what they leave undone the next run does, and
    // Conclude says it.
    const warn = this.step('Warn', functions.warn, discard).addCatch(anyWork, { resultPath: '$.unwarned' });
    const plan = guarded(this.step('MakePlan', functions.plan, { resultPath: '$.plan' })).next(warn.next(anyWork));
    const settle = this.step('SettleOpen', functions.settle, discard).addCatch(plan, {
      resultPath: '$.unsettled',
    });
    settle.next(plan);
    const scan = guarded(this.scanShards(functions, runs)).next(guard ? this.lookAfter(guard, settle) : settle);
    const begun = new Choice(this, 'IsThereARun')
      .when(Condition.booleanEquals('$.started', true), scan)
      .otherwise(new Succeed(this, 'AnotherRunGoesOn'));
    return this.listShards(functions).next(begun);
  }

  /** A guard that fails costs the sweep nothing else; Conclude says it. */
  private lookAfter(guard: IFunction, next: IChainable): IChainable {
    return this.step('Guard', guard, { resultPath: '$.guarded' })
      .addCatch(next, { resultPath: '$.unguarded' })
      .next(next);
  }

  private listShards({ list }: SweepFunctions): LambdaInvoke {
    const payload = TaskInput.fromObject({
      execution: JsonPath.stringAt('$$.Execution.Id'),
      startedAt: JsonPath.stringAt('$$.Execution.StartTime'),
      input: JsonPath.objectAt('$$.Execution.Input'),
    });
    return this.step('ListShards', list, { payload });
  }

  /** Calls a function with the whole state: who needs what stands in its contract. */
  private step(id: string, lambdaFunction: IFunction, more: Partial<LambdaInvokeProps> = {}): LambdaInvoke {
    const task = new LambdaInvoke(this, id, { lambdaFunction, payloadResponseOnly: true, ...more });
    // The library retries faults of the service, but not the one that a busy account answers with.
    task.addRetry({
      errors: ['Lambda.TooManyRequestsException'],
      interval: Duration.seconds(1),
      backoffRate: 2,
      maxDelay: Duration.seconds(15),
      maxAttempts: 7,
      jitterStrategy: JitterType.FULL,
    });
    return task;
  }

  private scanShards({ scan }: SweepFunctions, runs: IBucket): DistributedMap {
    const one = this.step('ScanShard', scan, { outputPath: JsonPath.DISCARD });
    one.addCatch(
      new Pass(this, 'ScanLost', {
        comment: 'MakePlan names the shard: it finds no result of its scan',
        outputPath: JsonPath.DISCARD,
      }),
    );
    return this.map('ScanShards', runs, 'shards', StateMachineType.EXPRESS, scansAtOnce).itemProcessor(one);
  }

  private reapShards({ reap }: SweepFunctions, runs: IBucket): DistributedMap {
    const one = this.step('ReapShard', reap, { resultPath: '$.reaped' });
    // Called again it goes on where it was: what was removed is found gone.
    one.addRetry({ errors: ['Sandbox.Timedout', 'Lambda.Unknown', 'Runtime.ExitError'], maxAttempts: 2 });
    one.addCatch(
      new Pass(this, 'ReapLost', {
        comment: 'Conclude names its removals: they have no outcome',
        outputPath: JsonPath.DISCARD,
      }),
    );
    const wait = new Wait(this, 'WaitForAws', { time: WaitTime.duration(pause) }).next(one);
    const pending = new Choice(this, 'StillPending')
      .when(Condition.numberGreaterThan('$.reaped.pending', 0), wait)
      .otherwise(new Succeed(this, 'ShardIsQuiet', { outputPath: JsonPath.DISCARD }));
    return this.map('ReapShards', runs, 'work', StateMachineType.STANDARD, reapsAtOnce).itemProcessor(
      one.next(pending),
    );
  }

  /**
   * AWS gathers the outputs of all children, 256 KiB at most, before it discards them: every path of a child ends with
   * an empty one.
   */
  private map(id: string, bucket: IBucket, list: string, type: StateMachineType, atOnce: number): DistributedMap {
    return new DistributedMap(this, id, {
      mapExecutionType: type,
      maxConcurrency: atOnce,
      toleratedFailurePercentage: allMayFail,
      itemReader: new S3JsonItemReader({
        bucket,
        key: JsonPath.format(runKeyPattern('{}', list), JsonPath.stringAt('$.message.run')),
      }),
      itemSelector: {
        message: JsonPath.objectAt('$.message'),
        shard: JsonPath.objectAt('$$.Map.Item.Value'),
      },
      resultPath: JsonPath.DISCARD,
    });
  }
}
