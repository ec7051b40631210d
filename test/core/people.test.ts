import { describe, expect, test } from 'vitest';
import { isOneOf, listedIn, type OwnerRef, ownersIn, rights, whoMay } from '../../lib/core/people.ts';

const id = (text: string): OwnerRef => ({ kind: 'id', id: text });
const email = (text: string): OwnerRef => ({ kind: 'email', email: text });

describe('an owner tag', () => {
  const slack = {
    owners: { ana: 'U012AB3CD', Ben: 'ben.b@example.com', UNKNOWNTEAM: 'W0123456789', empty: 'nobody' },
    ownerDomain: 'example.com',
  };

  test.each([
    ['an e-mail', 'Cara@Example.com', [email('cara@example.com')]],
    ['a link to an e-mail', 'mailto:cara@example.com', [email('cara@example.com')]],
    ['a Slack id', ' U0AAAAAAA1 ', [id('U0AAAAAAA1')]],
    ['a Slack id of a whole organization', 'W0AAAAAAA1', [id('W0AAAAAAA1')]],
    ['a mention', '<@U0AAAAAAA1>', [id('U0AAAAAAA1')]],
    ['a mention with a name', '<@U0AAAAAAA1|cara>', [id('U0AAAAAAA1')]],
    ['a name of the policy', 'ana', [id('U012AB3CD')]],
    ['a name of the policy in another case, with an at sign', '@BEN', [email('ben.b@example.com')]],
    ['a name of the policy that looks like an id', 'UNKNOWNTEAM', [id('W0123456789')]],
    ['a name of the policy that leads to nobody', 'empty', []],
    ['a name', 'cara', [email('cara@example.com')]],
    ['a name that looks a little like an id', 'UNKNOWN', [email('unknown@example.com')]],
    ['a name of every object', 'constructor', [email('constructor@example.com')]],
    ['several', 'ana, cara@example.com;dan', [id('U012AB3CD'), email('cara@example.com'), email('dan@example.com')]],
    ['the same one twice', 'cara,Cara@example.com', [email('cara@example.com')]],
    ['addresses and ids with spaces between', 'a@x.org U0AAAAAAA1', [email('a@x.org'), id('U0AAAAAAA1')]],
    ['words', 'the platform team', []],
    ['a mention of everybody', '<!channel>', []],
    ['a mention of a group', '<!subteam^S012|@platform>', []],
    ['formatting', '*bold*', []],
    ['an address with a mention in it', '<!here>@example.com', []],
    ['half an address', 'ana@', []],
    ['nothing', '', []],
    ['only separators', ' , ;', []],
  ])('that is %s', (_, value, refs) => {
    expect(ownersIn(value, slack)).toEqual(refs);
  });

  test('without a domain a name that the policy does not list names nobody', () => {
    expect(ownersIn('cara', { owners: {} })).toEqual([]);
  });

  test('the domain may be written with its at sign', () => {
    expect(ownersIn('cara', { owners: {}, ownerDomain: '@example.com' })).toEqual([email('cara@example.com')]);
  });
});

describe('rights', () => {
  const all = Object.entries(rights).map(([verb, roles]) => `${verb}: ${roles.join(' ')}`);

  test('are these', () => {
    expect(all.toSorted()).toEqual([
      'approve: admin',
      'extend: owner extender admin',
      'guard-freeze: admin',
      'guard-release: admin',
      'guard-stop: admin',
      'guard: member',
      'help: member',
      'keep: owner extender admin',
      'let-go: owner admin',
      'list: owner admin',
      'pause: member',
      'restore: owner extender admin',
      'resume: admin',
      'show: owner admin',
      'status: member',
      'why: owner admin',
    ]);
  });

  const slack = { admins: ['@platform', 'U0ADMIN0001'], extenders: ['@developers'] };
  test.each<[Parameters<typeof whoMay>[0], string | undefined, string]>([
    ['extend', 'ana', 'its owner (ana), @developers, @platform or <U0ADMIN0001>'],
    ['let-go', 'ana, ben', 'its owner (ana, ben), @platform or <U0ADMIN0001>'],
    ['let-go', undefined, '@platform or <U0ADMIN0001>'],
    ['show', ' ', '@platform or <U0ADMIN0001>'],
    ['resume', undefined, '@platform or <U0ADMIN0001>'],
  ])('%s of something of %s is for %s', (verb, owner, who) => {
    expect(inWords(whoMay(verb, slack, owner))).toBe(who);
  });

  test('with nobody named in the policy some things are for nobody', () => {
    expect(inWords(whoMay('resume', { admins: [], extenders: [] }))).toMatch(/nobody.*slack\.admins/);
    expect(inWords(whoMay('extend', { admins: [], extenders: [] }, 'ana'))).toBe('its owner (ana)');
  });

  function inWords(words: ReturnType<typeof whoMay>): string {
    return words
      .map((word) => (typeof word === 'string' ? word : 'person' in word ? `<${word.person}>` : '?'))
      .join('');
  }

  test.each([
    ['U0AAAAAAA1', undefined, true],
    ['U0AAAAAAA2', 'ANA@example.com', true],
    ['U0AAAAAAA2', 'ben@example.com', false],
    ['U0AAAAAAA2', undefined, false],
    ['u0aaaaaaa1', undefined, false],
  ])('the person %s with the address %s is one of the owners: %s', (person, address, is) => {
    const owners = [id('U0AAAAAAA1'), email('ana@example.com')];
    expect(isOneOf({ id: person, ...(address !== undefined && { email: address }) }, owners)).toBe(is);
  });

  test('a list of the policy holds people and user groups', () => {
    expect(listedIn(['@platform', 'U0AAAAAAA1', 'Ana@example.com', ' S0GROUP001 '])).toEqual({
      people: [id('U0AAAAAAA1'), email('ana@example.com')],
      groups: ['@platform', 'S0GROUP001'],
    });
  });
});
