import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { reportProblem } from './problems.ts';

const version = '0.1.0';

/** Runs the command line and gives its exit status. Each command's code is loaded only when it runs. */
export async function main(args: readonly string[]): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.done;
  const program = build((code) => {
    exitCode = code;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.badUsage;
    return reportProblem(error);
  }
}

type Finish = (code: ExitCode) => void;

function build(finish: Finish): Command {
  const program = new Command('mayfly')
    .description('Removes AWS resources past their expiry tag, and says why it kept the others.')
    .version(version)
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .addHelpText('after', examples);
  addSweep(program, finish);
  addLooks(program, finish);
  addOrders(program, finish);
  addGuard(program, finish);
  addSetUp(program, finish);
  return program;
}

const examples = `
Examples:
  mayfly init                                        write an observe policy for this account
  mayfly plan --config mayfly.yaml                   what would be removed, and why
  mayfly reap --config mayfly.yaml --enforce         remove it
  mayfly explain ARN --config mayfly.yaml            why one resource is kept or goes
  mayfly extend pr-123 2d --config mayfly.yaml       keep an environment for two more days

Exit status: 0 done; 1 could not start; 2 bad usage or policy; 3 limits held everything;
4 done, but something was held, unreadable, failed or blocked; 130 interrupted.`;

const config = () => new Option('--config <file>', 'the policy file').default('mayfly.yaml');
const now = () => new Option('--now <instant>', 'try the policy at another time, such as 2026-12-01T10:00:00Z');
const json = () => new Option('--json', 'print one JSON document to stdout');
const account = () => new Option('--account <id>', 'the account, where a name is used in several');

function gather(value: string, previous: string[] | undefined): string[] {
  return [...(previous ?? []), value];
}

function addFilters(command: Command): Command {
  return command
    .addOption(new Option('--account <id>', 'only this account; may be repeated').argParser(gather))
    .addOption(new Option('--region <name>', 'only this region; may be repeated').argParser(gather))
    .addOption(new Option('--type <id>', 'only this type, such as ec2:volume; may be repeated').argParser(gather))
    .addOption(new Option('--environment <name>', 'only this environment; may be repeated').argParser(gather));
}

function addSweep(program: Command, finish: Finish): void {
  const plan = program
    .command('plan')
    .description('Show what would be removed, warned about and held. Changes nothing.')
    .addOption(config())
    .addOption(now())
    .option('--out <file>', 'also write the JSON document to a file')
    .addOption(json())
    .option('--all', 'list what is simply kept, too');
  addFilters(plan).action(async (options) => finish(await (await import('./plan.ts')).plan(options)));
  const reap = program
    .command('reap')
    .description('Remove what is due. Without --enforce it is a dry run.')
    .addOption(config())
    .addOption(now())
    .option('--plan <file>', 'carry out this stored plan instead of a fresh one')
    .option('--out <file>', 'also write the JSON document to a file')
    .addOption(json())
    .option('--wait <duration>', 'how long removals may take, such as 15min', '40min')
    .option('--enforce', 'really remove, in accounts whose mode is enforce');
  addFilters(reap).action(async (options) => finish(await (await import('./reap.ts')).reap(options)));
  program
    .command('approve')
    .description('Allow once what a limit held back in a plan.')
    .argument('<plan-id>', 'the id that mayfly plan printed')
    .addOption(config())
    .action(async (id, options) => finish(await (await import('./approve.ts')).approve(id, options)));
}

function addLooks(program: Command, finish: Finish): void {
  program
    .command('explain')
    .description('Show everything that decides about one resource. Changes nothing.')
    .argument('<arn>')
    .addOption(config())
    .addOption(now())
    .addOption(json())
    .action(async (arn, options) => finish(await (await import('./explain.ts')).explain(arn, options)));
  const idle = program
    .command('idle')
    .description('List the servers of the idle rule: since when nothing has changed, and what comes next.')
    .addOption(config())
    .addOption(now())
    .addOption(json());
  addFilters(idle).action(async (options) => finish(await (await import('./idle.ts')).idle(options)));
  program
    .command('report')
    .description('Write what idles and what it costs as HTML, CSV and a chart. Changes nothing.')
    .addOption(config())
    .addOption(now())
    .requiredOption('--out <folder>', 'where the files go')
    .action(async (options) => finish(await (await import('./report.ts')).report(options)));
  program
    .command('history')
    .description('Show what happened to one resource, from the ledger.')
    .argument('<arn>')
    .addOption(config())
    .addOption(json())
    .action(async (arn, options) => finish(await (await import('./history.ts')).history(arn, options)));
  program
    .command('types')
    .description('List the resource types that Mayfly can remove.')
    .addOption(json())
    .action(async (options) => finish(await (await import('./types.ts')).types(options)));
}

