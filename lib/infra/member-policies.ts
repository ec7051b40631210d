import type { Grant } from './permissions.ts';

/** IAM counts the characters of a managed policy without white space. */
export const policyMax = 6144;

/** AWS lets a role have this many managed policies without asking for more. */
export const policiesPerRole = 10;

/** Room for the frame of a policy, and for several statements in one. */
const statementMax = 3000;

/** Cuts grants into managed policies that fit. Throws where a role would need more than AWS attaches. */
export function intoPolicies(role: string, grants: readonly Grant[]): Grant[][] {
  const policies: Grant[][] = [];
  for (const piece of grants.flatMap(pieces)) {
    const open = policies.at(-1);
    if (open !== undefined && sizeOf([...open, piece]) <= policyMax) open.push(piece);
    else policies.push([piece]);
  }
  if (policies.length > policiesPerRole || policies.some((some) => sizeOf(some) > policyMax)) {
    throw new Error(
      `${role}: more permissions than ${policiesPerRole} managed policies of ${policyMax} characters hold: ` +
        'list fewer expiry.tags, or name the types that are to be removed under types',
    );
  }
  return policies;
}

/** Halves a statement that is too long between services: no action of one acts on an ARN of another. */
function pieces(grant: Grant): Grant[] {
  if (sizeOf([grant]) <= statementMax) return [grant];
  const services = [...new Set(grant.actions.map(serviceOfAction))];
  const middle = Math.ceil(services.length / 2);
  if (services.length === 1) return [grant];
  return [services.slice(0, middle), services.slice(middle)].flatMap((some) =>
    pieces({
      ...grant,
      actions: grant.actions.filter((action) => some.includes(serviceOfAction(action))),
      on: grant.on.filter((arn) => arn === '*' || some.includes(serviceOfArn(arn))),
    }),
  );
}

function serviceOfAction(action: string): string {
  return action.split(':')[0] ?? '';
}

function serviceOfArn(arn: string): string {
  return arn.split(':')[2] ?? '';
}

/** The characters that IAM will count where the account's own values are longest. */
export function sizeOf(grants: readonly Grant[]): number {
  return JSON.stringify(policyDocument(grants, inLongestPartition)).replaceAll(/\s/g, '').length;
}

function inLongestPartition(text: string): string {
  return filledWith(text, 'aws-us-gov', '0'.repeat(12));
}

/** An ARN with a partition and an account in the places that wait for them. Any other text stays as it is. */
export function filledWith(text: string, partition: string, account: string): string {
  return text.startsWith('arn:PARTITION:')
    ? text.replace('PARTITION', () => partition).replace('ACCOUNT', () => account)
    : text;
}

/** Lets CloudFormation fill them in. */
export function fillIn(text: string): unknown {
  // biome-ignore-start lint/suspicious/noTemplateCurlyInString: it is CloudFormation that fills this in.
  const filledIn = filledWith(text, '${AWS::Partition}', '${AWS::AccountId}');
  // biome-ignore-end lint/suspicious/noTemplateCurlyInString: as above.
  return filledIn === text ? text : { 'Fn::Sub': filledIn };
}

/** A policy as IAM takes it. `fill` puts the account's own values into ARNs: CloudFormation, unless said otherwise. */
export function policyDocument(grants: readonly Grant[], fill: (text: string) => unknown = fillIn): object {
  const used = new Map<string, number>();
  return {
    Version: '2012-10-17',
    Statement: grants.map(({ sid, effect, actions, on, condition }) => {
      const count = (used.get(sid) ?? 0) + 1;
      used.set(sid, count);
      return {
        Sid: count === 1 ? sid : `${sid}${count}`,
        Effect: effect,
        Action: actions,
        Resource: on.map(fill),
        ...(condition && { Condition: filled(condition, fill) }),
      };
    }),
  };
}

function filled(value: unknown, fill: (text: string) => unknown): unknown {
  if (typeof value === 'string') return fill(value);
  if (Array.isArray(value)) return value.map((one) => filled(one, fill));
  const entries = Object.entries(value as object).map(([key, one]) => [key, filled(one, fill)] as const);
  return Object.fromEntries(entries);
}
