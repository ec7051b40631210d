import { beforeEach, expect, test } from 'vitest';
import { guardClickValue } from '../../lib/core/guard-click.ts';
import { hour } from '../../lib/core/time.ts';
import { asMember } from '../../lib/use-cases/as-member.ts';
import { guardFor } from '../../lib/use-cases/order-guard.ts';
import type { GuardOrder } from '../../lib/use-cases/ports-guard.ts';
import { aRunawayInSlack } from '../fakes/guard-slack-stage.ts';
import type { GuardedAccountFake } from '../fakes/guarded-account.ts';
import { idOf, type Name, type Stage, textOf } from '../fakes/slack-stage.ts';
import { account } from '../fakes/world.ts';

let stage: Stage;
const button = () => guardClickValue({ account, at: stage.world.ports.clock.now() }) ?? '';
let fake: GuardedAccountFake;

beforeEach(async () => {
  ({ stage, fake } = await aRunawayInSlack());
});

async function carriedOut(name: Name, kind: GuardOrder['kind'], goesOn = false) {
  const told: string[] = [];
  const ports = { ...stage.world.ports, directory: stage.workspace };
  const given = await asMember(ports, stage.policy, idOf(name), (asking) =>
    guardFor(asking, {
      order: { kind, account, by: 'U0SOMEBODY' },
      goesOn,
      tell: async (one) => void told.push(textOf(one)),
    }),
  );
  return { told, text: textOf(given) };
}

test('says that it begins, then what came of it; the order is of who is known to ask', async () => {
  const { told, text } = await carriedOut('ada', 'freeze');
  expect(told).toEqual(['222222222222 is being frozen. You are told when that has ended.']);
  expect(text).toMatch(
    /^222222222222: .*an hour, frozen\. Creations are denied.*Kept from growing: 1 Auto Scaling group\./,
  );
  expect(fake.groups['web']?.max).toBe(2);
  expect(stage.world.guarded.at(-1)).toMatchObject({ by: idOf('ada'), did: { kind: 'freeze' } });
});

test('is refused to others there, too', async () => {
  expect(await carriedOut('dan', 'freeze')).toEqual({ told: [], text: 'Only @platform may freeze an account.' });
  expect(fake.groups['web']?.max).toBe(9);
});

test('again after it was cut off: it is told how it stands, and begun no second time', async () => {
  await carriedOut('ada', 'freeze');
  const { told, text } = await carriedOut('ada', 'freeze', true);
  expect(told).toEqual([]);
  expect(text).toMatch(/Nothing was changed\./);
});

test('at once where nobody takes it over; what can not be done is an answer', async () => {
  await stage.world.ports.ledger.pause(stage.world.ports.clock.now() + hour, 'ana');
  expect(textOf(await stage.clicks('ada', 'guard-freeze', button()))).toMatch(
    /Mayfly is paused.*resume Mayfly, then decide again\.$/,
  );
  await stage.world.ports.ledger.resume('ada');
  const given = await stage.clicks('ada', 'guard-freeze', button());
  expect(textOf(given)).toMatch(/frozen\. Creations are denied/);
  expect(textOf(await stage.says('ada', `guard release ${account}`))).toMatch(/released\. Taken back: the service/);
  expect(fake.groups['web']?.max).toBe(9);
});
