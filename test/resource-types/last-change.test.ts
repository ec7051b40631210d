import { describe, expect, test } from 'vitest';
import { lastChanges } from '../../lib/resource-types/last-change.ts';
import { answeredClients } from '../fakes/answered-clients.ts';
import { type Answer, awsError } from '../samples/sample.ts';

const since = Date.parse('2026-10-25T00:00:00Z');
const own = { roles: ['mayfly-idle', 'mayfly-tag'], sourceIdentity: 'mayfly-' };

interface Said {
  name?: string;
  at?: string | null;
  readOnly?: string;
  user?: string | null;
  record?: object | string;
}

function event({ name = 'ModifyInstanceAttribute', at, readOnly = 'false', user = 'ana', record = {} }: Said = {}) {
  return {
    EventName: name,
    ReadOnly: readOnly,
    ...(at !== null && { EventTime: new Date(at ?? '2026-11-01T09:00:00Z') }),
    ...(user !== null && { Username: user }),
    CloudTrailEvent: typeof record === 'string' ? record : JSON.stringify(record),
  };
}

async function ask(answer: Answer, names: readonly string[] = ['i-1']) {
  const { source, sent } = answeredClients({ LookupEvents: answer });
  const pauses: number[] = [];
  const sleep = async (duration: number) => void pauses.push(duration);
  const answers = await lastChanges({ source }, [{ id: 'i-1', names }], { since, own, sleep });
  return { answer: answers[0], sent, pauses };
}

const role = (name: string, more = {}) => ({
  userIdentity: {
    type: 'AssumedRole',
    arn: `arn:aws:sts::222222222222:assumed-role/${name}/some-session`,
    sessionContext: { sessionIssuer: { userName: name }, ...more },
  },
});

test('the newest writing call, with who made it', async () => {
  const { answer, sent } = await ask({ Events: [event({ at: '2026-11-20T09:00:00Z' }), event()] });
  expect(answer).toEqual({
    kind: 'changed',
    id: 'i-1',
    at: Date.parse('2026-11-20T09:00:00Z'),
    words: 'ModifyInstanceAttribute by ana',
  });
  expect(sent.map(({ input }) => input)).toEqual([
    {
      LookupAttributes: [{ AttributeKey: 'ResourceName', AttributeValue: 'i-1' }],
      StartTime: new Date(since),
      MaxResults: 50,
    },
  ]);
});

describe('what is no change', () => {
  test.each<[string, Said]>([
    ['a call that only reads', { name: 'DescribeInstanceAttribute', readOnly: 'true' }],
    ['a call that AWS refused', { record: { errorCode: 'Client.UnauthorizedOperation' } }],
    ["one in a role of Mayfly's", { record: role('mayfly-idle') }],
    [
      "one in a role of Mayfly's that shows in the ARN only",
      { record: { userIdentity: { arn: 'arn:aws:sts::222222222222:assumed-role/mayfly-tag/x' } } },
    ],
    ['one for a run of Mayfly, in whatever role', { record: role('shared', { sourceIdentity: 'mayfly-run-1' }) }],
    ['an image of a backup', { name: 'CreateImage', user: 'AWSBackup' }],
    ['a snapshot of a database', { name: 'CreateDBSnapshot' }],
    ['the heartbeat of an agent', { name: 'UpdateInstanceInformation' }],
  ])('%s', async (_, said) => {
    expect((await ask({ Events: [event(said)] })).answer).toEqual({ kind: 'none', id: 'i-1' });
    const older = event({ at: '2026-10-30T09:00:00Z', user: 'ben' });
    expect((await ask({ Events: [event(said), older] })).answer).toMatchObject({
      words: expect.stringContaining('ben'),
    });
  });
});

describe('what counts in doubt', () => {
  test.each<[string, Said, string]>([
    ['an event whose text is no JSON', { record: 'not json' }, 'ModifyInstanceAttribute by ana'],
    ['an event whose text is another JSON', { record: 'null' }, 'ModifyInstanceAttribute by ana'],
    ['one by a role with a similar name', { record: role('not-mayfly-idle') }, 'ModifyInstanceAttribute by ana'],
    ['one by nobody', { user: null }, 'ModifyInstanceAttribute'],
    [
      'one by a service',
      { user: null, record: { userIdentity: { invokedBy: 'ssm.amazonaws.com' } } },
      'ModifyInstanceAttribute by ssm.amazonaws.com',
    ],
    ['one that does not say whether it writes', { readOnly: '' }, 'ModifyInstanceAttribute by ana'],
    ['a start', { name: 'StartInstances' }, 'StartInstances by ana'],
    ['a tag by a person', { name: 'CreateTags' }, 'CreateTags by ana'],
  ])('%s', async (_, said, words) => {
    expect((await ask({ Events: [event(said)] })).answer).toMatchObject({ kind: 'changed', words });
  });
});

test('twice a second and no more, one page after the other, until there is a change', async () => {
  const quiet = event({ name: 'CreateImage' });
  const pages: Answer = ((input: { NextToken?: string }) => {
    if (input.NextToken === undefined) return { Events: [quiet], NextToken: '2' };
    return input.NextToken === '2' ? { Events: [event()], NextToken: '3' } : awsError('never asked');
  }) as Answer;
  const { answer, sent, pauses } = await ask(pages);
  expect(answer).toMatchObject({ kind: 'changed' });
  expect(sent).toHaveLength(2);
  expect(pauses).toEqual([500, 500]);
});

test('a server with several names changed when any of them did', async () => {
  const byName: Answer = ((input: { LookupAttributes: { AttributeValue: string }[] }) => {
    const name = input.LookupAttributes[0]?.AttributeValue;
    return {
      Events:
        name === 'shop-1'
          ? [event({ name: 'ModifyDBInstance', at: '2026-11-10T09:00:00Z' })]
          : name === 'shop'
            ? [event()]
            : [],
    };
  }) as Answer;
  const { answer, sent } = await ask(byName, ['shop', 'arn:shop', 'shop-1']);
  expect(answer).toMatchObject({ words: 'ModifyDBInstance by ana' });
  expect(sent).toHaveLength(3);
});

describe('unreadable, and never nothing', () => {
  test('a refusal', async () => {
    const { answer } = await ask(awsError('AccessDeniedException', 'no CloudTrail for you'));
    expect(answer).toEqual({ kind: 'unreadable', id: 'i-1', why: 'AccessDeniedException: no CloudTrail for you' });
  });

  test('an event without a time', async () => {
    const { answer } = await ask({ Events: [event({ at: null })] });
    expect(answer).toMatchObject({ kind: 'unreadable', why: expect.stringContaining('without a time') });
  });

  test('more events than are worth reading', async () => {
    const { answer, sent } = await ask({ Events: [event({ name: 'CreateImage' })], NextToken: 'on and on' });
    expect(answer).toMatchObject({ kind: 'unreadable', why: expect.stringContaining('more than 1000 events') });
    expect(sent).toHaveLength(20);
  });

  test('one server does not take the next one along', async () => {
    const answer: Answer = ((input: { LookupAttributes: { AttributeValue: string }[] }) =>
      input.LookupAttributes[0]?.AttributeValue === 'i-1' ? awsError('Broken') : { Events: [] }) as Answer;
    const { source } = answeredClients({ LookupEvents: answer });
    const both = ['i-1', 'i-2'].map((id) => ({ id, names: [id] }));
    expect(await lastChanges({ source }, both, { since, own, sleep: async () => {} })).toMatchObject([
      { kind: 'unreadable' },
      { kind: 'none', id: 'i-2' },
    ]);
  });
});
