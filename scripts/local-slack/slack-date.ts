import { day } from '../../lib/core/time.ts';

/** When and where a date is read. */
export interface DateReader {
  now: number;
  timeZone: string;
}

type Format = Intl.DateTimeFormatOptions;

const numbers: Format = { year: 'numeric', month: '2-digit', day: '2-digit' };
const short: Format = { year: 'numeric', month: 'short', day: 'numeric' };
const long: Format = { ...short, month: 'long' };
const longest: Format = { ...long, weekday: 'long' };
const clock: Format = { hour: '2-digit', minute: '2-digit', hour12: false };

const formats: Readonly<Record<string, Format>> = {
  date_num: numbers,
  date_slash: numbers,
  date: long,
  date_short: short,
  date_long: longest,
  time: clock,
  time_secs: { ...clock, second: '2-digit' },
};

/** `<!date^SECONDS^FORMAT^LINK>` as its reader sees it; `undefined` where Slack would show the fallback. */
export function slackDate([seconds = '', format = '']: readonly string[], reader: DateReader): string | undefined {
  if (!/^\d{1,11}$/.test(seconds) || format === '') return undefined;
  const at = Number(seconds) * 1000;
  const names = [...format.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  if (names.length === 0 || names.some((name) => shown(name, at, reader) === undefined)) return undefined;
  return format.replaceAll(/\{(\w+)\}/g, (_, name: string) => shown(name, at, reader) ?? '');
}

function shown(name: string, at: number, reader: DateReader): string | undefined {
  if (name === 'ago') return ago(at - reader.now);
  const pretty = name.endsWith('_pretty') ? nearby(at, reader) : undefined;
  if (pretty !== undefined) return pretty;
  const format = formats[name.replace(/_pretty$/, '')];
  return format && new Intl.DateTimeFormat('en-GB', { ...format, timeZone: reader.timeZone }).format(at);
}

function nearby(at: number, { now, timeZone }: DateReader): string | undefined {
  const dayOf = (instant: number) => new Intl.DateTimeFormat('en-CA', { ...numbers, timeZone }).format(instant);
  const near = { yesterday: now - day, today: now, tomorrow: now + day };
  return Object.entries(near).find(([, instant]) => dayOf(instant) === dayOf(at))?.[0];
}

function ago(difference: number): string {
  const steps = [
    ['day', day],
    ['hour', day / 24],
    ['minute', day / 1440],
  ] as const;
  const [unit, size] = steps.find(([, one]) => Math.abs(difference) >= one) ?? ['minute', day / 1440];
  return new Intl.RelativeTimeFormat('en', { numeric: 'auto' }).format(Math.round(difference / size), unit);
}
