/**
 * Markdown to a tree of tokens, for Markdown.tsx to draw. No HTML string exists on the way, so there is nothing
 * to sanitise: raw HTML in the source is text, and only addresses that pass `safeHref` become links.
 */
import { Lexer, lexer, type Token, type TokensList } from "marked";
import remend from "remend";

export interface MarkdownTree {
  blocks: readonly Token[];
  /** Differs when reference definitions differ, which can change how any block reads. */
  links: string;
}

/** Beyond this, nesting is an attack on the stack, not a text. */
export const MAX_DEPTH = 24;

export function parseMarkdown(source: string, streaming: boolean): MarkdownTree {
  try {
    const blocks: TokensList = lexer(streaming ? completeHalf(source) : source, { gfm: true, breaks: false });
    const references = Object.keys(blocks.links);
    return {
      blocks: blocks.filter(isDrawn),
      links: references.join(" "),
    };
  } catch {
    // The lexer recurses: text made to exhaust the stack is shown as it is.
    return { blocks: [{ type: "paragraph", raw: source, text: source }], links: "" };
  }
}

/** A text that is being written, and what of it is read for good. */
export interface Growth {
  tree: MarkdownTree;
  /** So much of the source is read, as these blocks; what follows a blank line and two blocks changes no more. */
  read: string;
  blocks: readonly Token[];
}

/** So many blocks at the end are read again: the next words may belong to them. */
const OPEN_BLOCKS = 2;

/** The same as `parseMarkdown(source, true)`, without reading all of it for each word that is added. */
export function parseGrowing(source: string, before: Growth | null): Growth {
  const known = before && before.read !== "" && source.startsWith(before.read) ? before : null;
  const rest = known ? source.slice(known.read.length) : source;
  let tokens: TokensList;
  try {
    tokens = new Lexer({ gfm: true, breaks: false }).lex(completeHalf(rest));
  } catch {
    return { tree: parseMarkdown(source, true), read: "", blocks: [] };
  }
  // A definition may change how any block reads, also those before it.
  if (Object.keys(tokens.links).length > 0)
    return { tree: parseMarkdown(source, true), read: "", blocks: [] };
  const settled = tokens.slice(0, settledCount(tokens));
  const raw = settled.map((token) => token.raw).join("");
  const blocks = [...(known?.blocks ?? []), ...settled.filter(isDrawn)];
  const read = (known?.read ?? "") + raw;
  const open = tokens.slice(settled.length).filter(isDrawn);
  const tree = { blocks: [...blocks, ...open], links: "" };
  return source.startsWith(read) ? { tree, read, blocks } : { tree, read: "", blocks: [] };
}

/** Up to the last blank line before the open blocks. */
function settledCount(tokens: readonly Token[]): number {
  let open = 0;
  for (let index = tokens.length - 1; index >= 0; index--) {
    if (tokens[index]?.type !== "space") open++;
    else if (open >= OPEN_BLOCKS) return index + 1;
  }
  return 0;
}

function isDrawn({ type }: Token): boolean {
  return type !== "space" && type !== "def";
}

/** A last line that is only the beginning of a list item, rule or heading yet. */
const BARE_MARKER = /(^|\n)[ \t]*(?:[-*+=#>|]+|\d{1,9}[.)]?)[ \t]*$/;

/** Closes what is still open at the end of a text that is being written, so that markers do not flicker. */
function completeHalf(source: string): string {
  return remend(source.replace(BARE_MARKER, "$1"), {
    linkMode: "text-only",
    katex: false,
    htmlTags: false,
    singleTilde: false,
  });
}

const SAFE_PROTOCOLS = new Set(["https:", "http:", "mailto:"]);

/** The address a link may lead to, or null. */
export function safeHref(href: string): string | null {
  try {
    const url = new URL(decodeEntities(href));
    return SAFE_PROTOCOLS.has(url.protocol) ? url.href : null;
  } catch {
    // Relative and broken addresses: what they point to on the host's page is the host's affair.
    return null;
  }
}

/** Who gets to know of a click: shown beside a link whose words do not say it already. */
export function linkHost(href: string, label: string): string | null {
  const { protocol, host, pathname } = new URL(href);
  const target = protocol === "mailto:" ? pathname : host;
  return label.toLowerCase().includes(target.replace(/^www\./, "").toLowerCase()) ? null : target;
}

export interface Deeplink {
  name: string;
  data: Record<string, string>;
}

/** `chatkit-link://name?key=value`: an event for the host's page, never a navigation. */
export function parseDeeplink(href: string): Deeplink | null {
  const match = /^chatkit-link:\/\/([^?#]+)(?:\?([^#]*))?/.exec(decodeEntities(href));
  if (!match) return null;
  return {
    name: (match[1] ?? "").replace(/\/$/, ""),
    data: Object.fromEntries(new URLSearchParams(match[2] ?? "")),
  };
}

const ENTITIES: Record<string, string> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: "\u00a0",
  copy: "©",
  reg: "®",
  trade: "™",
  hellip: "…",
  ndash: "–",
  mdash: "—",
  lsquo: "‘",
  rsquo: "’",
  ldquo: "“",
  rdquo: "”",
  laquo: "«",
  raquo: "»",
  bull: "•",
  middot: "·",
  times: "×",
  deg: "°",
  euro: "€",
  larr: "←",
  rarr: "→",
};

/** The lexer leaves character references to an HTML parser, which there is none here. */
export function decodeEntities(source: string): string {
  if (!source.includes("&")) return source;
  return source.replace(
    /&(?:#(\d{1,7})|#[xX]([\da-fA-F]{1,6})|([a-zA-Z]{2,8}));/g,
    (whole, dec, hex, name) => {
      if (name !== undefined) return Object.hasOwn(ENTITIES, name) ? (ENTITIES[name] ?? whole) : whole;
      const code = dec === undefined ? Number.parseInt(hex, 16) : Number.parseInt(dec, 10);
      const valid = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
      return valid ? String.fromCodePoint(code) : "\ufffd";
    },
  );
}

/** The text as one would say it, for screen readers. */
export function plainText(source: string): string {
  return decodeEntities(source)
    .replace(/```[^\n]*\n?/g, "")
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/^[ \t]{0,3}(?:#{1,6}|>|[-*+])[ \t]+/gm, "")
    .replace(/[*_~`]+/g, "");
}
