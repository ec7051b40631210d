import { type Denial, denials } from '../lib/core/guard-denials.ts';
import { freezeDocument, notDenied } from '../lib/core/guard-freeze.ts';
import { code, page, table } from './page.ts';

const roles = { read: 'mayfly-read', act: 'mayfly-act', tag: 'mayfly-tag', idle: 'mayfly-idle', guard: 'mayfly-guard' };

/** What a freeze denies and what not, with the policy that it attaches. */
export function guardFreezePage(): string {
  const rows = denials.map((denial) => [denial.what, denial.reason, actionsOf(denial)]);
  const example = JSON.parse(freezeDocument({ role: 'none', roles: { ...roles, stack: 'mayfly-stack' } }));
  return page([
    '# What a freeze denies',
    'A freeze of the cost guard attaches a service control policy to one account: nobody there may create what ' +
      "costs, save Mayfly's own roles, which must be able to take the freeze back. It also sets the maximum of every " +
      'Auto Scaling group to its present size. Nothing that runs is touched, and what is there can be stopped and ' +
      'deleted. A release takes all of it back.',
    'The policy is made by the account of the hub, with the first freeze, under the name that `guard.scp` gives it; ' +
      'that must be the management account of the organization, or one that service control policies are delegated ' +
      'to. A policy of that name which does not carry the tag `mayfly:policy=freeze` is never touched. ' +
      '`mayfly doctor` says whether all of that is so.',
    '## What is denied',
    table(['What', 'Why', 'Actions'], rows),
    '## What is not',
    notDenied.map((sentence) => `- ${sentence}`).join('\n'),
    '## The policy',
    'With the usual names of the roles:',
    `\`\`\`json\n${JSON.stringify(example, undefined, 2)}\n\`\`\``,
  ]);
}

function actionsOf({ actions, only }: Denial): string {
  const named = actions.map(code).join(', ');
  if (only === undefined) return named;
  const demands = Object.entries(only).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, value]) => code(`${operator} ${key} ${value}`)),
  );
  return `${named}, only where ${demands.join(' and ')}`;
}
