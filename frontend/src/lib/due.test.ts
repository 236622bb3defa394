import { expect, test } from "vitest";
import { dayFromNow, describeDue, toDueAt, toDueInputs } from "./due";

const NOW = new Date(2026, 10, 24, 12, 0);
const at = (...parts: [number, number, number, number, number, number?]) =>
  new Date(...parts).toISOString();

test("a date without a time is the end of that day here", () => {
  expect(toDueAt("2026-11-27")).toBe(at(2026, 10, 27, 23, 59, 59));
  expect(toDueAt("2026-11-27", "17:05")).toBe(at(2026, 10, 27, 17, 5));
  expect(toDueAt("")).toBeNull();
});

test("what the inputs show comes back as it was", () => {
  for (const [date, time] of [
    ["2026-11-27", ""],
    ["2026-01-02", "00:00"],
    ["2028-02-29", "17:05"],
  ] as const) {
    expect(toDueInputs(toDueAt(date, time))).toEqual({ date, time });
  }
  expect(toDueInputs(null)).toEqual({ date: "", time: "" });
});

test.each([
  [at(2026, 10, 24, 23, 59, 59), "Today"],
  [at(2026, 10, 25, 17, 0), "Tomorrow 17:00"],
  [at(2026, 10, 23, 23, 59, 59), "Yesterday"],
  [at(2026, 10, 28, 9, 30), "Saturday 09:30"],
  [at(2026, 11, 4, 23, 59, 59), "Fri 4 Dec"],
  [at(2027, 0, 5, 23, 59, 59), "Tue 5 Jan 2027"],
])("%s reads %s", (dueAt, words) => {
  expect(describeDue(dueAt, NOW)).toBe(words);
});

test("days are counted by the calendar, over months too", () => {
  expect(dayFromNow(0, NOW)).toBe("2026-11-24");
  expect(dayFromNow(7, NOW)).toBe("2026-12-01");
});
