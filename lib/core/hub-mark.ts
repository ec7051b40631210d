/**
 * A member names below this path, in its Parameter Store, the hub that sweeps it: for a command line with a ledger of
 * its own. The name tells all, so that nobody needs the right to read values.
 */
export const hubMarkPath = '/mayfly/hub';

/** The name of the mark of one hub; `hub` is an account id, or what CloudFormation makes one of. */
export function hubMarkName(hub: string): string {
  return `${hubMarkPath}/${hub}`;
}

/** The account of the hub that a parameter names; `undefined` where it is no mark. */
export function hubNamedBy(parameter: string): string | undefined {
  return new RegExp(`^${hubMarkPath}/(\\d{12})$`).exec(parameter)?.[1];
}
