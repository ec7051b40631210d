import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Code, IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { secretNames } from '../../lambdas/slack-command.contract.ts';
import type { Policy } from '../core/policy.ts';
import { HubFunction } from './hub-function.ts';
import { letAskOrganizations, letAssume, letReadSecret } from './hub-grants.ts';
import type { HubState } from './hub-state.ts';
import { hubRoles } from './role-names.ts';
import { hubEnvironment } from './sweep-functions.ts';

/** The name of its handler's file, for the bundle. */
export const serverRestoreFile = 'server-restore';

export interface ServerRestoreProps {
  policy: Policy;
  code: Code;
  state: HubState;
  allowTimeTravel: boolean;
  slackApiUrl?: string | undefined;
}

/** Whether anybody could ask for a restore, and whether there would be something to restore. */
export function restoresServers({ idle, slack }: Pick<Policy, 'idle' | 'slack'>): boolean {
  return idle !== undefined && slack !== undefined;
}

/**
 * Brings servers back for people in Slack. A function of its own, so that neither who talks with people nor who removes
 * can read what servers are restored by.
 */
export class ServerRestore extends Construct {
  readonly function: IFunction;

  constructor(scope: Construct, id: string, props: ServerRestoreProps) {
    super(scope, id);
    const { policy, code, state } = props;
    const restore = new HubFunction(this, 'Restore', {
      name: serverRestoreFile,
      code,
      roleName: hubRoles.restore,
      timeout: Duration.minutes(15),
      memoryMb: 1024,
      environment: hubEnvironment(props, true),
    });
    state.grantLedger(restore.role, ['resources', 'notices', 'tasks', 'people']);
    state.grantRuns(restore.role, []);
    state.recipes?.grantLoad(restore.role);
    letAssume(restore.role, policy.roles.read ?? policy.role);
    letAssume(restore.role, policy.roles.idle ?? policy.role);
    letAskOrganizations(restore.role);
    letReadSecret(restore.role, secretNames.botToken);
    // By its name: the function waits for the policy of its role, which so can't wait for the function.
    const itself = Stack.of(this).formatArn({
      service: 'lambda',
      resource: 'function',
      resourceName: `mayfly-${serverRestoreFile}`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    restore.role.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [itself] }));
    this.function = restore.function;
  }
}
