import { describe, expect, test } from 'vitest';
import { concludeEvent } from '../../lambdas/conclude.contract.ts';
import { lostSteps } from '../../lambdas/conclude.ts';
import { guardRule, hubTemplateWith } from './hub-simulation.ts';

interface Rule {
  Variable: string;
  BooleanEquals?: boolean;
  NumericGreaterThan?: number;
  IsPresent?: boolean;
  Next: string;
}

interface Catcher {
  ErrorEquals: string[];
  Next: string;
  ResultPath?: string;
}

interface State {
  Type: string;
  End?: boolean;
  OutputPath?: string | null;
  ResultPath?: string | null;
  Retry?: unknown[];
  Catch?: Catcher[];
  Choices?: Rule[];
  Default?: string;
  ToleratedFailurePercentage?: number;
  MaxConcurrency?: number;
  Next?: string;
  ItemProcessor?: { ProcessorConfig: { ExecutionType: string }; States: Record<string, State> };
}

interface Definition {
  StartAt: string;
  TimeoutSeconds: number;
  States: Record<string, State>;
}

/** The definition as Step Functions reads it; what only a deployment knows is left as a word. */
function definitionWith(blocks: Readonly<Record<string, unknown>>): Definition {
  const [machine] = Object.values(hubTemplateWith(blocks).findResources('AWS::StepFunctions::StateMachine'));
  const parts = machine?.['Properties'].DefinitionString['Fn::Join'][1] as unknown[];
  return JSON.parse(parts.map((part) => (typeof part === 'string' ? part : 'token')).join(''));
}

const definition = definitionWith(guardRule);

const failure = { Error: 'Error', Cause: 'throttled' };
const message = { run: 'run-1', fence: 1, startedAt: 1, paused: false, ahead: 0 };

/** What the functions answer, where anybody keeps it. */
const answers: Readonly<Record<string, object>> = {
  ListShards: { started: true, message },
  MakePlan: { plan: 'plan-1', work: 1 },
};

/** The states that an execution enters where some of them fail, and what each of them is given. */
function executionOf({ StartAt, States }: Definition, failing: readonly string[] = []) {
  const entered = new Map<string, Record<string, unknown>>();
  let data: Record<string, unknown> = {};
  for (let name: string | undefined = StartAt; name !== undefined; ) {
    entered.set(name, data);
    const { Next, Choices, Default, ResultPath, Catch }: State = States[name] ?? { Type: 'Fail' };
    const caught: Catcher | undefined = failing.includes(name) ? Catch?.[0] : undefined;
    if (caught !== undefined) data = { ...data, [fieldOf(caught.ResultPath)]: failure };
    else if (ResultPath === undefined) data = { ...data, ...answers[name] };
    else if (ResultPath !== null) data = { ...data, [fieldOf(ResultPath)]: answers[name] };
    const chosen: string | undefined = Choices?.find((rule) => isMet(rule, data))?.Next ?? Default;
    name = caught?.Next ?? Next ?? chosen;
  }
  return entered;
}

const fieldOf = (path = '') => path.replace('$.', '');

function isMet(
  { Variable, BooleanEquals, NumericGreaterThan, IsPresent }: Rule,
  data: Record<string, unknown>,
): boolean {
  const found = fieldOf(Variable)
    .split('.')
    .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], data);
  if (IsPresent !== undefined) return IsPresent === (found !== undefined);
  return BooleanEquals === undefined ? Number(found) > (NumericGreaterThan ?? Number.NaN) : found === BooleanEquals;
}

