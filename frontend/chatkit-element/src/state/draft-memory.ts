/**
 * The message that is being written, kept for the tab: a reload loses nothing but uploads under way. One for each
 * server that is talked to. Storage belongs to the page, which may have put anything there: all is checked.
 */
import {
  isRecord,
  parseAttachment,
  parseUserContent,
  records,
  strings,
  text,
  textOrNull,
} from "../protocol/parse.ts";
import type { Attachment } from "../protocol/types.ts";
import type { PlacedTag, TaggedText } from "./tags.ts";
import { safeImage } from "./thumbnail.ts";

export interface KeptMessage extends TaggedText {
  /** The words that it answers. */
  reply: string | null;
}

/** A file that is on the server. */
export interface KeptFile {
  attachment: Attachment;
  thumbnail: string | null;
  given: boolean;
}

export interface KeptFiles {
  files: readonly KeptFile[];
  /** The names of those that were not on the server yet. */
  lost: readonly string[];
}

export function recallMessage(url: string | null): KeptMessage {
  const kept = recall("draft", url);
  const words = text(kept.text);
  return { text: words, tags: readTags(kept.tags, words), reply: textOrNull(kept.reply) };
}

export function rememberMessage(url: string | null, message: KeptMessage): void {
  const { text, tags, reply } = message;
  remember("draft", url, text === "" && reply === null ? null : { text, tags, reply });
}

export function recallFiles(url: string | null): KeptFiles {
  const kept = recall("files", url);
  const files = records(kept.files).flatMap(({ attachment, thumbnail, given }) => {
    const read = isRecord(attachment) ? parseAttachment(attachment) : null;
    if (!read?.id) return [];
    return [{ attachment: read, thumbnail: safeImage(textOrNull(thumbnail)), given: given === true }];
  });
  return { files, lost: strings(kept.lost) };
}

export function rememberFiles(url: string | null, { files, lost }: KeptFiles): void {
  remember("files", url, files.length + lost.length === 0 ? null : { files, lost });
}

/** Those that are where the text says so, in its order. */
function readTags(value: unknown, words: string): PlacedTag[] {
  const tags: PlacedTag[] = [];
  let from = 0;
  for (const { at, tag } of records(value)) {
    const read = isRecord(tag) ? parseUserContent(tag) : null;
    if (read?.type !== "input_tag" || read.text === "" || typeof at !== "number" || at < from) continue;
    if (!words.startsWith(read.text, at)) continue;
    tags.push({ at, tag: read });
    from = at + read.text.length;
  }
  return tags;
}

type Kind = "draft" | "files";

function recall(kind: Kind, url: string | null): Record<string, unknown> {
  if (url === null) return {};
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(keyOf(kind, url)) ?? "null");
    return isRecord(kept) ? kept : {};
  } catch {
    return {};
  }
}

/** Null forgets. */
function remember(kind: Kind, url: string | null, value: object | null): void {
  if (url === null) return;
  try {
    // What was there before is worse than nothing, should the new one not fit.
    sessionStorage.removeItem(keyOf(kind, url));
    if (value !== null) sessionStorage.setItem(keyOf(kind, url), JSON.stringify(value));
  } catch {
    // Storage is full or forbidden, or a host's data cannot be written down: not remembered then.
  }
}

function keyOf(kind: Kind, url: string): string {
  return `chatkit.${kind}:${url}`;
}
