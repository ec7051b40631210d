import { describe, expect, test } from 'vitest';
import { idsIn, meaningsOf, namesNear } from '../../lib/core/names.ts';
import type { PlannedDecision } from '../../lib/core/plan.ts';
import type { Reason } from '../../lib/core/reasons.ts';
import { resourceTypes } from '../../lib/resource-types/index.ts';
import { aDecision } from '../fakes/builders.ts';
import { samples } from '../samples/index.ts';

describe('the ids in an ARN', () => {
  test.each([
    ['arn:aws:sqs:eu-west-1:222222222222:orders', ['orders']],
    ['arn:aws:s3:::my-bucket', ['my-bucket']],
    ['arn:aws:ec2:eu-west-1:222222222222:instance/i-0abc', ['i-0abc']],
    ['arn:aws:rds:eu-west-1:222222222222:db:shop', ['shop']],
    ['arn:aws:lambda:eu-west-1:222222222222:function:mail', ['mail']],
    ['arn:aws:logs:eu-west-1:222222222222:log-group:/aws/lambda/mail:*', ['/aws/lambda/mail']],
    ['arn:aws:ssm:eu-west-1:222222222222:parameter/app/key', ['/app/key', 'app/key']],
    ['arn:aws:ssm:eu-west-1:222222222222:parameter/key', ['key', '/key']],
    ['arn:aws:secretsmanager:eu-west-1:222222222222:secret:db-pass-AbC123', ['db-pass', 'db-pass-AbC123']],
    ['arn:aws:cloudformation:eu-west-1:222222222222:stack/web/0a1b-2c', ['web', 'web/0a1b-2c']],
    ['arn:aws:elasticloadbalancing:eu-west-1:222222222222:loadbalancer/app/web/50dc', ['web', 'app/web/50dc']],
    ['arn:aws:elasticloadbalancing:eu-west-1:222222222222:targetgroup/web/73e2', ['web', 'web/73e2']],
    ['arn:aws:autoscaling:eu-west-1:222222222222:autoScalingGroup:0a1b:autoScalingGroupName/web', ['web']],
    ['nonsense', ['nonsense']],
  ])('%s', (arn, ids) => {
    expect(idsIn(arn)).toEqual(ids);
  });

  test('every type of the registry has an id that people can type', () => {
    expect(samples.length).toBeGreaterThanOrEqual(resourceTypes.length);
    for (const { arn } of samples) expect(idsIn(arn)[0]).toMatch(/^[\w./ -]+$/);
  });
});

describe('a name', () => {
  const named = (number: number, about: Partial<PlannedDecision>) => aDecision(number, 'not-due', about);
  const api = named(1, { name: 'api', environment: 'pr-1' });
  const web = named(2, { name: 'web', environment: 'pr-1' });
  const otherApi = named(3, { name: 'API', environment: 'pr-2' });
  const there = named(4, { name: 'db', environment: 'pr-1', account: '333333333333' });
  const alone = named(5, { name: 'pr-9', environment: 'pr-9' });
  const plan = [api, web, otherApi, there, alone];
  const meant = (name: string) => {
    const { resources, environments } = meaningsOf(name, plan);
    return [resources, environments.map(({ account, members }) => [account, members])];
  };

  test.each([
    ['an ARN', web.arn, [web], []],
    ['an id', 'queue-2', [web], []],
    ['a Name tag', 'web', [web], []],
    ['a Name tag as it stands, before one in another case', 'api', [api], []],
    ['a Name tag in another case', 'Web', [web], []],
    ['an id in another case', 'QUEUE-2', [web], []],
    ['Name tags in another case, all of them', 'Api', [api, otherApi], []],
    ['an environment', 'pr-2', [], [['222222222222', [otherApi]]]],
    [
      'an environment of two accounts',
      'pr-1',
      [],
      [
        ['222222222222', [api, web]],
        ['333333333333', [there]],
      ],
    ],
    ['an environment of one account that is named', '333333333333/pr-1', [], [['333333333333', [there]]]],
    ['an environment that is one resource of its name', 'pr-9', [alone], []],
    ['nothing', 'pr-3', [], []],
    ['nothing at all', '', [], []],
  ])('means %s', (_, name, resources, environments) => {
    expect(meant(name)).toEqual([resources, environments]);
  });

  test('that is both a resource and an environment of more means both', () => {
    const two = [named(6, { name: 'x' }), named(7, { environment: 'x' }), named(8, { environment: 'x' })];
    const { resources, environments } = meaningsOf('x', two);
    expect([resources.length, environments.length]).toEqual([1, 1]);
  });

  test('that nothing has is near others', () => {
    expect(namesNear('pr-11', plan)).toEqual(expect.arrayContaining(['pr-1']));
    expect(namesNear('completely-else', plan)).toEqual([]);
    expect(namesNear('x'.repeat(2_000), [named(9, { name: 'x'.repeat(1_999) })])).toEqual([]);
  });
});

describe('an environment means what people give orders about', () => {
  const idle = (reason: Reason, about: Partial<PlannedDecision> = {}) =>
    aDecision(1, reason, { environment: 'staging', idleAt: 1, ...about });
  test.each<[string, PlannedDecision, boolean]>([
    ['carries an expiry', aDecision(1, 'not-due', { environment: 'staging', expiresAt: 1 }), true],
    ['has a tag that can not be read', aDecision(1, 'expiry-unreadable', { environment: 'staging' }), true],
    ['is warned of its stop', idle('idle-soon'), true],
    ['was postponed', idle('postponed'), true],
    ['is stopped', idle('stopped'), true],
    ['would be stopped, were its account enforced', idle('account-observed'), true],
    ['is in use', idle('changed-lately'), false],
    ['does its work', idle('at-work'), false],
    ['is protected', idle('protected', { decidedOn: { 'mayfly:protect': 'true' } }), false],
    ['can not be stopped, and says never', idle('unstoppable', { decidedOn: { ttl: 'never' } }), true],
    ['is in use, and expires', idle('changed-lately', { expiresAt: 1 }), true],
  ])('what %s', (_, decision, isIn) => {
    expect(meaningsOf('staging', [decision]).environments).toHaveLength(isIn ? 1 : 0);
    // By its own name everything is found.
    expect(meaningsOf('queue-1', [decision]).resources).toEqual([decision]);
  });
});
