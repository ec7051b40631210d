import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { CfnStage, HttpApi, HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import { HubFunction } from './hub-function.ts';
import { hubRoles } from './role-names.ts';

/** Slack sends a handful of requests; more than this a second is somebody else. */
const requestsPerSecond = 20;

/** The public address that Slack posts commands and clicks to. */
export class SlackEndpoint extends Construct {
  readonly url: string;

  constructor(scope: Construct, id: string, { code }: { code: Code }) {
    super(scope, id);
    const command = new HubFunction(this, 'Command', {
      name: 'slack-command',
      code,
      roleName: hubRoles.slack,
      timeout: Duration.seconds(10),
      memoryMb: 512,
      environment: {},
    });
    const api = new HttpApi(this, 'Api', { apiName: 'mayfly-slack' });
    api.addRoutes({
      path: '/slack',
      methods: [HttpMethod.POST],
      integration: new HttpLambdaIntegration('Integration', command.function),
    });
    acknowledge(api, { APIG4: 'Slack signs its requests; the function behind the route checks that' });
    limit(
      api,
      new LogGroup(this, 'Access', { retention: RetentionDays.ONE_MONTH, removalPolicy: RemovalPolicy.DESTROY }),
    );
    this.url = `${api.apiEndpoint}/slack`;
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
