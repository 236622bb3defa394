/** Due dates between the API's ISO times and what people read and type, in the browser's zone. */

/** A date without a time is the end of that day. */
const END_OF_DAY = { hours: 23, minutes: 59, seconds: 59 } as const;

/** `date` is `YYYY-MM-DD`, `time` is `HH:MM` or empty, as the browser's own inputs give them. */
export function toDueAt(date: string, time = ""): string | null {
  const [year, month, day] = date.split("-").map(Number);
  if (!year || !month || !day) return null;
  const [hours, minutes] = time.split(":").map(Number);
  const due =
    time && hours !== undefined && minutes !== undefined
      ? new Date(year, month - 1, day, hours, minutes)
      : new Date(year, month - 1, day, END_OF_DAY.hours, END_OF_DAY.minutes, END_OF_DAY.seconds);
  return due.toISOString();
}

/** The inverse of `toDueAt`. */
export function toDueInputs(dueAt: string | null): { date: string; time: string } {
  if (!dueAt) return { date: "", time: "" };
  const due = new Date(dueAt);
  return {
    date: `${due.getFullYear()}-${pad(due.getMonth() + 1)}-${pad(due.getDate())}`,
    time: isWholeDay(due) ? "" : `${pad(due.getHours())}:${pad(due.getMinutes())}`,
  };
}

/** `YYYY-MM-DD` of the day that many days from now. */
export function dayFromNow(days: number, now: Date): string {
  const day = new Date(now.getFullYear(), now.getMonth(), now.getDate() + days);
  return toDueInputs(day.toISOString()).date;
}

/** "Today", "Tomorrow 17:00", "Fri 27 Nov". */
export function describeDue(dueAt: string, now: Date): string {
  const due = new Date(dueAt);
  const day = describeDay(due, now);
  if (isWholeDay(due)) return day;
  return `${day} ${format(due, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" })}`;
}

function describeDay(due: Date, now: Date): string {
  const days = Math.round((midnight(due) - midnight(now)) / 86_400_000);
  if (days === 0) return "Today";
  if (days === 1) return "Tomorrow";
  if (days === -1) return "Yesterday";
  if (days > 1 && days < 7) return format(due, { weekday: "long" });
  const year = due.getFullYear() === now.getFullYear() ? undefined : "numeric";
  return format(due, { weekday: "short", day: "numeric", month: "short", year });
}

/** "Tuesday 24 November". */
export function describeToday(now: Date): string {
  return format(now, { weekday: "long", day: "numeric", month: "long" });
}

// A formatter takes far longer to make than to use, and each row needs one at each render.
const formatters = new Map<string, Intl.DateTimeFormat>();

function format(date: Date, options: Intl.DateTimeFormatOptions): string {
  const key = JSON.stringify(options);
  let formatter = formatters.get(key);
  if (!formatter) {
    formatter = new Intl.DateTimeFormat("en-GB", options);
    formatters.set(key, formatter);
  }
  // Some patterns have a comma after the weekday, some have none.
  return formatter.format(date).replace(",", "");
}

function isWholeDay(date: Date): boolean {
  const { hours, minutes } = END_OF_DAY;
  return date.getHours() === hours && date.getMinutes() === minutes && date.getSeconds() >= 59;
}

function midnight(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

function pad(value: number): string {
  return String(value).padStart(2, "0");
}
