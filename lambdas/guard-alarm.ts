import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { z } from 'zod';
import { readCostAlarms } from '../lib/core/cost-alarm.ts';
import type { Policy } from '../lib/core/policy.ts';
import { type HeardAlarm, type HearingPorts, hearCostAlarm } from '../lib/use-cases/hear-cost-alarm.ts';
import { guardAlarmEnv, guardAlarmEvent } from './guard-alarm.contract.ts';
import type { HubEnv } from './hub.contract.ts';
import { connectHub, logger } from './hub.ts';
import { type Checked, parse } from './middleware/parse.ts';

/** Hears what AWS Budgets and Cost Anomaly Detection say. */
export async function hear(
  event: z.infer<typeof guardAlarmEvent>,
  { env }: Checked<HubEnv>,
): Promise<{ heard: HeardAlarm[] }> {
  const { policy, ports } = connectHub(env, { run: 'guard-alarm', ahead: 0 });
  return { heard: await hearAll(event, ports, policy) };
}

/** One that can't be told keeps no other from being told. It throws at last, so that Lambda tries again. */
export async function hearAll(
  { Records }: z.infer<typeof guardAlarmEvent>,
  ports: HearingPorts,
  policy: Policy,
): Promise<HeardAlarm[]> {
  const heard: HeardAlarm[] = [];
  const failures: unknown[] = [];
  for (const { MessageId: id, Subject: subject, Message: text } of Records.map(({ Sns }) => Sns)) {
    for (const alarm of readCostAlarms({ id, text, ...(subject && { subject }) })) {
      try {
        const one = await hearCostAlarm(ports, policy, alarm);
        heard.push(one);
        if (one.problem !== undefined) logger.warn(one.problem);
        logger.info('heard', { ...one, alarm: alarm.id, account: alarm.account, source: alarm.source });
      } catch (error) {
        failures.push(error);
      }
    }
  }
  if (failures.length === 0) return heard;
  throw new AggregateError(failures, failures.map((one) => (one as Error).message).join('; '));
}

export const handler = middy()
  .use(injectLambdaContext(logger))
  .use(parse(guardAlarmEvent, guardAlarmEnv))
  .handler(hear);