function addOrders(program: Command, finish: Finish): void {
  program
    .command('extend')
    .description('Move an expiry: the later of now and the present expiry, plus the duration.')
    .argument('<arn-or-environment>')
    .argument('<duration>', 'such as 4h, 2d or 1w')
    .addOption(config())
    .addOption(account())
    .addOption(now())
    .option('--reason <text>', 'why, for the history')
    .addOption(json())
    .action(async (name, duration, options) =>
      finish(await (await import('./extend.ts')).extend(name, duration, options)),
    );
  program
    .command('let-go')
    .description('Have a resource or an environment removed at the next sweep, before its expiry.')
    .argument('<arn-or-environment>')
    .addOption(config())
    .addOption(account())
    .option('--yes', 'do not ask again when it is more than one resource')
    .action(async (name, options) => finish(await (await import('./let-go.ts')).letGo(name, options)));
  program
    .command('restore')
    .description('Have a server back: start it, or make it of a copy again. Doing it twice makes no second one.')
    .argument('<copy-or-server>', 'an ARN, an id or a name')
    .addOption(config())
    .option('--wait <duration>', 'how long it may take, such as 15min', '60min')
    .addOption(json())
    .action(async (name, options) => finish(await (await import('./restore.ts')).restore(name, options)));
  program
    .command('pause')
    .description('Remove nothing until it is over or mayfly resume is called. A run under way stops at its next batch.')
    .option('--for <duration>', 'how long', '4h')
    .addOption(config())
    .action(async (options) => finish(await (await import('./switches.ts')).pause(options)));
  program
    .command('resume')
    .description('End a pause.')
    .addOption(config())
    .action(async (options) => finish(await (await import('./switches.ts')).resume(options)));
  program
    .command('mode')
    .description("Lower an account's mode at once. Raising it needs the policy.")
    .argument('<account>')
    .argument('<mode>', 'observe', onlyObserve)
    .addOption(config())
    .action(async (id, _mode, options) => finish(await (await import('./switches.ts')).mode(id, options)));
}

function onlyObserve(mode: string): string {
  if (mode === 'observe') return mode;
  throw new InvalidArgumentError('A mode can only be lowered to observe here; raise it in the policy file.');
}

function addGuard(program: Command, finish: Finish): void {
  const guard = program.command('guard').description('What accounts burn, and what the cost guard did about it.');
  const only = () => new Option('--account <id>', 'only this account; may be repeated').argParser(gather);
  guard
    .command('status')
    .description('Show what each account burns now, its limits, and what is frozen or stopped. Changes nothing.')
    .addOption(config())
    .addOption(only())
    .addOption(json())
    .action(async (options) => finish(await (await import('./guard.ts')).status(options)));
  guard
    .command('release')
    .description('Take back all that the guard did: start what it stopped, let grow what it froze.')
    .addOption(config())
    .addOption(only())
    .addOption(json())
    .action(async (options) => finish(await (await import('./guard.ts')).release(options)));
}

function addSetUp(program: Command, finish: Finish): void {
  program
    .command('init')
    .description("Write a policy that observes the caller's own account.")
    .option('--out <file>', 'where to', 'mayfly.yaml')
    .action(async (options) => finish(await (await import('./init.ts')).init(options)));
  program
    .command('slack')
    .description('Set Mayfly up in Slack.')
    .command('manifest')
    .description('Print the app manifest, from which Slack makes the app.')
    .requiredOption('--url <url>', 'the output SlackUrl of the deployed hub')
    .addOption(config())
    .option('--json', 'as JSON instead of YAML')
    .action(async (options) => finish(await (await import('./slack.ts')).manifest(options)));
  program
    .command('doctor')
    .description('Check credentials, roles and regions, and say what to do about what is wrong.')
    .addOption(config())
    .action(async (options) => finish(await (await import('./doctor.ts')).doctor(options)));
}
