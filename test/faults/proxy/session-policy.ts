/** A session policy as Mayfly sends it with AssumeRole. */
export interface SessionPolicy {
  Version: string;
  Statement: readonly Statement[];
}

interface Statement {
  Effect: string;
  Action: string | readonly string[];
  Resource: string | readonly string[];
  Condition?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** AssumeRole takes no longer one. */
export const longestPolicy = 2048;

/** What an action is asked for: the ARN, where the proxy knows it, and the live tags, where the resource exists. */
export interface Asked {
  action: string;
  arn?: string | undefined;
  tags?: Readonly<Record<string, string>> | undefined;
}

/** Whether one statement allows it: AWS lets a session do nothing that its policy does not name. */
export function allows({ Statement }: SessionPolicy, asked: Asked): boolean {
  return Statement.some((statement) => {
    if (statement.Effect !== 'Allow') throw new Error(`the proxy knows no Effect ${statement.Effect}`);
    if (!many(statement.Action).some((pattern) => matches(pattern.toLowerCase(), asked.action.toLowerCase())))
      return false;
    // Which resource a read is about matters to no policy of ours: what it may name is the action.
    if (asked.arn === undefined) return true;
    const { arn } = asked;
    return many(statement.Resource).some((pattern) => matches(pattern, arn)) && holds(statement.Condition, asked.tags);
  });
}

function many(value: string | readonly string[]): readonly string[] {
  return typeof value === 'string' ? [value] : value;
}

function matches(pattern: string, value: string): boolean {
  const expression = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${expression.join('.*')}$`, 's').test(value);
}

/** Every operator must be one that is understood: an unknown one must not pass for fulfilled. */
function holds(condition: Statement['Condition'], tags: Asked['tags']): boolean {
  return Object.entries(condition ?? {}).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => {
      const live = tagOf(key, tags ?? {});
      if (operator === 'StringEquals') return live === wanted;
      if (operator === 'Null') return (live === undefined) === (wanted === 'true');
      throw new Error(`the proxy knows no condition ${operator}`);
    }),
  );
}

/** IAM compares condition keys, and with them the tag keys in them, in any case. */
function tagOf(conditionKey: string, tags: Readonly<Record<string, string>>): string | undefined {
  const key = /^aws:ResourceTag\/(.+)$/i.exec(conditionKey)?.[1]?.toLowerCase();
  if (key === undefined) throw new Error(`the proxy knows no condition key ${conditionKey}`);
  return Object.entries(tags).find(([name]) => name.toLowerCase() === key)?.[1];
}
