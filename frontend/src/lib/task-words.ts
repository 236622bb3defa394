/**
 * What a new task's line says besides its title: `!high`, `#health`, and a day at its beginning or
 * end. Pure. Whatever it isn't sure of stays in the title: a word too many there is seen at once,
 * one that is missing is not.
 *
 * Days mean what they mean to the assistant (`tasks/due_words.py`): "friday" said on a Friday is in
 * a week, "at 5" is in the afternoon.
 */

import { dayFromNow } from "@/lib/due";
import type { Priority } from "@/types/task";

/** A part of the line and what it was taken for. */
export interface Understood {
  kind: "due" | "priority" | "label";
  /** As it was typed. */
  text: string;
}

export interface TaskWords {
  title: string;
  due: (Understood & { day: string; time: string }) | null;
  priority: (Understood & { level: Priority }) | null;
  labels: (Understood & { name: string })[];
}

/** The server's limits. */
const LABELS_MAX = 20;
const LABEL_LENGTH = 50;

const WEEKDAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
const COUNTS = ["a", "two", "three", "four", "five", "six", "seven"];

const WEEKDAY = `(?:${WEEKDAYS.join("|")})`;
const COUNT = `(?:\\d{1,3}|${COUNTS.join("|")})`;
const CLOCK = String.raw`(?:(?:2[0-3]|[01]?\d):[0-5]\d(?: ?[ap]m)?|(?:1[0-2]|0?[1-9]) ?[ap]m|noon)`;
const TIME = String.raw`(?:(?:at |@ ?)?${CLOCK}|(?:at |@ ?)(?:2[0-3]|[01]?\d))`;
const DAY = String.raw`(?:today|tonight|tomorrow|(?:this |next )?${WEEKDAY}|in ${COUNT} (?:days?|weeks?)|next week|\d{4}-\d{2}-\d{2})`;
const LEAD = "(?:due )?(?:on |by )?";
const WHEN = `(?:${LEAD}${DAY}(?: ${TIME})?|${TIME} ${LEAD}${DAY}|at ${CLOCK})`;

const AT_END = new RegExp(String.raw`(?<=\s)${WHEN}[.!]?$`, "i");
/** At the beginning only what can hardly be part of a name, unlike "Monday", or is set off. */
const AT_START = new RegExp(
  String.raw`^(?:(?:today|tomorrow|in ${COUNT} (?:days?|weeks?))(?: ${TIME})?[,:]?|${WHEN}[,:])(?=\s)`,
  "i",
);
const ONLY = new RegExp(`^${WHEN}$`, "i");
const A_DAY = new RegExp(DAY, "i");
const A_TIME = new RegExp(TIME, "i");
/** After these a day belongs to the words before it: "slides for monday", "every friday". */
const BOUND =
  /(?:^|\s)(?:for|of|from|since|until|till|before|after|than|through|to|and|or|vs|the|a|an|each|every|last|this|next|in|with|about|between|on|by|due|not)$/i;

const PRIORITY = /(?<=^|\s)!(high|medium|low)(?=$|\s)/gi;
const LABEL = /(?<=^|\s)#([\p{L}\p{N}][\p{L}\p{M}\p{N}_-]*)(?=$|\s)/gu;

/** `literal` are the parts, as typed, that the user wants to be just words. */
export function readTaskWords(
  line: string,
  now: Date,
  literal: ReadonlySet<string> = new Set(),
): TaskWords {
  const marks: Understood[] = [];
  const priority = findPriority(line, literal);
  if (priority) marks.push(priority);
  const labels = findLabels(line, literal);
  marks.push(...labels);

  const rest = tidy(marks.reduce((text, mark) => withoutMark(text, mark.text), line));
  const found = findDue(rest, now, literal);
  const title = found ? found.title : rest;
  // A line of nothing but marks is a title after all: nothing is left to call the task by.
  if (!title) return { title: tidy(line), due: null, priority: null, labels: [] };
  return { title, due: found?.due ?? null, priority, labels };
}

