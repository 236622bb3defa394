import type { Messages } from "../locales/index.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

/** Today and yesterday in words with the time, other days by name, older ones by date. Empty when it is no date. */
export function friendlyDate(iso: string, { locale, words }: Messages, now = new Date()): string {
  const date = new Date(hasZone(iso) ? iso : `${iso}Z`);
  if (Number.isNaN(date.getTime())) return "";
  const days = Math.round((startOfDay(now) - startOfDay(date)) / DAY_MS);
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, options).format(date);
  const time = format({ hour: "numeric", minute: "2-digit" });
  if (days === 0) return `${words.today} ${time}`;
  if (days === 1) return `${words.yesterday} ${time}`;
  if (days > 1 && days < 7) return format({ weekday: "long" });
  const sameYear = date.getFullYear() === now.getFullYear();
  return format(
    sameYear ? { day: "numeric", month: "short" } : { day: "numeric", month: "short", year: "numeric" },
  );
}

/** Servers that send a time without a zone mean UTC. */
function hasZone(iso: string): boolean {
  return /(?:Z|[+-]\d{2}:?\d{2})$/i.test(iso);
}

function startOfDay(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}
