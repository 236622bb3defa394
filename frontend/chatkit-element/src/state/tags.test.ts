import { describe, expect, test } from "vitest";
import type { UserTag } from "../protocol/types.ts";
import { isAccepted, readFileRules, sizeLimit } from "./file-rules.ts";
import { findTrigger } from "./suggestions.ts";
import { insertTag, readContent, retype, tagBefore, toContent } from "./tags.ts";

const tag = (text: string): UserTag => ({
  type: "input_tag",
  id: text.toLowerCase(),
  text,
  data: {},
  interactive: true,
});
const written = readContent([
  { type: "input_text", text: "Ask " },
  tag("Anna"),
  { type: "input_text", text: " and " },
  tag("Bo"),
]);
const names = ({ text, tags }: ReturnType<typeof retype>) =>
  tags.map(({ at, tag: { text: name } }) => text.slice(at, at + name.length));

describe("a text with tags", () => {
  test("is read and sent as it was", () => {
    expect(written.text).toBe("Ask Anna and Bo");
    expect(toContent(written)).toEqual([
      { type: "input_text", text: "Ask " },
      tag("Anna"),
      { type: "input_text", text: " and " },
      tag("Bo"),
    ]);
  });

  test("is sent without the space around it", () => {
    expect(toContent({ text: "  hi \n", tags: [] })).toEqual([{ type: "input_text", text: "hi" }]);
    expect(toContent({ text: "  ", tags: [] })).toEqual([]);
    expect(toContent({ text: " Bo ", tags: [{ at: 1, tag: tag("Bo") }] })).toEqual([tag("Bo")]);
  });

  test.each([
    ["before the tags", "Please ask Anna and Bo", 11, ["Anna", "Bo"]],
    ["between them", "Ask Anna, and Bo", 9, ["Anna", "Bo"]],
    ["behind them", "Ask Anna and Bo now", 19, ["Anna", "Bo"]],
    ["into one", "Ask Annna and Bo", 7, ["Bo"]],
    ["over one", "Ask  and Bo", 4, ["Bo"]],
    ["over all", "", 0, []],
    ["the same letter before a tag", "Ask AAnna and Bo", 5, ["Anna", "Bo"]],
  ])("keeps those that nobody typed into: %s", (_where, text, caret, left) => {
    expect(names(retype(written, text, caret))).toEqual(left);
  });

  test("takes a tag in the place of what was typed for it", () => {
    const typed = { text: "Ask @an and Bo", tags: [{ at: 12, tag: tag("Bo") }] };
    const placed = insertTag(typed, 4, 7, tag("Anna"));
    expect(placed.text).toBe("Ask Anna and Bo");
    expect(names(placed)).toEqual(["Anna", "Bo"]);
    expect(placed.caret).toBe(9);
    expect(insertTag({ text: "@b", tags: [] }, 0, 2, tag("Bo"))).toMatchObject({ text: "Bo ", caret: 3 });
  });

  test("knows the tag that ends at the caret", () => {
    expect(tagBefore(written, 8)?.tag.text).toBe("Anna");
    expect(tagBefore(written, 7)).toBeUndefined();
  });
});

describe("what is typed for suggestions", () => {
  const all = { mention: true, command: true };

  test.each([
    ["@", 1, "mention", ""],
    ["hi @an", 6, "mention", "an"],
    ["hi @anna lee", 12, "mention", "anna lee"],
    ["(@b", 3, "mention", "b"],
    ["/", 1, "command", ""],
    ["say\n/run", 8, "command", "run"],
    ["@an later", 3, "mention", "an"],
  ])("%j at %i is a %s for %j", (text, caret, kind, query) => {
    expect(findTrigger(text, caret, all)).toMatchObject({ kind, query, to: caret });
  });

  test.each([
    ["me@home.example", 15],
    ["and/or", 6],
    ["@ later", 7],
    ["@an\nnext", 8],
    ["", 0],
    [`@${"x".repeat(70)}`, 71],
  ])("%j at %i is none", (text, caret) => {
    expect(findTrigger(text, caret, all)).toBeNull();
  });

  test("nothing that the host did not ask for", () => {
    expect(findTrigger("@a", 2, { mention: false, command: true })).toBeNull();
    expect(findTrigger("/a", 2, { mention: true, command: false })).toBeNull();
  });
});

describe("the rules for files", () => {
  const file = (name: string, type: string, size = 1) => ({ name, type, size });

  test("a limit for all, or by kind with one for the rest", () => {
    expect(sizeLimit(readFileRules({ maxSize: 5 }), "image/png")).toBe(5);
    const rules = readFileRules({ maxSize: { "image/*": 10, "image/gif": 3, "": 7, bad: "x" } });
    expect(
      ["image/png", "image/gif", "text/plain; charset=utf-8"].map((type) => sizeLimit(rules, type)),
    ).toEqual([10, 3, 7]);
    expect(sizeLimit(readFileRules({}), "a/b")).toBe(100 * 1024 * 1024);
  });

  test("kinds by type, by family and by ending", () => {
    const rules = readFileRules({
      accept: { "image/*": [], "application/pdf": [".pdf"], "text/plain": [".md"] },
    });
    expect(isAccepted(rules, file("a.png", "image/png"))).toBe(true);
    expect(isAccepted(rules, file("A.PDF", ""))).toBe(true);
    expect(isAccepted(rules, file("notes.md", "text/markdown"))).toBe(true);
    expect(isAccepted(rules, file("a.exe", "application/x-msdownload"))).toBe(false);
    expect(isAccepted(readFileRules({}), file("a.exe", ""))).toBe(true);
  });

  test("ten of them, unless the host says otherwise", () => {
    expect(readFileRules({ maxCount: 2 }).maxCount).toBe(2);
    expect(readFileRules({ maxCount: "x" }).maxCount).toBe(10);
  });
});
