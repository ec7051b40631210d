import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { CfnStage, HttpApi, HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Code, IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { type SlackCommandEnv, secretNames } from '../../lambdas/slack-command.contract.ts';
import type { Policy } from '../core/policy.ts';
import { acknowledge } from './acknowledge.ts';
import { HubFunction } from './hub-function.ts';
import { letReadSecret } from './hub-grants.ts';
import { hubRoles } from './role-names.ts';

/** Slack sends a handful of requests; more than this a second is somebody else. */
const requestsPerSecond = 20;

export interface SlackEndpointProps {
  policy: Policy;
  code: Code;
  worker: IFunction;
  slackApiUrl?: string | undefined;
}

/** The public address that Slack posts commands and clicks to. It is there without Slack, too, and says so then. */
export class SlackEndpoint extends Construct {
  readonly url: string;
  readonly api: HttpApi;

  constructor(scope: Construct, id: string, { policy, code, worker, slackApiUrl }: SlackEndpointProps) {
    super(scope, id);
    const command = new HubFunction(this, 'Command', {
      name: 'slack-command',
      code,
      roleName: hubRoles.slack,
      timeout: Duration.seconds(10),
      memoryMb: 1024,
      environment: {
        SLACK_COMMAND: policy.slack?.command ?? '',
        TIME_ZONE: policy.expiry.timeZone,
        WORKER: worker.functionName,
        ...(slackApiUrl !== undefined && { SLACK_API_URL: slackApiUrl }),
      } satisfies Omit<SlackCommandEnv, 'AWS_REGION'>,
    });
    letReadSecret(command.role, secretNames.signingSecret);
    command.role.addToPolicy(
      new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [worker.functionArn] }),
    );
    this.api = new HttpApi(this, 'Api', { apiName: 'mayfly-slack' });
    this.api.addRoutes({
      path: '/slack',
      // Slack asks now and then whether the certificate is good, in this way or that.
      methods: [HttpMethod.POST, HttpMethod.GET],
      integration: new HttpLambdaIntegration('Integration', command.function),
    });
    acknowledge(this.api, {
      APIG4: 'Slack signs its requests, and links to reports carry a token; the function behind each route checks that',
    });
    limit(
      this.api,
      new LogGroup(this, 'Access', { retention: RetentionDays.ONE_MONTH, removalPolicy: RemovalPolicy.DESTROY }),
    );
    this.url = `${this.api.apiEndpoint}/slack`;
  }
}

/** The default stage has no settings of its own in the construct; its resource has. */
function limit(api: HttpApi, access: LogGroup): void {
  const stage = api.defaultStage?.node.defaultChild;
  if (!(stage instanceof CfnStage)) throw new Error('the API has no default stage');
  stage.defaultRouteSettings = { throttlingRateLimit: requestsPerSecond, throttlingBurstLimit: 2 * requestsPerSecond };
  stage.accessLogSettings = {
    destinationArn: access.logGroupArn,
    format: JSON.stringify({
      at: '$context.requestTime',
      ip: '$context.identity.sourceIp',
      route: '$context.routeKey',
      status: '$context.status',
      bytes: '$context.responseLength',
    }),
  };
}
