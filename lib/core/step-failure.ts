/** What Step Functions keeps of a task that failed. */
export interface StepFailure {
  Error?: string | undefined;
  Cause?: string | undefined;
}

/** Of a function that threw, its message without the trace; `most` keeps a page of it from being told. */
export function causeOf({ Error: kind = '', Cause = '' }: StepFailure, most: number): string {
  const said = [kind, messageIn(Cause)].filter((part) => part !== '').join(': ');
  return said === '' ? 'no cause was given' : said.slice(0, most);
}

function messageIn(cause: string): string {
  try {
    const { errorMessage } = JSON.parse(cause) as { errorMessage?: unknown };
    return typeof errorMessage === 'string' ? errorMessage : cause;
  } catch {
    return cause;
  }
}
