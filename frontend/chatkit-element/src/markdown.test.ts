import { expect, test } from "vitest";
import { SHOWCASE } from "../gallery/script-server.ts";
import { type Growth, parseGrowing, parseMarkdown } from "./markdown.ts";

const TEXTS: Record<string, string> = {
  "all kinds of blocks": `${SHOWCASE}\n\nText.\n\nText.`,
  "loose lists":
    "- a\n\n- b\n\n  more of b\n\n    - deep\n\nText.\n\n1. one\n\n2. two\n\n10) ten\n\nEnd.\n\nEnd.",
  "code with blank lines":
    "```\na\n\nb\n\n```\n\nText\n\n    indented\n\n    more\n\nText\n\n~~~\nopen\n\nstill",
  "headings of two lines": "Title\n===\n\nSub\n---\n\nText\nlong\n\n***\n\n> a\n> b\n\nlazy\n\nEnd",
  "late definitions": "See [x].\n\nAnd [y].\n\nText.\n\n[x]: https://example.com\n\nMore.\n\nMore [x].",
  "raw HTML": "<div>\n\nText\n\n</div>\n\n<!-- a\n\nb -->\n\nEnd\n\nEnd",
};

const raws = (growth: { blocks: readonly { raw: string; type: string }[] }) =>
  growth.blocks.map(({ type, raw }) => [type, raw]);

test.each(Object.entries(TEXTS))("%s: read word by word as if read at once", (_, text) => {
  let growth: Growth | null = null;
  for (let end = 1; end <= text.length; end++) {
    const source = text.slice(0, end);
    growth = parseGrowing(source, growth);
    const whole = parseMarkdown(source, true);
    expect(growth.tree.links).toBe(whole.links);
    expect(raws(growth.tree), JSON.stringify(source)).toEqual(raws(whole));
  }
});

test("a long text is not read again for each word", () => {
  const paragraph = `${"word ".repeat(40)}\n\n`;
  let growth = parseGrowing(paragraph.repeat(200), null);
  growth = parseGrowing(`${paragraph.repeat(200)}more`, growth);
  expect(growth.read.length).toBeGreaterThan(paragraph.length * 190);
});

test("another text is read from its beginning", () => {
  const growth = parseGrowing("One.\n\nTwo.\n\nThree.\n\nFour.", null);
  expect(raws(parseGrowing("Else.", growth).tree)).toEqual([["paragraph", "Else."]]);
});
