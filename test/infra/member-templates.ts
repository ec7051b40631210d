import { App } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import { vi } from 'vitest';
import type { Policy } from '../../lib/core/policy.ts';
import { MemberStack } from '../../lib/infra/member-stack.ts';
import { MembersStack } from '../../lib/infra/members-stack.ts';

export interface Resource {
  Type: string;
  Condition?: string;
  // biome-ignore lint/suspicious/noExplicitAny: whatever CloudFormation takes.
  Properties: any;
}

export interface Stacks {
  app: App;
  member: MemberStack;
  members: MembersStack;
}

export function stacksFor(policy: Policy): Stacks {
  const app = new App({ analyticsReporting: false });
  return {
    app,
    member: new MemberStack(app, 'MayflyMember', { policy }),
    members: new MembersStack(app, 'MayflyMembers', { policy }),
  };
}

/** Stacks of another policy. CloudFormation's schemas are checked once, for the policy of most tests. */
export function uncheckedStacksFor(other: Policy): Stacks {
  vi.stubEnv('CDK_VALIDATION', 'false');
  return stacksFor(other);
}

export function resourcesIn(template: Template, type: string): [string, Resource][] {
  return Object.entries(template.findResources(type) as Record<string, Resource>);
}
