/**
 * Places in a text, found again in its tree of tokens: where the sources of a text belong. A place counts code
 * points of the source, as servers in Python count. Nothing is put into the source itself, so a mark can
 * neither change how the text reads nor be made by it.
 */
import type { Token, Tokens } from "marked";

/** A token of ours, beside the lexer's: `mark` is the place's index in the list that was given. */
export interface MarkToken {
  type: "mark";
  raw: "";
  mark: number;
}

/** Whether it is a mark, or a copy with one inside: its `raw` does not say all of it then. */
export function isMarked(token: Token): boolean {
  return token.type === "mark" || ("marked" in token && token.marked === true);
}

interface Leaf {
  token: Token;
  /** Where it is in the source. */
  start: number;
  end: number;
  /** Words, which a mark may stand between. What else there is has its marks behind it. */
  words: boolean;
}

interface Placed {
  /** From the beginning of the leaf. */
  at: number;
  mark: number;
}

/** The blocks with a mark at each place. Blocks without one keep their identity; the others are copies. */
export function placeMarks(
  blocks: readonly Token[],
  source: string,
  places: readonly number[],
): readonly Token[] {
  if (places.length === 0) return blocks;
  const leaves: Leaf[] = [];
  try {
    collect(blocks, source, { at: 0 }, leaves);
    const placed = assign(leaves, offsets(source, places), source);
    return placed.size === 0 ? blocks : withMarks(blocks, placed);
  } catch {
    // Nested to exhaust the stack: without marks then.
    return blocks;
  }
}

/** The places in the order of the text, as offsets of a JavaScript string. Those that are none are left out. */
function offsets(source: string, places: readonly number[]): Placed[] {
  const ordered = places
    .map((place, mark) => ({ at: place, mark }))
    .filter(({ at }) => Number.isInteger(at) && at >= 0)
    .toSorted((one, other) => one.at - other.at);
  let offset = 0;
  let points = 0;
  return ordered.map(({ at, mark }) => {
    for (; points < at && offset < source.length; points++) {
      offset += (source.codePointAt(offset) ?? 0) > 0xffff ? 2 : 1;
    }
    return { at: offset, mark };
  });
}

/** The tokens that hold the text's own words, in its order, each looked for behind the one before it. */
function collect(tokens: readonly Token[], source: string, cursor: { at: number }, leaves: Leaf[]): void {
  for (const token of tokens) {
    const children = childrenOf(token);
    if (children) {
      for (const list of children) collect(list, source, cursor, leaves);
      continue;
    }
    const found = locate(token.raw, source, cursor.at);
    if (!found) continue;
    cursor.at = found.end;
    leaves.push({ token, ...found, words: token.type === "text" });
  }
}

/** A link is one thing: a mark within its words would be a link within a link. */
function childrenOf(token: Token): (readonly Token[])[] | null {
  if (token.type === "list") return (token as Tokens.List).items.map((item) => item.tokens);
  if (token.type === "table") {
    const { header, rows } = token as Tokens.Table;
    return [header, ...rows].flat().map((cell) => cell.tokens);
  }
  if (token.type === "link" || token.type === "image") return null;
  return "tokens" in token && token.tokens ? [token.tokens] : null;
}

/** In a quotation or list, the lines of a token have marks before them in the source: then the last line says where it ends. */
function locate(raw: string, source: string, from: number): { start: number; end: number } | null {
  if (raw.trim() === "") return null;
  const whole = source.indexOf(raw, from);
  if (whole !== -1) return { start: whole, end: whole + raw.length };
  let start = -1;
  let end = from;
  for (const line of raw.split("\n")) {
    const words = line.trim();
    const at = words === "" ? -1 : source.indexOf(words, end);
    if (at === -1) continue;
    if (start === -1) start = at;
    end = at + words.length;
  }
  return start === -1 ? null : { start, end };
}

function assign(leaves: readonly Leaf[], places: readonly Placed[], source: string): Map<Token, Placed[]> {
  const placed = new Map<Token, Placed[]>();
  let index = 0;
  for (const { at, mark } of places) {
    while (index < leaves.length - 1 && (leaves[index]?.end ?? 0) < at) index += 1;
    const next = leaves[index];
    // Between two leaves: behind the first, as what it is about stands before it.
    const leaf = next && at < next.start && index > 0 ? leaves[index - 1] : next;
    if (!leaf) continue;
    const marks = placed.get(leaf.token) ?? [];
    marks.push({ at: leaf.words ? offsetIn(leaf, at, source) : leaf.token.raw.length, mark });
    placed.set(leaf.token, marks);
  }
  return placed;
}

const WORD = /[\p{L}\p{M}\p{N}]/u;

/** No word is cut in two: a mark in its middle stands behind it. */
function offsetIn({ token, start, end }: Leaf, at: number, source: string): number {
  const { raw } = token;
  // Its lines are apart in the source: only the ends of it are known.
  if (end - start !== raw.length) return at <= start ? 0 : raw.length;
  let offset = Math.min(raw.length, Math.max(0, at - start));
  const inWord = () => WORD.test(source[start + offset - 1] ?? "") && WORD.test(raw[offset] ?? "");
  while (offset > 0 && offset < raw.length && inWord()) offset += 1;
  return offset;
}

function withMarks(tokens: readonly Token[], placed: Map<Token, Placed[]>): Token[] {
  return tokens.flatMap((token) => {
    const marks = placed.get(token);
    if (!marks) return [inside(token, placed)];
    if (token.type !== "text") return [token, ...marks.map(({ mark }) => markToken(mark))];
    const parts: Token[] = [];
    let from = 0;
    for (const { at, mark } of marks) {
      if (at > from) parts.push(textToken(token.raw.slice(from, at)));
      parts.push(markToken(mark));
      from = Math.max(from, at);
    }
    if (from < token.raw.length) parts.push(textToken(token.raw.slice(from)));
    return parts;
  });
}

/** A copy where something inside became another one; otherwise the token itself. */
function inside(token: Token, placed: Map<Token, Placed[]>): Token {
  const changed = (lists: readonly (readonly Token[])[]) => lists.some((list) => holdsMark(list, placed));
  const children = childrenOf(token);
  if (!children || !changed(children)) return token;
  if (token.type === "list") {
    const { items } = token as Tokens.List;
    return {
      ...token,
      marked: true,
      items: items.map((item) => ({ ...item, tokens: withMarks(item.tokens, placed) })),
    };
  }
  if (token.type === "table") {
    const { header, rows } = token as Tokens.Table;
    const cell = (one: Tokens.TableCell) => ({ ...one, tokens: withMarks(one.tokens, placed) });
    return { ...token, marked: true, header: header.map(cell), rows: rows.map((row) => row.map(cell)) };
  }
  return { ...token, marked: true, tokens: withMarks(children[0] ?? [], placed) } as Token;
}

function holdsMark(tokens: readonly Token[], placed: Map<Token, Placed[]>): boolean {
  return tokens.some(
    (token) => placed.has(token) || (childrenOf(token) ?? []).some((list) => holdsMark(list, placed)),
  );
}

function textToken(words: string): Token {
  return { type: "text", raw: words, text: words };
}

function markToken(mark: number): Token {
  return { type: "mark", raw: "", mark } satisfies MarkToken as Token;
}
