import type { Listing } from './slash-command.ts';
import { quoteHint, type Reader } from './slash-words.ts';

/** What stands after `list`, or what is wrong with it. */
export function readListing(reader: Reader): { of: Listing; page: number } | { why: string } {
  const kind = reader.word()?.toLowerCase() ?? 'mine';
  if (kind === 'page') return paged({ kind: 'mine' }, reader, true);
  if (['mine', 'me', 'my'].includes(kind)) return paged({ kind: 'mine' }, reader);
  if (kind === 'all') return paged({ kind: 'all' }, reader);
  const name = reader.word();
  if (kind === 'env' || kind === 'environment') {
    if (name === undefined || name === '') return { why: 'list env needs the name of an environment.' };
    return paged({ kind: 'env', name }, reader);
  }
  if (kind === 'account') {
    if (name === undefined || !/^\d{12}$/.test(name)) return { why: 'list account needs an account id of 12 digits.' };
    return paged({ kind: 'account', account: name }, reader);
  }
  return { why: `list does not know "${kind.slice(0, 40)}".` };
}

function paged(of: Listing, reader: Reader, isPage = false): { of: Listing; page: number } | { why: string } {
  const word = isPage ? 'page' : reader.word()?.toLowerCase();
  if (word === undefined) return { of, page: 1 };
  const page = reader.word() ?? '';
  if (word !== 'page' || !/^[1-9]\d{0,3}$/.test(page) || reader.rest() !== '') {
    return { why: `After that list takes only a page, such as "page 2"; ${quoteHint}.` };
  }
  return { of, page: Number(page) };
}
