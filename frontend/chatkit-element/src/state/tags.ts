/**
 * Text with tags in it: a plain text, and which stretches of it are tags. A text field holds the text; the tags move
 * with what is typed around them, and one that is typed into is a tag no longer.
 */
import type { UserContent, UserTag } from "../protocol/types.ts";

export interface PlacedTag {
  /** Where its text begins. */
  at: number;
  tag: UserTag;
}

export interface TaggedText {
  text: string;
  /** In the order of the text. */
  tags: readonly PlacedTag[];
}

export function readContent(content: readonly UserContent[]): TaggedText {
  let text = "";
  const tags: PlacedTag[] = [];
  for (const part of content) {
    if (part.type === "input_tag" && part.text !== "") tags.push({ at: text.length, tag: part });
    text += part.text;
  }
  return { text, tags };
}

/** What is sent: stretches of text and tags, without the space around the whole. */
export function toContent({ text, tags }: TaggedText): UserContent[] {
  const parts: UserContent[] = [];
  let from = 0;
  for (const { at, tag } of tags) {
    if (at > from) parts.push({ type: "input_text", text: text.slice(from, at) });
    parts.push(tag);
    from = at + tag.text.length;
  }
  if (from < text.length) parts.push({ type: "input_text", text: text.slice(from) });
  return trimmed(parts);
}

function trimmed(parts: UserContent[]): UserContent[] {
  const last = parts.length - 1;
  return parts
    .map((part, index) => {
      if (part.type !== "input_text") return part;
      let { text } = part;
      if (index === 0) text = text.trimStart();
      if (index === last) text = text.trimEnd();
      return { ...part, text };
    })
    .filter((part) => part.text !== "");
}

/**
 * After the field's text became another one, by a change that ends at `caret`. A tag that was typed into leaves its
 * letters as text.
 */
export function retype(before: TaggedText, text: string, caret: number): TaggedText {
  const { start, removed, added } = changeOf(before.text, text, caret);
  const tags: PlacedTag[] = [];
  for (const placed of before.tags) {
    const end = placed.at + placed.tag.text.length;
    if (end <= start) tags.push(placed);
    else if (placed.at >= start + removed) tags.push({ ...placed, at: placed.at + added - removed });
  }
  return { text, tags };
}

/** The stretch that was replaced: what comes before the caret's change, and what stands after the caret, is unchanged. */
function changeOf(before: string, after: string, caret: number) {
  const tail = Math.min(after.length - Math.min(caret, after.length), before.length);
  let kept = 0;
  while (kept < tail && before.at(-1 - kept) === after.at(-1 - kept)) kept += 1;
  const most = Math.min(before.length, after.length) - kept;
  let start = 0;
  while (start < most && before[start] === after[start]) start += 1;
  return { start, removed: before.length - kept - start, added: after.length - kept - start };
}

/** Puts a tag, and a space behind it, where `from` to `to` was. */
export function insertTag(
  before: TaggedText,
  from: number,
  to: number,
  tag: UserTag,
): TaggedText & { caret: number } {
  const rest = before.text.slice(to);
  const space = /^\s/.test(rest) ? "" : " ";
  const cut = retype(
    before,
    before.text.slice(0, from) + tag.text + space + rest,
    from + tag.text.length + space.length,
  );
  const tags = [...cut.tags, { at: from, tag }].toSorted((one, other) => one.at - other.at);
  return { text: cut.text, tags, caret: from + tag.text.length + 1 };
}

/** The tag that ends at the caret, which a Backspace takes out as a whole. */
export function tagBefore({ tags }: TaggedText, caret: number): PlacedTag | undefined {
  return tags.find(({ at, tag }) => at + tag.text.length === caret);
}
