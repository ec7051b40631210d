import type { Answer, Words } from '../core/answer.ts';
import { type Duration, day } from '../core/time.ts';
import { approve } from './approve.ts';
import type { Asking } from './asker.ts';
import { loadLatest } from './latest-sweep.ts';

/** A longer pause is for those who may end it. */
const pauseOfMembers: Duration = day;

/** Pauses Mayfly, which never removes more than not pausing. A pause that lasts longer is not made shorter. */
export async function answerPause({ ports, asker, slack }: Asking, lasts: Duration): Promise<Answer> {
  if (lasts > pauseOfMembers) {
    const why = await asker.whyNot('resume');
    if (why !== undefined) return refused(['A pause of more than a day is for those who may end it. ', ...why]);
  }
  const until = ports.clock.now() + lasts;
  const present = await ports.ledger.pausedUntil();
  if (present !== undefined && present >= until) {
    return refused(['Mayfly is paused until ', { at: present }, ' already.']);
  }
  await ports.ledger.pause(until, asker.by);
  return {
    kind: 'text',
    lines: [
      [
        'Paused until ',
        { at: until },
        '. Nothing is removed until then; a sweep under way stops before its next batch.',
      ],
      ['An admin ends it with ', { code: `${slack.command} resume` }, '.'],
    ],
  };
}

export async function answerResume({ ports, asker }: Asking): Promise<Answer> {
  const why = await asker.whyNot('resume');
  if (why !== undefined) return refused(why);
  if ((await ports.ledger.pausedUntil()) === undefined) return { kind: 'text', lines: [['Mayfly is not paused.']] };
  await ports.ledger.resume(asker.by);
  return { kind: 'text', lines: [['Resumed: the next sweep removes what is due.']] };
}

/** Approves the plan that is named, or what the newest sweep's limits held. */
export async function answerApprove(asking: Asking, named?: string): Promise<Answer> {
  const { ports, policy, asker } = asking;
  const why = await asker.whyNot('approve');
  if (why !== undefined) return refused(why);
  const id = named ?? (await loadLatest(ports))?.plan;
  const plan = id === undefined ? undefined : await ports.runStore.loadPlan(id);
  if (id === undefined) return refused(['No sweep has ended yet: there is no plan to approve.']);
  if (plan === undefined) return refused([`There is no plan ${id}. The report of a sweep names its plan.`]);
  if (plan.held.length === 0) {
    return refused([named === undefined ? 'No limit holds anything of the newest sweep.' : `No limit holds ${id}.`]);
  }
  const { held, at, lasts } = await approve(ports, policy, id, asker.by);
  const lines = held.map(({ limit, wanted, account }): Words => {
    return [`Approved: ${wanted} for limits.${limit}${account === undefined ? '' : ` in account ${account}`}.`];
  });
  return {
    kind: 'text',
    lines: [...lines, ['It holds for one sweep until ', { at: at + lasts }, '; the next one uses it.']],
  };
}

function refused(...lines: Words[]): Answer {
  return { kind: 'refused', lines };
}