describe('the state machine', () => {
  test('no step that fails goes unheard, and the run ends before the next hour', () => {
    const { States, TimeoutSeconds } = definition;
    const caught = Object.entries(States).map(([name, { Catch }]) => [name, Catch?.[0]?.Next] as const);
    expect(Object.fromEntries(caught.filter(([, next]) => next !== undefined))).toEqual({
      ScanShards: 'TellFailure',
      Guard: 'SettleOpen',
      SettleOpen: 'MakePlan',
      MakePlan: 'TellFailure',
      Warn: 'AnythingToRemove',
      ReapShards: 'TellFailure',
      Conclude: 'TellFailure',
    });
    expect(TimeoutSeconds).toBe(55 * 60);
  });

  const sweep = ['ListShards', 'IsThereARun', 'ScanShards', 'Guard', 'SettleOpen', 'MakePlan', 'Warn'];
  const end = ['AnythingToRemove', 'ReapShards', 'Conclude', 'SweepEnded'];

  /** What the last step says of the others. */
  function heardBy(entered: ReturnType<typeof executionOf>): string[] {
    return lostSteps(concludeEvent.parse(entered.get('Conclude')));
  }

  test('what stops nothing costs the sweep no other step, and the last one hears of each failure by itself', () => {
    expect([...executionOf(definition).keys()]).toEqual([...sweep, ...end]);
    const failed = executionOf(definition, ['Guard', 'SettleOpen', 'Warn']);
    expect([...failed.keys()]).toEqual([...sweep, ...end]);
    expect(heardBy(failed)).toEqual([
      'the cost guard did not look after all accounts (Error: throttled)',
      'what became of earlier removals was not looked up (Error: throttled)',
      'not all owners were warned, the next sweep warns them (Error: throttled)',
    ]);
  });

  test('a guard that fails is caught, and what it could not do in single accounts the last step hears', () => {
    expect(definition.States['Guard']).toMatchObject({ Type: 'Task', ResultPath: '$.guarded' });
    expect(definition.States['Guard']?.Catch).toMatchObject([{ ErrorEquals: ['States.ALL'], Next: 'SettleOpen' }]);
    const alone = executionOf(definition, ['Guard']);
    expect(heardBy(alone)).toEqual(['the cost guard did not look after all accounts (Error: throttled)']);
    const { guarded: _, ...others } = executionOf(definition).get('SettleOpen') ?? {};
    expect(alone.get('SettleOpen')).toEqual({ ...others, unguarded: failure });
    const { message } = executionOf(definition).get('Conclude') as { message: object };
    const heard = concludeEvent.parse({ message, guarded: { told: 1, problems: ['account 2 is closed'] } });
    expect(lostSteps(heard)).toEqual(['account 2 is closed']);
  });

  test('without a guard in the policy there is no such step, and no other one differs', () => {
    const { States } = definitionWith({ ...guardRule, guard: undefined });
    const { Guard: _, ...others } = definition.States;
    expect(States).toEqual({ ...others, ScanShards: { ...others['ScanShards'], Next: 'SettleOpen' } });
  });

  test('a sweep of which only the telling failed has not failed', () => {
    const { States } = definition;
    expect(States['TellFailure']?.Next).toBe('DidItFail');
    expect(States['DidItFail']).toMatchObject({
      Choices: [{ Variable: '$.failed', IsPresent: true, Next: 'SweepFailed' }],
      Default: 'SweepEnded',
    });
  });

  test.each([
    ['ScanShards', 'EXPRESS', 'ScanShard', 'ScanLost'],
    ['ReapShards', 'STANDARD', 'ReapShard', 'ReapLost'],
  ])('%s: %s children, and one that fails never stops the rest', (map, type, child, lost) => {
    const { ItemProcessor, ToleratedFailurePercentage, MaxConcurrency } = definition.States[map] ?? {};
    expect(ItemProcessor?.ProcessorConfig.ExecutionType).toBe(type);
    expect(ToleratedFailurePercentage).toBe(100);
    expect(MaxConcurrency).toBeGreaterThan(1);
    expect(ItemProcessor?.States[child]?.Catch).toMatchObject([{ ErrorEquals: ['States.ALL'], Next: lost }]);
    // AWS gathers the outputs of all children, 256 KiB at most, though they are discarded.
    const ends = Object.values(ItemProcessor?.States ?? {}).filter(({ End, Type }) => End || Type === 'Succeed');
    expect(ends.map(({ OutputPath }) => OutputPath)).toEqual(ends.map(() => null));
  });

  test('every function is asked again where the account is busy', () => {
    const { States } = definition;
    const children = Object.values(States).flatMap(({ ItemProcessor }) => Object.values(ItemProcessor?.States ?? {}));
    const tasks = [...Object.values(States), ...children].filter(({ Type }) => Type === 'Task');
    expect(tasks).toHaveLength(9);
    const busy = expect.objectContaining({ ErrorEquals: ['Lambda.TooManyRequestsException'] });
    for (const { Retry } of tasks) expect(Retry).toContainEqual(busy);
  });
});