/** The last one counts: whoever types another corrects the first, which stays to be seen. */
function findPriority(line: string, literal: ReadonlySet<string>): TaskWords["priority"] {
  const found = [...line.matchAll(PRIORITY)].filter(([text]) => !literal.has(text)).at(-1);
  const level = found?.[1]?.toLowerCase();
  if (!found || (level !== "high" && level !== "medium" && level !== "low")) return null;
  return { kind: "priority", text: found[0], level };
}

function findLabels(line: string, literal: ReadonlySet<string>): TaskWords["labels"] {
  const labels: TaskWords["labels"] = [];
  for (const [text, name = ""] of line.matchAll(LABEL)) {
    // "#42" is a number of something.
    if (literal.has(text) || !/\p{L}/u.test(name) || [...name].length > LABEL_LENGTH) continue;
    if (labels.length < LABELS_MAX) labels.push({ kind: "label", text, name });
  }
  return labels;
}

function findDue(
  text: string,
  now: Date,
  literal: ReadonlySet<string>,
): { title: string; due: NonNullable<TaskWords["due"]> } | null {
  if (ONLY.test(text)) return null;
  for (const pattern of [AT_END, AT_START]) {
    const match = pattern.exec(text);
    if (!match) continue;
    const said = match[0].replace(/[,:.!]$/, "");
    const before = text.slice(0, match.index).trim();
    const after = text.slice(match.index + match[0].length).trim();
    const title = before.replace(/,$/, "") || after;
    if (!title || literal.has(said) || BOUND.test(before)) continue;
    const day = A_DAY.exec(said)?.[0] ?? "";
    const time = A_TIME.exec(said.replace(day, ""))?.[0] ?? "";
    const due = readDue(day, time, now);
    if (due) return { title, due: { kind: "due", text: said, ...due } };
  }
  return null;
}

function readDue(day: string, time: string, now: Date): { day: string; time: string } | null {
  const words = day.toLowerCase();
  const clock = words === "tonight" && !time ? "20:00" : readTime(time.toLowerCase());
  if (!day) {
    const [hours = 0, minutes = 0] = clock.split(":").map(Number);
    const passed = hours * 60 + minutes <= now.getHours() * 60 + now.getMinutes();
    return { day: dayFromNow(passed ? 1 : 0, now), time: clock };
  }
  if (/^\d{4}-/.test(words)) return isRealDay(words) ? { day: words, time: clock } : null;
  return { day: dayFromNow(daysAhead(words, now), now), time: clock };
}

function daysAhead(words: string, now: Date): number {
  if (words === "today" || words === "tonight") return 0;
  if (words === "tomorrow") return 1;
  const toMonday = (8 - now.getDay()) % 7 || 7;
  if (words === "next week") return toMonday;
  const [first = "", second = "", third = ""] = words.split(" ");
  if (first === "in") {
    const count = COUNTS.includes(second) ? COUNTS.indexOf(second) + 1 : Number(second);
    return third.startsWith("week") ? count * 7 : count;
  }
  const weekday = WEEKDAYS.indexOf(second || first);
  // Of next week, which begins on Monday.
  if (first === "next") return toMonday + ((weekday + 6) % 7);
  const ahead = (weekday - now.getDay() + 7) % 7;
  return first === "this" ? ahead : ahead || 7;
}

/** "at 3pm", "15:00", "noon" as `HH:MM`. */
function readTime(text: string): string {
  if (!text) return "";
  if (text.endsWith("noon")) return "12:00";
  const [, hour = "", minutes, half] = /(\d{1,2})(?::(\d{2}))? ?([ap]m)?$/.exec(text) ?? [];
  let hours = Number(hour);
  if (half && hours <= 12) hours = (hours % 12) + (half === "pm" ? 12 : 0);
  else if (!half && !minutes && hours >= 1 && hours <= 7) hours += 12;
  return `${String(hours).padStart(2, "0")}:${minutes ?? "00"}`;
}

function isRealDay(day: string): boolean {
  const date = new Date(`${day}T12:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
}

function withoutMark(text: string, mark: string): string {
  // The last one: of a priority written twice, that is the one that counts.
  const at = ` ${text} `.toLowerCase().lastIndexOf(` ${mark.toLowerCase()} `);
  return at < 0 ? text : `${text.slice(0, at)}${text.slice(at + mark.length)}`;
}

function tidy(text: string): string {
  return text.trim().replace(/\s+/g, " ");
}
