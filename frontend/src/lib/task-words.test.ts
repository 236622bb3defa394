import { describe, expect, test } from "vitest";
import { readTaskWords } from "./task-words";

/** A Tuesday. */
const NOW = new Date(2026, 10, 24, 12, 0);
const read = (line: string, literal: string[] = [], now = NOW) => {
  const { title, due, priority, labels } = readTaskWords(line, now, new Set(literal));
  return [
    title,
    due ? `${due.day} ${due.time}`.trim() : "",
    priority?.level ?? "",
    labels.map(({ name }) => name).join(),
  ];
};

test("a whole line", () => {
  expect(read("Call the dentist tomorrow at 3pm !high #health")).toEqual([
    "Call the dentist",
    "2026-11-25 15:00",
    "high",
    "health",
  ]);
});

describe("days at the end", () => {
  test.each([
    ["Pay rent today", "2026-11-24"],
    ["Pay rent TOMORROW", "2026-11-25"],
    ["Pay rent on friday", "2026-11-27"],
    ["Pay rent by Friday 17:00", "2026-11-27 17:00"],
    ["Pay rent tuesday", "2026-12-01"],
    ["Pay rent this tuesday", "2026-11-24"],
    ["Pay rent next friday", "2026-12-04"],
    ["Pay rent next monday", "2026-11-30"],
    ["Pay rent next sunday", "2026-12-06"],
    ["Pay rent next week", "2026-11-30"],
    ["Pay rent in 3 days", "2026-11-27"],
    ["Pay rent in two weeks", "2026-12-08"],
    ["Pay rent in a week at 9:30 am", "2026-12-01 09:30"],
    ["Pay rent 2026-12-24", "2026-12-24"],
    ["Pay rent, tomorrow at noon.", "2026-11-25 12:00"],
    ["Pay rent at 5 tomorrow", "2026-11-25 17:00"],
    ["Pay rent 3pm tomorrow", "2026-11-25 15:00"],
    ["Pay rent tomorrow at 12am", "2026-11-25 00:00"],
    ["Pay rent tomorrow 23:30", "2026-11-25 23:30"],
    ["Pay rent tonight", "2026-11-24 20:00"],
    ["Pay rent at 3pm", "2026-11-24 15:00"],
    ["Pay rent at 11:00", "2026-11-25 11:00"],
  ])("%s", (line, due) => {
    expect(read(line)).toEqual(["Pay rent", due, "", ""]);
  });

  test("over the end of a month and a year", () => {
    const lastDay = new Date(2026, 11, 31, 23, 0);
    expect(read("Sleep tomorrow", [], lastDay)[1]).toBe("2027-01-01");
    expect(read("Sleep at 22:00", [], lastDay)[1]).toBe("2027-01-01 22:00");
  });
});

test.each([
  ["Tomorrow call Ana", "call Ana", "2026-11-25"],
  ["tomorrow at 9am call Ana", "call Ana", "2026-11-25 09:00"],
  ["Friday: call Ana", "call Ana", "2026-11-27"],
  ["in 3 days, call Ana", "call Ana", "2026-11-27"],
])("a day at the beginning: %s", (line, title, due) => {
  expect(read(line)).toEqual([title, due, "", ""]);
});

test.each([
  "Monday meeting notes",
  "Slides for monday",
  "Water plants every friday",
  "Watch Black Friday prices",
  "Read the news of today",
  "Plan for next week",
  "Book a table for 8",
  "Meet at 10 Downing Street",
  "Buy 3 pm radios",
  "today",
  "tomorrow at 3pm",
  "!high",
  "#health !high",
  "Fix #42",
  "Say hi!high",
  "C# and F# notes",
  "Ship 2026-02-30",
  "Todays special",
  "Score 12:75",
  "Sprint from monday to friday",
  "Not today",
])("stays as it is: %s", (line) => {
  expect(read(line)).toEqual([line, "", "", ""]);
});

describe("marks", () => {
  test("stand anywhere, between other words too, and leave those alone", () => {
    expect(read("Buy !low oat  milk #Groceries #to-do for Ana")).toEqual([
      "Buy oat milk for Ana",
      "",
      "low",
      "Groceries,to-do",
    ]);
  });

  test("letters of every script are labels", () => {
    expect(read("Обед #работа #日本語 #café")[3]).toBe("работа,日本語,café");
  });

  test("of two priorities the last one counts and the other is still to be seen", () => {
    expect(read("Call !low Ana !high")).toEqual(["Call !low Ana", "", "high", ""]);
  });
});

describe("what the user wants to be just words", () => {
  const line = "Watch Black Friday !high #health";
  test("a day", () => {
    expect(read(line, ["Friday"])).toEqual(["Watch Black Friday", "", "high", "health"]);
  });
  test("marks", () => {
    expect(read(line, ["!high", "#health"])).toEqual([
      "Watch Black Friday !high #health",
      "",
      "",
      "",
    ]);
  });
});

test("no word is ever lost: title and what was understood are the line again", () => {
  for (const line of [
    "a b tomorrow at 3pm !high #x1 #y",
    "tomorrow, pay #home the rent",
    "!low !high on friday do it",
    "call ana at 5 tomorrow !medium",
  ]) {
    const { title, due, priority, labels } = readTaskWords(line, NOW);
    const parts = [title, due?.text, priority?.text, ...labels.map(({ text }) => text)];
    const words = (text: string) => text.replace(/[,:]/g, " ").split(/\s+/).filter(Boolean).sort();
    expect(words(parts.filter(Boolean).join(" "))).toEqual(words(line));
  }
});
