/**
 * Markdown to a tree of tokens, for Markdown.tsx to draw. No HTML string exists on the way, so there is nothing
 * to sanitise: raw HTML in the source is text, and only addresses that pass `safeHref` become links.
 */
import { lexer, type Token, type TokensList } from "marked";
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
      blocks: blocks.filter((token) => token.type !== "space" && token.type !== "def"),
      links: references.join(" "),
    };
  } catch {
    // The lexer recurses: text made to exhaust the stack is shown as it is.
    return { blocks: [{ type: "paragraph", raw: source, text: source }], links: "" };
  }
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
