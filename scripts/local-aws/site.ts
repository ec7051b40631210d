import type { Part, Region, Row } from './story/row.ts';

/** A row with its tag values as they are written, owner and environment among them. */
export interface Seed extends Omit<Row, 'tags' | 'parts'> {
  tags: Readonly<Record<string, string>>;
  parts: readonly (Omit<Part, 'tags'> & { tags: Readonly<Record<string, string>> })[];
}

/** What was made: the ARN, the id that other rows use it by, and the ARNs of the parts in their order. */
export interface Made {
  arn: string;
  id: string;
  parts?: readonly string[];
}

export interface SiteSettings {
  endpoint: string;
  region: Region;
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
  /** What is made and changed has this time; without it that of this machine. Milliseconds since 1970. */
  at?: number;
}

interface ClientSettings extends SiteSettings {
  forcePathStyle: boolean;
}

/** One account in one region, while it is being seeded. */
export interface Site {
  account: string;
  region: Region;
  /** One client for each service. */
  client: <C>(make: new (settings: ClientSettings) => C) => C;
  /** What was made so far, by `kind/name`. */
  made: Map<string, Made>;
}

export type Maker = (site: Site, seed: Seed) => Promise<Made>;

export function siteIn(account: string, settings: SiteSettings): Site {
  const clients = new Map<unknown, unknown>();
  return {
    account,
    region: settings.region,
    made: new Map(),
    client: <C>(make: new (settings: ClientSettings) => C): C => {
      const known = clients.get(make) as C | undefined;
      if (known !== undefined) return known;
      // Virtual-host addressing of buckets needs names that an address such as 127.0.0.1 can't have.
      const client = new make({ ...settings, forcePathStyle: true });
      if (settings.at !== undefined) tellTime(client, settings.at);
      clients.set(make, client);
      return client;
    },
  };
}

interface Stacked {
  middlewareStack: { add: (middleware: (next: Next) => Next, options: { step: 'build' }) => void };
}
type Next = (args: { request: { headers: Record<string, string> } }) => unknown;

/** See `moto_clock.py`. */
function tellTime(client: unknown, at: number): void {
  const { middlewareStack } = client as Stacked;
  const told =
    (next: Next): Next =>
    (args) => {
      args.request.headers['x-local-now'] = String(at);
      return next(args);
    };
  middlewareStack.add(told, { step: 'build' });
}

export function tagList(tags: Readonly<Record<string, string>>): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** The id of what a row uses. */
export function usedId(site: Site, { name, uses = 'instance/' }: Seed): string {
  const used = site.made.get(uses);
  if (used === undefined) throw new Error(`${name} uses ${uses}, which stands nowhere before it`);
  return used.id;
}

/** AWS answers with everything optional; what a maker can't do without is asked for by name. */
export function given<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`the local AWS answered without ${what}`);
  return value;
}

export function arnOf({ region, account }: Site, service: string, resource: string): string {
  return `arn:aws:${service}:${region}:${account}:${resource}`;
}
