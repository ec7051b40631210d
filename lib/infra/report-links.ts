import { Duration } from 'aws-cdk-lib';
import { type HttpApi, HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { Code, IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { linkKeyName, type ReportLinkEnv } from '../../lambdas/report-link.contract.ts';
import type { Policy } from '../core/policy.ts';
import { HubFunction } from './hub-function.ts';
import { letReadSecret } from './hub-grants.ts';
import type { HubState } from './hub-state.ts';
import { hubRoles } from './role-names.ts';

/** The name of its handler's file, for the bundle. */
export const reportLinkFile = 'report-link';

export interface ReportLinksProps {
  code: Code;
  state: HubState;
  api: HttpApi;
}

/** Whether anybody is sent links to reports. */
export function sendsLinks({ slack, report }: Pick<Policy, 'slack' | 'report'>): boolean {
  return slack !== undefined || report.topic !== undefined;
}

/**
 * Opens the files of weekly reports for whoever has a link to them. A function of its own: it may read them and the key
 * of the links, and nothing else that Mayfly knows.
 */
export class ReportLinks extends Construct {
  readonly function: IFunction;
  /** Where links begin. */
  readonly url: string;

  constructor(scope: Construct, id: string, { code, state, api }: ReportLinksProps) {
    super(scope, id);
    const link = new HubFunction(this, 'Open', {
      name: reportLinkFile,
      code,
      roleName: hubRoles.link,
      timeout: Duration.seconds(10),
      memoryMb: 512,
      environment: { REPORT_BUCKET: state.runs.bucketName } satisfies Omit<ReportLinkEnv, 'AWS_REGION'>,
    });
    state.grantReports(link.role, 's3:GetObject');
    letReadSecret(link.role, linkKeyName);
    api.addRoutes({
      path: '/reports/{date}/{file}',
      methods: [HttpMethod.GET],
      integration: new HttpLambdaIntegration('Reports', link.function),
    });
    this.function = link.function;
    this.url = `${api.apiEndpoint}/reports`;
  }
}
