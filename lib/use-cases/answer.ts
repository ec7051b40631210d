import type { Answer } from '../core/answer.ts';
import { type Ask, isGuardAction } from '../core/ask.ts';
import type { Policy } from '../core/policy.ts';
import { type Command, type Parsed, parseCommand, parseSlashCommand, type Reading } from '../core/slash-command.ts';
import { toIso } from '../core/time.ts';
import { answerClick, answerForm } from './answer-click.ts';
import { answerList } from './answer-list.ts';
import { giveOrder, type Order } from './answer-order.ts';
import { answerShow } from './answer-show.ts';
import { asMember, messageOf, refused } from './as-member.ts';
import type { Asking, AskPorts, SlackPolicy } from './asker.ts';
import { orderRestore } from './order-restore.ts';
import { resolveName } from './resolve-name.ts';

/**
 * Does what a person asked for in Slack, once however often the request is delivered, and says what came of it. Throws
 * nothing that a person, AWS or the ledger can cause: that becomes an answer too.
 */
export async function answer(ports: AskPorts, policy: Policy, ask: Ask): Promise<Answer> {
  const { slack } = policy;
  if (slack === undefined) return refused(['The policy of this Mayfly has no slack block.']);
  if (ask.team !== slack.team) return refused(['This Mayfly belongs to another Slack workspace.']);
  try {
    const task = await ports.ledger.beginTask(ask.key);
    if (task === 'ended') return { kind: 'nothing' };
    if (task === 'begun') return cutOff(slack);
  } catch (error) {
    return refused([`The ledger can't be reached, so nothing was done: ${messageOf(error)}`], ['Try again later.']);
  }
  const given = await asMember(ports, policy, ask.person, (asking) => answerMember(asking, ask));
  // Where it can't be ended another delivery is told that this one was begun, which is true.
  await ports.ledger.endTask(ask.key).catch(() => undefined);
  return given;
}

function cutOff({ command }: SlackPolicy): Answer {
  return refused(
    ['An earlier try of this was cut off, or is still at work; it was not begun again.'],
    [{ code: `${command} show X` }, ' tells what became of X. Then ask again if it is still needed.'],
  );
}

/** Most requests are about resources, and are answered sooner without the rest. */
const switches = () => import('./answer-switch.ts');
const guard = () => import('./answer-guard.ts');

async function answerMember(asking: Asking, { from }: Ask): Promise<Answer> {
  const { policy, ports, slack } = asking;
  const reading: Reading = { command: slack.command, timeZone: policy.expiry.timeZone, now: ports.clock.now() };
  switch (from.kind) {
    case 'command':
      return answerParsed(asking, parseSlashCommand(from.text, reading));
    case 'form':
      return answerForm(asking, from);
    case 'click':
      if (from.action === 'choose') return answerParsed(asking, parseCommand(from.value, reading));
      if (from.action === 'approve') return (await switches()).answerApprove(asking, from.value);
      if (isGuardAction(from.action)) return (await guard()).answerGuardClick(asking, from.action, from.value);
      return answerClick(asking, from.action, from.value);
    default:
      return from satisfies never;
  }
}

async function answerParsed(asking: Asking, parsed: Parsed): Promise<Answer> {
  return parsed.ok ? answerCommand(asking, parsed.command) : { kind: 'refused', lines: parsed.lines };
}

async function answerCommand(asking: Asking, command: Command): Promise<Answer> {
  switch (command.verb) {
    case 'help':
      return { kind: 'help' };
    case 'list':
      return answerList(asking, command);
    case 'show':
    case 'why':
      return answerShow(asking, command.verb, command.name);
    case 'extend':
    case 'keep':
    case 'let-go':
      return answerOrder(asking, command);
    case 'restore':
      return orderRestore(asking, command.name);
    case 'status':
      return (await import('./answer-status.ts')).answerStatus(asking);
    case 'pause':
      return (await switches()).answerPause(asking, command.lasts);
    case 'resume':
      return (await switches()).answerResume(asking);
    case 'approve':
      return (await switches()).answerApprove(asking, command.plan);
    case 'guard':
      return (await guard()).answerGuard(asking);
    case 'guard-release':
      return (await guard()).answerRelease(asking, command.account);
    default:
      return command satisfies never;
  }
}

type OrderCommand = Extract<Command, { verb: Order['verb'] }>;

async function answerOrder(asking: Asking, command: OrderCommand): Promise<Answer> {
  const resolved = await resolveName(asking, command.verb, command.name, (name) => typed(command, name));
  if (resolved.kind === 'unclear') return resolved.answer;
  return giveOrder(asking, orderOf(command), resolved);
}

/** The same command about one of several things of its name. */
function typed(command: OrderCommand, name: string): string {
  switch (command.verb) {
    case 'extend':
      return `extend ${name} PT${command.by / 1000}S ${command.reason ?? ''}`.trim();
    case 'keep':
      return `keep ${name} until ${toIso(command.until)} ${command.reason}`;
    case 'let-go':
      return `let-go ${name}`;
    default:
      return command satisfies never;
  }
}

function orderOf(command: OrderCommand): Order {
  if (command.verb === 'let-go') return { verb: 'let-go' };
  const { verb, reason } = command;
  const wanted = command.verb === 'extend' ? { by: command.by } : { until: command.until };
  return { verb, wanted, ...(reason !== undefined && { reason }) };
}
