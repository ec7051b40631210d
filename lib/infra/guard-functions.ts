import { Duration } from 'aws-cdk-lib';
import type { Code, IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { secretNames } from '../../lambdas/slack-command.contract.ts';
import type { Policy } from '../core/policy.ts';
import { HubFunction } from './hub-function.ts';
import { letAskOrganizations, letAssume, letFreeze, letReadSecret } from './hub-grants.ts';
import type { HubState } from './hub-state.ts';
import { hubRoles } from './role-names.ts';
import { hubEnvironment } from './sweep-functions.ts';

/** The names of the handlers' files, for the bundle. */
export const guardFunctionFiles = ['guard', 'guard-order'] as const;

export interface GuardFunctionsProps {
  policy: Policy;
  code: Code;
  state: HubState;
  allowTimeTravel: boolean;
  slackApiUrl?: string | undefined;
}

/**
 * The only functions that may stop and freeze: the step of a sweep, and what an admin decides in Slack. Neither may
 * delete anything, nor write to the ledger of resources, but for the copies that the policy wants before a stop.
 */
export class GuardFunctions extends Construct {
  readonly step: IFunction;
  readonly order: IFunction;

  constructor(scope: Construct, id: string, props: GuardFunctionsProps) {
    super(scope, id);
    this.step = this.make('Step', 'guard', hubRoles.guard, props);
    this.order = this.make('Order', 'guard-order', hubRoles.guardOrder, props);
  }

  private make(
    id: string,
    name: (typeof guardFunctionFiles)[number],
    roleName: string,
    props: GuardFunctionsProps,
  ): IFunction {
    const { policy, code, state } = props;
    const made = new HubFunction(this, id, {
      name,
      code,
      roleName,
      timeout: Duration.minutes(15),
      memoryMb: 1024,
      environment: hubEnvironment(props, true),
    });
    const copies = policy.guard?.copy ? (['resources'] as const) : [];
    state.grantLedger(made.role, ['guard', 'guardSeen', 'tasks', 'people', ...copies]);
    state.grantRuns(made.role, []);
    letAssume(made.role, policy.roles.read ?? policy.role);
    letAssume(made.role, policy.roles.guard ?? policy.role);
    letAskOrganizations(made.role);
    letFreeze(made.role, policy);
    letReadSecret(made.role, secretNames.botToken);
    return made.function;
  }
}
