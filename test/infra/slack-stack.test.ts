import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Annotations, Match, type Template } from 'aws-cdk-lib/assertions';
import { afterAll, describe, expect, test } from 'vitest';
import { examplePolicy, hubApp, hubTemplate, hubTemplateWith, idleRule } from './hub-simulation.ts';

const folder = mkdtempSync(join(tmpdir(), 'mayfly-slack-stack-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The example, with something else in it. */
function policyWith(pattern: RegExp, replacement: string): string {
  const file = join(folder, 'mayfly.yaml');
  const text = readFileSync(examplePolicy, 'utf8');
  expect(text).toMatch(pattern);
  writeFileSync(file, text.replace(pattern, replacement).replace('requireWarning: true', 'requireWarning: false'));
  return file;
}

const slackBlock = /^slack:.*?^(?=state:)/ms;

const withSlack = hubTemplate();
const without = hubTemplate({ policy: policyWith(slackBlock, '') });

/** The variables of a function that begin with a word. */
function variablesOf(template: Template, name: string): Record<string, unknown> {
  const functions = Object.values(template.findResources('AWS::Lambda::Function'));
  const found = functions.find(({ Properties }) => Properties.FunctionName === `mayfly-${name}`);
  return found?.['Properties'].Environment.Variables;
}

function alarmsOf(template: Template): string[] {
  const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm'));
  return alarms.map(({ Properties }) => Properties.AlarmName).filter((name) => name.startsWith('mayfly-Slack'));
}

test('the endpoint is told what it needs of the policy', () => {
  expect(variablesOf(withSlack, 'slack-command')).toMatchObject({ SLACK_COMMAND: '/ttl', TIME_ZONE: 'Europe/Berlin' });
  expect(variablesOf(without, 'slack-command')).toMatchObject({ SLACK_COMMAND: '' });
});

test('what the worker could not do is tried once more, soon, and then kept for people to see', () => {
  withSlack.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
    FunctionName: { Ref: Match.stringLikeRegexp('^SlackWorker') },
    MaximumRetryAttempts: 1,
    MaximumEventAgeInSeconds: 300,
    DestinationConfig: {
      OnFailure: { Destination: { 'Fn::GetAtt': [Match.stringLikeRegexp('^SlackWorkerLost'), 'Arn'] } },
    },
  });
});

describe('what is ordered of the guard', () => {
  const guarding = hubTemplateWith({ guard: { accounts: { '222222222222': { budget: 500 } } } });

  test('the worker hands on to the function that may do it, and no other function knows that', () => {
    const functions = Object.values(guarding.findResources('AWS::Lambda::Function'));
    const knowing = functions.filter(({ Properties }) => 'GUARD_FUNCTION' in Properties.Environment.Variables);
    expect(knowing.map(({ Properties }) => Properties.FunctionName)).toEqual(['mayfly-slack-worker']);
    expect(variablesOf(guarding, 'slack-worker')['GUARD_FUNCTION']).toEqual({
      Ref: expect.stringMatching(/^GuardOrder/),
    });
  });

  test('goes on after it broke off, and what it could not do is kept for people to see', () => {
    guarding.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      FunctionName: { Ref: Match.stringLikeRegexp('^GuardOrder') },
      MaximumRetryAttempts: 2,
      MaximumEventAgeInSeconds: 3600,
      DestinationConfig: {
        OnFailure: { Destination: { 'Fn::GetAtt': [Match.stringLikeRegexp('^SlackWorkerLost'), 'Arn'] } },
      },
    });
  });

  test('is nothing without a guard in the policy', () => {
    expect(JSON.stringify(withSlack.toJSON())).not.toMatch(/GUARD_FUNCTION|mayfly-guard-order/);
  });
});

describe('alarms', () => {
  test('ring where a request breaks, is lost, or can not be answered', () => {
    expect(alarmsOf(withSlack)).toEqual([
      'mayfly-SlackWorkerFailed',
      'mayfly-SlackRequestLost',
      'mayfly-SlackNotAnswered',
    ]);
    // Without Slack everything that strangers post is refused as "not set up", which is no reason to wake anybody.
    expect(alarmsOf(without)).toEqual(['mayfly-SlackWorkerFailed', 'mayfly-SlackRequestLost']);
  });

  test('are of plain metrics, which every local AWS understands, and go to the topic', () => {
    for (const { Properties } of Object.values(withSlack.findResources('AWS::CloudWatch::Alarm'))) {
      expect(Properties).toMatchObject({ MetricName: expect.any(String), AlarmActions: [expect.anything()] });
      expect(Properties).not.toHaveProperty('Metrics');
    }
  });

  test('each has a part in the runbook', () => {
    const runbook = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'runbook.md'), 'utf8');
    const headings = [...runbook.matchAll(/^## (.+)$/gm)].flatMap(([, heading = '']) => heading.split(', '));
    const alarms = Object.values(hubTemplateWith(idleRule).findResources('AWS::CloudWatch::Alarm'));
    const missing = alarms
      .map(({ Properties }) => Properties.AlarmName.replace('mayfly-', ''))
      .filter((name) => !headings.includes(name));
    expect(missing).toEqual([]);
  });
});

describe('another Slack', () => {
  const tellers = ['warn', 'conclude', 'end-run', 'slack-worker', 'slack-command'];
  const others = ['list-shards', 'scan-shard', 'settle-open', 'make-plan', 'reap-shard'];

  test.each([
    ['https://slack.example.com/api/', 'https://slack.example.com/api/'],
    ['https://slack.example.com/api', 'https://slack.example.com/api/'],
    ['http://127.0.0.1:4012/api/', 'http://127.0.0.1:4012/api/'],
    ['http://localhost:4012', 'http://localhost:4012/'],
  ])('%s: whoever tells people goes there, and nobody else', (slackApiUrl, expected) => {
    const template = hubTemplate({ slackApiUrl });
    const told = (names: readonly string[]) => names.map((name) => variablesOf(template, name)['SLACK_API_URL']);
    expect(told(tellers)).toEqual(tellers.map(() => expected));
    expect(told(others)).toEqual(others.map(() => undefined));
  });

  test.each([
    'http://slack.example.com/api/',
    'http://127.0.0.1.example.com/api/',
    'http://169.254.169.254/',
    'ftp://slack.com/api/',
    'slack.com/api/',
    'https://slack.com/api/?x=1',
    'true',
  ])('%s is refused: the token would go there', (slackApiUrl) => {
    expect(() => hubApp({ slackApiUrl })).toThrow(`-c slackApiUrl=${slackApiUrl}: expected https://`);
  });

  test('without it every function talks to the real one', () => {
    for (const name of tellers) expect(variablesOf(withSlack, name)).not.toHaveProperty('SLACK_API_URL');
  });
});

test('a policy with Slack and without a role that tags deploys with a warning', () => {
  const policy = policyWith(/^role: mayfly .*\n|^ {2}tag: mayfly-tag.*\n/gm, '');
  const app = hubApp({ policy });
  const warnings = Annotations.fromStack(app.node.findChild('Mayfly') as never).findWarning('*', Match.anyValue());
  const said = warnings.map(({ entry }) => JSON.stringify(entry.data)).filter((text) => text.includes('roles.'));
  expect(said).toEqual([expect.stringContaining('names no roles.tag,')]);
});
