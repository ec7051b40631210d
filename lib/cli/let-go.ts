import { createInterface } from 'node:readline/promises';
import { BadRequest } from '../use-cases/find-targets.ts';
import { letGo as proposeLetGo } from '../use-cases/let-go.ts';
import { connect } from './connect.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { person } from './person.ts';
import { plain, say, styled } from './terminal.ts';

/** `mayfly let-go`: lists what the name means; more than one resource wants a second confirmation. */
export async function letGo(
  name: string,
  { config, account, yes }: { config: string; account?: string; yes?: boolean },
): Promise<ExitCode> {
  const { policy, ports, close } = await connect({ config, writes: true });
  try {
    const { arns, refused, observed, confirm } = await proposeLetGo(ports, {
      policy,
      name,
      who: person(),
      ...(account && { account }),
    });
    for (const { arn, why } of refused) say(`${styled('red', 'not let go')} ${plain(arn)}: ${plain(why)}`);
    for (const arn of arns) say(`  ${plain(arn)}`);
    if (arns.length === 0) return exitCodes.doneWithProblems;
    const only = observed.length === 0 ? '' : onlyObserved(observed);
    if (only !== '') say(only);
    if (arns.length > 1 && !yes && !(await confirmed(arns.length))) {
      say('Nothing was let go.');
      return exitCodes.done;
    }
    await confirm();
    const when = only === '' ? 'The next sweep removes them' : 'The next sweep in an enforced account removes them';
    say(`Let go: ${arns.length}. ${when}; mayfly extend takes it back.`);
    return refused.length > 0 ? exitCodes.doneWithProblems : exitCodes.done;
  } finally {
    close();
  }
}

function onlyObserved(accounts: readonly string[]): string {
  const [where, them] = accounts.length === 1 ? ['Account', 'is'] : ['Accounts', 'are'];
  return (
    `${where} ${accounts.join(', ')} ${them} only observed: the order is written down, and nothing is removed there ` +
    'until the policy says mode: enforce and no mayfly mode order lowers it.'
  );
}

async function confirmed(count: number): Promise<boolean> {
  if (!process.stdin.isTTY) throw new BadRequest(`that is ${count} resources: confirm with --yes`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (
      (await terminal.question(`Remove all ${count} at the next sweep? Type yes: `)).trim().toLowerCase() === 'yes'
    );
  } finally {
    terminal.close();
  }
}
