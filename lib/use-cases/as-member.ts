import type { Answer, Words } from '../core/answer.ts';
import type { Policy } from '../core/policy.ts';
import { type Asking, type AskPorts, askerOf } from './asker.ts';
import { BadRequest } from './find-targets.ts';
import { CouldNotStart } from './lease.ts';
import type { Person } from './ports-people.ts';

export function refused(...lines: Words[]): Answer {
  return { kind: 'refused', lines };
}

const longestMessage = 500;

/** What an error says, as far as it fits an answer. */
export function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, longestMessage);
}

/**
 * Does something for a member of the workspace, by its Slack id, and for nobody else. Throws nothing that a person, AWS
 * or the ledger can cause: that becomes an answer too.
 */
export async function asMember(
  ports: AskPorts,
  policy: Policy,
  id: string,
  work: (asking: Asking) => Promise<Answer>,
): Promise<Answer> {
  const { slack } = policy;
  if (slack === undefined) return refused(['The policy of this Mayfly has no slack block.']);
  let person: Person | undefined;
  try {
    person = await ports.directory.person(id);
  } catch (error) {
    return refused(
      [`Slack can't be asked who you are, so nothing was done: ${messageOf(error)}`],
      ['Try again later.'],
    );
  }
  if (person === undefined) return refused(['Slack does not know who you are, so nothing was done.']);
  const why = whyNobody(person.standing);
  if (why !== undefined) return refused([why]);
  try {
    return await work({ ports, policy, slack, asker: askerOf(ports.directory, slack, person) });
  } catch (error) {
    if (error instanceof BadRequest || error instanceof CouldNotStart) return refused([`${messageOf(error)}.`]);
    return refused(
      [`That broke: ${messageOf(error)}`],
      [
        'What was done until then is not known. Look with ',
        { code: `${slack.command} show X` },
        ' before asking again.',
      ],
    );
  }
}

/** Mayfly answers to members of its own workspace. */
function whyNobody(standing: Person['standing']): string | undefined {
  switch (standing) {
    case 'member':
      return undefined;
    case 'guest':
      return 'Guests may not ask Mayfly for anything: a member of the workspace may.';
    case 'stranger':
      return 'People of another organization may not ask Mayfly for anything.';
    case 'deactivated':
      return 'That account is deactivated.';
    case 'bot':
      return 'Mayfly answers to people, not to bots.';
    default:
      return standing satisfies never;
  }
}
