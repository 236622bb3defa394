import type { Token } from "marked";
import { describe, expect, test } from "vitest";
import { parseGrowing, parseMarkdown } from "./markdown.ts";
import { placeMarks } from "./marks.ts";

/** The tree's words, with `[n]` for the mark of the place `n`, `<>` around a link and `{}` around code. */
function read(tokens: readonly Token[]): string {
  return tokens.map(readOne).join("");
}

// biome-ignore lint/suspicious/noExplicitAny: any of the lexer's tokens
function readOne(token: any): string {
  if (token.type === "mark") return `[${token.mark}]`;
  if (token.type === "link") return `<${token.text}>`;
  if (token.type === "codespan" || token.type === "code") return `{${token.text}}`;
  if (token.type === "list") return String(token.items.map((item: { tokens: Token[] }) => read(item.tokens)));
  if (token.type === "table")
    return String([token.header, ...token.rows].flat().map((cell: { tokens: Token[] }) => read(cell.tokens)));
  if (token.tokens) return read(token.tokens);
  return token.text ?? "";
}

function marked(source: string, ...places: number[]): string {
  return read(placeMarks(parseMarkdown(source, false).blocks, source, places));
}

const at = (source: string, words: string) => source.indexOf(words) + words.length;

describe("a mark stands where it belongs", () => {
  test.each([
    ["between words", "One two three.", "two", "One two[0] three."],
    ["at the very end", "One two.", "two.", "One two.[0]"],
    ["behind a word that it would cut", "One twofold.", "two", "One twofold[0]."],
    ["in bold", "A **bold** word", "bold", "A bold[0] word"],
    ["behind bold", "A **bold** word", "bold**", "A bold[0] word"],
    ["at the end of its paragraph, not at the next one's start", "One.\n\nTwo.", "One.", "One.[0]Two."],
    ["in the second of two like words", "tea **tea** tea", "tea **tea** tea", "tea tea tea[0]"],
    ["in a heading", "# Tea\n\nText", "Tea", "Tea[0]Text"],
    ["in a list", "- one\n- two\n  - three", "three", "one,twothree[0]"],
    ["in the second line of a quotation", "> one\n> two", "two", "one\ntwo[0]"],
    ["in a table", "| a | b |\n| - | - |\n| c | d |", "| c", "a,b,c[0],d"],
    ["behind a link, not in it", "See [the page](https://a.example/b) now", "the", "See <the page>[0] now"],
    ["behind code, not in it", "Run `a b` now", "`a", "Run {a b}[0] now"],
    ["behind a block of code", "```\na b\n```\n\nText", "a", "{a b}[0]Text"],
  ])("%s", (_where, source, words, expected) => {
    expect(marked(source, at(source, words))).toBe(expected);
  });

  test("several, also at one place and out of order", () => {
    expect(marked("One two", 7, 3, 3)).toBe("One[1][2] two[0]");
  });

  test("counted in code points, as Python counts", () => {
    expect(marked("🍵🍵 tea, hot", 6)).toBe("🍵🍵 tea[0], hot");
  });

  test("past the end it is at the end; a place that is none has no mark", () => {
    expect(marked("Tea", 99, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY)).toBe("Tea[0]");
    expect(marked("", 0)).toBe("");
  });
});

test("blocks without a mark are the very same; the text reads as without", () => {
  const source = "# One\n\n- two\n- **three**\n\nFour `five`\n\n| a |\n| - |\n| b |";
  const { blocks } = parseMarkdown(source, false);
  const placed = placeMarks(blocks, source, [at(source, "three")]);
  expect(placed.map((block, index) => block === blocks[index])).toEqual([true, false, true, true]);
  expect(read(placed).replace("[0]", "")).toBe(read(blocks));
  expect(read(blocks)).not.toContain("[0]");
});

test("wherever it is put, a mark changes no word and is there once, also in a text that grows", () => {
  const source = [
    "# Tea",
    "It is a **drink *made* of** [leaves](https://a.example/x), `hot`.\\",
    "- one\n- two [x]\n\n  more of two",
    "> quoted\n> **twice**",
    "```js\nlet a;\n```",
    "a &amp; b 🍵",
  ].join("\n\n");
  const length = [...source].length;
  for (let place = 0; place <= length; place++) {
    for (const tree of [parseMarkdown(source, false), parseGrowing(source, null).tree]) {
      const words = read(placeMarks(tree.blocks, source, [place]));
      expect(words.split("[0]"), `at ${place}`).toHaveLength(2);
      expect(words.replace("[0]", "")).toBe(read(tree.blocks));
    }
  }
});

test.each([30, 1_000, 3_000, 20_000])(
  "%i quotations in each other are read, with a mark or without",
  (depth) => {
    const source = `${"> ".repeat(depth)}deep`;
    const { blocks } = parseMarkdown(source, false);
    expect(placeMarks(blocks, source, [3]).length).toBeGreaterThanOrEqual(blocks.length);
  },
);
