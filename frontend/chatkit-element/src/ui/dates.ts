import type { Messages } from "../locales/index.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * Today by how long ago, yesterday and other days by name, older ones by date; no clock, which the host may show
 * in another way. Empty when it is no date.
 */
export function friendlyDate(iso: string, { locale, words }: Messages, now = new Date()): string {
  const date = new Date(hasZone(iso) ? iso : `${iso}Z`);
  if (Number.isNaN(date.getTime())) return "";
  const days = Math.round((startOfDay(now) - startOfDay(date)) / DAY_MS);
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, options).format(date);
  if (days === 0) return timeAgo(now.getTime() - date.getTime(), { locale, words });
  if (days === 1) return words.yesterday;
  if (days > 1 && days < 7) return format({ weekday: "long" });
  const sameYear = date.getFullYear() === now.getFullYear();
  return format(
    sameYear ? { day: "numeric", month: "short" } : { day: "numeric", month: "short", year: "numeric" },
  );
}

function timeAgo(ms: number, { locale, words }: Pick<Messages, "locale" | "words">): string {
  // Also when the server's clock is ahead of ours.
  if (ms < MINUTE_MS) return words.justNow;
  const format = new Intl.RelativeTimeFormat(locale);
  return ms < HOUR_MS
    ? format.format(-Math.floor(ms / MINUTE_MS), "minute")
    : format.format(-Math.floor(ms / HOUR_MS), "hour");
}

/** Servers that send a time without a zone mean UTC. */
function hasZone(iso: string): boolean {
  return /(?:Z|[+-]\d{2}:?\d{2})$/i.test(iso);
}

function startOfDay(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}
