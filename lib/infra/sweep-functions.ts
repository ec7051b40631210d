import { Duration } from 'aws-cdk-lib';
import type { Code, IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { HubEnv } from '../../lambdas/hub.contract.ts';
import { secretNames } from '../../lambdas/slack-command.contract.ts';
import { runKeyPattern } from '../adapters/run-documents.ts';
import type { Policy } from '../core/policy.ts';
import { HubFunction } from './hub-function.ts';
import { letAskOrganizations, letAssume, letReadSecret } from './hub-grants.ts';
import type { HubState, Partition } from './hub-state.ts';
import { hubRoles } from './role-names.ts';

/** The steps of a sweep that are functions. */
export interface SweepFunctions {
  list: IFunction;
  scan: IFunction;
  settle: IFunction;
  plan: IFunction;
  warn: IFunction;
  reap: IFunction;
  conclude: IFunction;
  /** For an execution that has no last step. */
  end: IFunction;
}

export interface SweepFunctionsProps {
  policy: Policy;
  code: Code;
  state: HubState;
  allowTimeTravel: boolean;
  slackApiUrl?: string | undefined;
}

interface Step {
  name: string;
  role: keyof typeof hubRoles;
  timeout: Duration;
  memoryMb: number;
  /** Partitions of the ledger. */
  writes: readonly Partition[];
  /** Patterns of keys in the bucket of runs. */
  saves: readonly string[];
  /** The member roles that it assumes. */
  assumes: readonly ('read' | 'act')[];
  /** Copies and stops servers, where the policy has an idle rule. */
  idles?: true;
  asksOrganizations?: true;
  /** Tells people: it posts to Slack, and remembers what was told. */
  tells?: true;
}

/** What is remembered about telling people. */
const telling = ['notices', 'told', 'postponed', 'people'] as const satisfies readonly Partition[];

/** Patterns of documents, by their names, in the place of every run. */
function ofRuns(...names: string[]): string[] {
  return names.map((name) => runKeyPattern('*', name));
}

/** What is kept of a run that ends, well or not, and of the report about it. */
const ending = [...ofRuns('outcomes/all', 'failed', 'report'), runKeyPattern('latest', 'sweep')];

const quarter = Duration.minutes(15);

/** What each step needs, as a table: a role of its own for each, but that settling and reaping are the same work. */
const steps: Readonly<Record<keyof SweepFunctions, Step>> = {
  list: {
    name: 'list-shards',
    role: 'list',
    timeout: quarter,
    memoryMb: 512,
    writes: ['lease', 'runs'],
    saves: ofRuns('shards', 'skipped', 'begun'),
    assumes: ['read'],
    asksOrganizations: true,
  },
  scan: {
    name: 'scan-shard',
    role: 'scan',
    timeout: Duration.seconds(290),
    memoryMb: 512,
    writes: ['resources', 'openRemovals'],
    saves: ofRuns('scans/*', 'standing/*'),
    assumes: ['read'],
  },
  settle: {
    name: 'settle-open',
    role: 'settle',
    timeout: quarter,
    memoryMb: 512,
    writes: ['resources', 'openRemovals'],
    saves: ofRuns('outcomes/settled'),
    assumes: ['read', 'act'],
  },
  plan: {
    name: 'make-plan',
    role: 'plan',
    timeout: quarter,
    memoryMb: 2048,
    writes: [],
    saves: ['plans/*', ...ofRuns('work', 'plan', 'reap/*')],
    assumes: [],
  },
  warn: {
    name: 'warn',
    role: 'warn',
    timeout: quarter,
    memoryMb: 512,
    writes: ['resources', ...telling],
    saves: ofRuns('outcomes/warned'),
    assumes: ['read'],
    tells: true,
  },
  reap: {
    name: 'reap-shard',
    role: 'reap',
    timeout: quarter,
    memoryMb: 768,
    writes: ['resources', 'openRemovals', 'approvals'],
    saves: ofRuns('reap/*'),
    assumes: ['read', 'act'],
    idles: true,
  },
  conclude: {
    name: 'conclude',
    role: 'conclude',
    timeout: quarter,
    memoryMb: 1024,
    writes: ['lease', 'runs', ...telling],
    saves: [...ending, ...ofRuns('ended')],
    assumes: [],
    tells: true,
  },
  end: {
    name: 'end-run',
    role: 'end',
    timeout: quarter,
    memoryMb: 1024,
    writes: ['lease', 'runs', ...telling],
    saves: ending,
    assumes: [],
    tells: true,
  },
};

/** The names of the handlers' files, for the bundle. */
export const sweepFunctionFiles = Object.values(steps).map(({ name }) => name);

/** The functions of a sweep, each with what its step needs and nothing more. */
export class SweepFunctionSet extends Construct {
  readonly all: SweepFunctions;

  constructor(scope: Construct, id: string, props: SweepFunctionsProps) {
    super(scope, id);
    const made = Object.entries(steps).map(([key, step]) => [key, this.make(key, step, props)]);
    this.all = Object.fromEntries(made) as SweepFunctions;
  }

  private make(key: string, step: Step, props: SweepFunctionsProps): IFunction {
    const { policy, code, state } = props;
    const { name, timeout, memoryMb } = step;
    const id = `${key[0]?.toUpperCase()}${key.slice(1)}`;
    const roleName = hubRoles[step.role];
    const recipes = step.idles && state.recipes;
    const made = new HubFunction(this, id, {
      name,
      code,
      roleName,
      timeout,
      memoryMb,
      environment: {
        ...hubEnvironment(props, step.tells ?? false),
        ...(recipes && ({ RECIPES_KEY: recipes.key.keyId } satisfies Partial<HubEnv>)),
      },
    });
    state.grantLedger(made.role, step.writes);
    state.grantRuns(made.role, step.saves);
    for (const purpose of step.assumes) letAssume(made.role, policy.roles[purpose] ?? policy.role);
    if (recipes) {
      letAssume(made.role, policy.roles.idle ?? policy.role);
      recipes.grantSave(made.role);
    }
    if (step.asksOrganizations) letAskOrganizations(made.role);
    if (step.tells) letReadSecret(made.role, secretNames.botToken);
    return made.function;
  }
}

/** What a function that works with the hub's state finds in its environment; who tells people may use another Slack. */
export function hubEnvironment(
  { state, allowTimeTravel, slackApiUrl }: Pick<SweepFunctionsProps, 'state' | 'allowTimeTravel' | 'slackApiUrl'>,
  tells: boolean,
): Record<string, string> {
  return {
    LEDGER_TABLE: state.ledger.tableName,
    RUN_BUCKET: state.runs.bucketName,
    ALLOW_TIME_TRAVEL: allowTimeTravel ? 'true' : 'false',
    ...(tells && slackApiUrl !== undefined && { SLACK_API_URL: slackApiUrl }),
  } satisfies HubEnv;
}
