import type { Answer, Sample } from '../samples/sample.ts';
import { outputOf } from './answered-clients.ts';

type Answers = Readonly<Record<string, Answer>>;

/** The paged commands of a sample, with everything on the second page; or an error there. */
export function pagedAnswers({ answers, paged = [] }: Pick<Sample, 'answers' | 'paged'>, onPageTwo?: Error): Answers {
  const pages = paged.map(({ command, items, token, inputToken }) => {
    const answer = (input: Record<string, unknown>) => {
      if (input[inputToken] !== 'page-2') return { [items]: [], [token]: 'page-2' };
      return onPageTwo ?? outputOf(answers[command], input) ?? {};
    };
    return [command, answer as Answer] as const;
  });
  return Object.fromEntries(pages);
}

/** One answer for every command of a sample. */
export function everyAnswer({ answers }: Sample, answer: Answer): Answers {
  return Object.fromEntries(Object.keys(answers).map((command) => [command, answer]));
}
