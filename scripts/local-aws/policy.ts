import { memberRole, type Organization } from './organization.ts';

const rules = `
types: all
expiry:
  tags: [expires-at, ttl]
  timeZone: Europe/Berlin
  warnings: [24h, 1h]
`;

const noWarnings = '  requireWarning: false   # there is no Slack here that a warning could be delivered to\n';

/** The demo's policy file: no Slack is there to deliver warnings, so removals don't wait for one. */
export function demoPolicy(organization: Organization, regions: readonly string[]): string {
  return `# The demo organization on the local AWS: its accounts dev, sandbox and preview are in one unit.
version: 1
mode: enforce

accounts:
  - { ou: ${organization.unit} }
regions: [${regions.join(', ')}]
role: ${memberRole}
${rules}${noWarnings}`;
}

/** The same organization as the hub sees it: with the roles that members give it. `slack` is a block of its own. */
export function hubPolicy(organization: Organization, regions: readonly string[], hub: string, slack?: string): string {
  return `# The demo organization, swept every hour from a hub account of its own.
version: 1
mode: enforce

accounts:
  - { ou: ${organization.unit} }
regions: [${regions.join(', ')}]
organization: { id: ${organization.id}, hub: "${hub}", externalId: mayfly }
roles:
  { read: mayfly-read, act: mayfly-act, tag: mayfly-tag, idle: mayfly-idle, guard: mayfly-guard, stack: mayfly-stack }
${rules}${slack ?? noWarnings}`;
}
