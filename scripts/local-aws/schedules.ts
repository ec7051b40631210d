import { z } from 'zod';

/** Where the emulator answers, and whose schedules are meant. */
export interface Scheduler {
  url: string;
  account: string;
  region: string;
}

const schedule = z.looseObject({ Name: z.string(), State: z.string(), Target: z.looseObject({ Input: z.string() }) });
type Schedule = z.infer<typeof schedule>;

const list = z.object({ Schedules: z.array(z.object({ Name: z.string() })) });

export async function schedulesIn(scheduler: Scheduler): Promise<Schedule[]> {
  const { Schedules } = list.parse(await ask(scheduler, 'GET', ''));
  return Promise.all(Schedules.map(async ({ Name }) => schedule.parse(await ask(scheduler, 'GET', `/${Name}`))));
}

/** Keeps every schedule from firing. */
export async function holdSchedules(scheduler: Scheduler): Promise<void> {
  for (const one of await schedulesIn(scheduler)) {
    await ask(scheduler, 'PUT', `/${one.Name}`, { ...one, State: 'DISABLED' });
  }
}

/** Does within ten seconds, once, what a schedule does at its time. */
export async function fireOnce(scheduler: Scheduler, { Name, Target }: Schedule): Promise<void> {
  await ask(scheduler, 'POST', `/${Name}-once`, {
    ScheduleExpression: 'at(2026-01-01T00:00:00)',
    FlexibleTimeWindow: { Mode: 'OFF' },
    ActionAfterCompletion: 'DELETE',
    Target,
  });
}

/** The emulator reads whose request it is out of the signature's scope, and leaves it at that. */
async function ask({ url, account, region }: Scheduler, method: string, path: string, body?: object): Promise<unknown> {
  const scope = `${account}/20260101/${region}/scheduler/aws4_request`;
  const response = await fetch(`${url}/schedules${path}`, {
    method,
    headers: { authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=none` },
    ...(body && { body: JSON.stringify(body) }),
  });
  const answered = await response.text();
  if (!response.ok) throw new Error(`the local scheduler refused ${method} ${path}: ${response.status} ${answered}`);
  return JSON.parse(answered);
}
