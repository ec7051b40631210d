import { expect, test } from 'vitest';
import { document as runbook } from '../../scripts/local-aws/makers/services.ts';
import { ago, bench, document } from './command-line.ts';
import { planShape } from './contract-shapes.ts';
import { aQueue } from './live.ts';

const hostile: Readonly<Record<string, Record<string, string>>> = {
  long: { ttl: 'x'.repeat(256) },
  escape: { ttl: '\u001b]0;owned\u0007\u001b[2J\u001b[31msoon', owner: '\u001b[1A\u009b2K' },
  lines: { ttl: 'soon\nmayfly: all is well\r', environment: 'pr\u2028\u202e1' },
  json: { ttl: '"}],"held":[]' },
  collide: { ttl: ago(2), TTL: ago(2) },
  disagree: { ttl: ago(2), 'expires-at': ago(-400) },
  half: { ttl: ago(2), 'expires-at': 'whenever' },
};

test.concurrent('what strangers write into tags breaks neither the terminal nor the document', async () => {
  const here = bench();
  const site = await here.site();
  for (const [name, tags] of Object.entries(hostile)) await aQueue(site, name, tags);
  const [json, talk] = await Promise.all([here.mayfly('plan', '--json', '--all'), here.mayfly('reap', '--enforce')]);
  expect([json.code, talk.code]).toEqual([0, 0]);
  const { decisions } = planShape.parse(document(json));
  const found = Object.fromEntries(
    decisions.map(({ arn, action, reason }) => [arn.split(':').at(-1), `${action} ${reason}`]),
  );
  expect(found).toEqual({
    long: 'hold expiry-unreadable',
    escape: 'hold expiry-unreadable',
    lines: 'hold expiry-unreadable',
    json: 'hold expiry-unreadable',
    collide: 'hold keys-collide',
    disagree: 'keep not-due',
    half: 'hold expiry-unreadable',
  });
  expect(decisions.find(({ arn }) => arn.endsWith(':escape'))?.owner).toBe(hostile['escape']?.['owner']);
  expect(talk.stdout).toBe('');
  expect(talk.stderr).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  expect(talk.stderr).not.toMatch(/^mayfly: all is well/m);
});

test.concurrent('an ARN of a type that Mayfly does not know is named, and is no problem', async () => {
  const here = bench();
  const site = await here.site();
  const seed = { kind: 'document', name: 'restart', tags: { ttl: ago(2) }, parts: [], fate: 'kept' } as const;
  await runbook(site, seed);
  await aQueue(site, 'kept', { ttl: ago(-400) });
  const [json, talk] = await Promise.all([here.mayfly('plan', '--json', '--all'), here.mayfly('plan')]);
  expect([json.code, talk.code]).toEqual([0, 0]);
  const { decisions } = planShape.parse(document(json));
  expect(decisions.find(({ arn }) => arn.includes('document/restart'))).toMatchObject({
    action: 'keep',
    reason: 'type-off',
    type: 'ssm:document',
  });
  expect(talk.stderr).toContain('1 ssm:document');
});
