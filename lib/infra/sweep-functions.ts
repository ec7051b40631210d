import { Aws, Duration } from 'aws-cdk-lib';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { Code, IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import type { HubEnv } from '../../lambdas/hub.contract.ts';
import type { Policy } from '../core/policy.ts';
import { acknowledge } from './acknowledge.ts';
import { HubFunction } from './hub-function.ts';
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
  asksOrganizations?: true;
}

const quarter = Duration.minutes(15);

/** What each step needs, as a table: a role of its own for each, but that settling and reaping are the same work. */
const steps: Readonly<Record<keyof SweepFunctions, Step>> = {
  list: {
    name: 'list-shards',
    role: 'list',
    timeout: quarter,
    memoryMb: 512,
    writes: ['lease', 'runs'],
    saves: ['runs/*/shards.json', 'runs/*/skipped.json', 'runs/*/begun.json'],
    assumes: ['read'],
    asksOrganizations: true,
  },
  scan: {
    name: 'scan-shard',
    role: 'scan',
    timeout: Duration.seconds(290),
    memoryMb: 512,
    writes: ['resources', 'openRemovals'],
    saves: ['runs/*/scans/*'],
    assumes: ['read'],
  },
  settle: {
    name: 'settle-open',
    role: 'settle',
    timeout: quarter,
    memoryMb: 512,
    writes: ['resources', 'openRemovals'],
    saves: ['runs/*/outcomes/settled.json'],
    assumes: ['read', 'act'],
  },
  plan: {
    name: 'make-plan',
    role: 'plan',
    timeout: quarter,
    memoryMb: 2048,
    writes: [],
    saves: ['plans/*', 'runs/*/work.json', 'runs/*/plan.json', 'runs/*/reap/*'],
    assumes: [],
  },
  warn: {
    name: 'warn',
    role: 'warn',
    timeout: quarter,
    memoryMb: 512,
    writes: ['resources'],
    saves: ['runs/*/outcomes/warned.json'],
    assumes: ['read'],
  },
  reap: {
    name: 'reap-shard',
    role: 'reap',
    timeout: quarter,
    memoryMb: 768,
    writes: ['resources', 'openRemovals', 'approvals'],
    saves: ['runs/*/reap/*'],
    assumes: ['read', 'act'],
  },
  conclude: {
    name: 'conclude',
    role: 'conclude',
    timeout: quarter,
    memoryMb: 1024,
    writes: ['lease', 'runs'],
    saves: ['runs/*/outcomes/all.json', 'runs/*/failed.json'],
    assumes: [],
  },
  end: {
    name: 'end-run',
    role: 'end',
    timeout: quarter,
    memoryMb: 1024,
    writes: ['lease', 'runs'],
    saves: ['runs/*/outcomes/all.json', 'runs/*/failed.json'],
    assumes: [],
  },
};

/** The names of the handlers' files, for the bundle. */
export const sweepFunctionFiles = Object.values(steps).map(({ name }) => name);

/** The functions of a sweep, each with what its step needs and nothing more. */
export class SweepFunctionSet extends Construct {
  readonly all: SweepFunctions;

  constructor(scope: Construct, id: string, props: SweepFunctionsProps) {
    super(scope, id);
    const environment: HubEnv = {
      LEDGER_TABLE: props.state.ledger.tableName,
      RUN_BUCKET: props.state.runs.bucketName,
      ALLOW_TIME_TRAVEL: props.allowTimeTravel ? 'true' : 'false',
    };
    const made = Object.entries(steps).map(([key, step]) => [key, this.make(key, step, props, environment)]);
    this.all = Object.fromEntries(made) as SweepFunctions;
  }

  private make(key: string, step: Step, { policy, code, state }: SweepFunctionsProps, environment: HubEnv): IFunction {
    const { name, timeout, memoryMb } = step;
    const id = `${key[0]?.toUpperCase()}${key.slice(1)}`;
    const roleName = hubRoles[step.role];
    const made = new HubFunction(this, id, {
      name,
      code,
      roleName,
      timeout,
      memoryMb,
      environment: { ...environment },
    });
    state.grantLedger(made.role, step.writes);
    state.grantRuns(made.role, step.saves);
    for (const purpose of step.assumes) letAssume(made.role, policy.roles[purpose] ?? policy.role);
    if (step.asksOrganizations) letAskOrganizations(made.role);
    return made.function;
  }
}

/** A member role, in whatever account: its own trust and the organization decide which accounts have it. */
function letAssume(role: Role, memberRole: string): void {
  role.addToPolicy(
    new PolicyStatement({
      actions: ['sts:AssumeRole', 'sts:SetSourceIdentity'],
      resources: [`arn:${Aws.PARTITION}:iam::*:role/${memberRole}`],
    }),
  );
  acknowledge(role, {
    [`IAM5[Resource::arn:<AWS::Partition>:iam::*:role/${memberRole}]`]:
      'The role of this name in every member: accounts come and go without a deploy, and each role has its own trust',
  });
}

function letAskOrganizations(role: Role): void {
  role.addToPolicy(
    new PolicyStatement({
      actions: ['organizations:ListAccountsForParent', 'organizations:ListOrganizationalUnitsForParent'],
      resources: ['*'],
    }),
  );
  acknowledge(role, {
    'IAM5[Resource::*]': 'Organizations checks these lists against no narrower resource',
  });
}
