import { describe, expect, test } from "vitest";
import { findMessages } from "../locales/index.ts";
import { parseItem } from "../protocol/parse.ts";
import type { ThreadItem } from "../protocol/types.ts";
import { items } from "../testing/server.ts";
import { readTheme } from "../theme.ts";
import { newsOf } from "./announce.ts";
import { friendlyDate } from "./dates.ts";
import { findIcon } from "./icons.ts";
import { keepTurns, turnsOf, turnText } from "./turns.ts";

function item(raw: object): ThreadItem {
  const parsed = parseItem(raw);
  if (!parsed) throw new Error("Not an item.");
  return parsed;
}

describe("what is announced", () => {
  const say = (
    text: string,
    said = new Map<string, number>() as ReadonlyMap<string, number>,
    final = false,
  ) => newsOf([item(items.assistant(text))], said, final);

  test("whole sentences, each once, without marks", () => {
    const first = say("**Hello** there. I am");
    expect(first.sentences).toEqual(["Hello there."]);
    const second = say("**Hello** there. I am here! And", first.said);
    expect(second.sentences).toEqual(["I am here!"]);
    expect(say("**Hello** there. I am here! And", second.said, true).sentences).toEqual(["And"]);
  });

  test("a number is not the end of a sentence", () => {
    expect(say("It costs 3.").sentences).toEqual([]);
    expect(say("It costs 3.5 in all. Yes").sentences).toEqual(["It costs 3.5 in all."]);
  });

  test("each step as it begins and as it ends", () => {
    const step = (title: string, status: string) =>
      item(items.workflow([{ title, status_indicator: status }]));
    const begun = newsOf([step("Adding task", "loading")], new Map(), false);
    expect(begun.sentences).toEqual(["Adding task"]);
    expect(newsOf([step("Adding task", "loading")], begun.said, false).sentences).toEqual([]);
    expect(newsOf([step("Added milk", "complete")], begun.said, false).sentences).toEqual(["Added milk"]);
  });
});

describe("turns", () => {
  test("are a message and its answers; copying takes their words", () => {
    const all = [
      items.assistant("Welcome", "w"),
      items.user("one", "a"),
      items.workflow([{ title: "t" }], "b"),
      items.assistant("two", "c"),
      { ...items.widget({ type: "Card" }, "d"), copy_text: "list" },
      items.user("three", "e"),
    ].map(item);
    const turns = turnsOf(all);
    expect(turns.map(({ items: list }) => list.map(({ id }) => id).join(""))).toEqual(["w", "abcd", "e"]);
    expect(turns.map(({ question }) => question?.id ?? null)).toEqual([null, "a", "e"]);
    expect(turnText(turns[1]?.answers ?? [])).toBe("two\n\nlist");
  });
});

test("turns that did not change stay the same", () => {
  const [a, b, c] = [items.user("one", "a"), items.assistant("two", "b"), items.user("three", "c")].map(item);
  if (!a || !b || !c) throw new Error("No items.");
  const before = turnsOf([a, b, c]);
  const after = keepTurns(before, turnsOf([a, b, { ...c }]));
  expect(after[0]).toBe(before[0]);
  expect(after[1]).not.toBe(before[1]);
});

describe("dates", () => {
  const messages = findMessages("en-GB").messages;
  const now = new Date(2026, 4, 20, 15, 0);
  const at = (...parts: [number, number, number, number?]) => new Date(...parts).toISOString();

  test.each([
    [new Date(2026, 4, 20, 15, 0, 30).toISOString(), "Just now"],
    [new Date(2026, 4, 20, 14, 1).toISOString(), "59 minutes ago"],
    [at(2026, 4, 20, 9), "6 hours ago"],
    [at(2026, 4, 19, 23), "Yesterday"],
    [at(2026, 4, 16, 9), "Saturday"],
    [at(2026, 1, 3, 9), "3 Feb"],
    [at(2024, 1, 3, 9), "3 Feb 2024"],
    ["nonsense", ""],
  ])("%s is %s", (iso, words) => {
    expect(friendlyDate(iso, messages, now)).toBe(words);
  });
});

describe("locales", () => {
  test("speak English where there are no other words, with their own dates", () => {
    expect(findMessages("de-DE").messages).toMatchObject({ locale: "de-DE", language: "en" });
    expect(findMessages("zh-Hant").messages.locale).toBe("zh-Hant");
    expect(findMessages("!!").messages.language).toBe("en");
  });
});

describe("icons", () => {
  test("are found by ChatKit's and by Lucide's names", () => {
    expect(findIcon("check-circle")).toBe(findIcon("lucide:circle-check"));
    expect(findIcon("lucide:calendar")).toBe(findIcon("calendar"));
    for (const unknown of ["", "nope", "lucide:nope", "toString", "lucide:constructor"]) {
      expect(findIcon(unknown)).toBeNull();
    }
  });
});

describe("the theme", () => {
  test("is the system's unless the host says otherwise", () => {
    expect(readTheme(undefined).scheme).toBe("system");
    expect(readTheme("dark").scheme).toBe("dark");
    expect(readTheme({ colorScheme: "light" }).scheme).toBe("light");
  });

  test("follows accent, surface, radius, density and type", () => {
    const { properties } = readTheme({
      radius: "sharp",
      density: "compact",
      typography: { baseSize: 18, fontFamily: "Inter" },
      color: {
        accent: { primary: "#f60", level: 2 },
        surface: { background: "#fffdf7", foreground: "#221" },
      },
    });
    expect(properties).toMatchObject({
      "--ck-accent": "#f60",
      "--ck-bg": "#fffdf7",
      "--ck-text": "#221",
      "--ck-radius": "0px",
      "--ck-space": "3.4px",
      "--ck-font-size": "18px",
      "--ck-font": "Inter",
    });
    expect(readTheme({ color: { grayscale: { hue: 40, tint: 6 } } }).properties["--ck-text"]).toContain("40");
  });
});
