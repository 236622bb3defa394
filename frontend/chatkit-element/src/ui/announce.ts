/** What a screen reader hears of a running reply: whole sentences and steps, each once. Pure. */
import { plainText } from "../markdown.ts";
import type { ThreadItem } from "../protocol/types.ts";

/** By item id, and for steps by item id and index: how much of it was said. */
export type Said = ReadonlyMap<string, number>;

export interface News {
  said: Said;
  sentences: readonly string[];
}

const SENTENCE_END = /[.!?…。！？:](?=\s|$)|\n/g;

/** `final`: nothing more comes, so a last half sentence is said too. */
export function newsOf(items: readonly ThreadItem[], said: Said, final: boolean): News {
  const next = new Map(said);
  const sentences: string[] = [];
  for (const item of items) {
    if (item.type === "assistant_message") {
      const text = item.content.map((part) => part.text).join("\n");
      const from = next.get(item.id) ?? 0;
      const end = final ? text.length : lastSentenceEnd(text, from);
      if (end <= from) continue;
      next.set(item.id, end);
      const words = plainText(text.slice(from, end)).trim();
      if (words) sentences.push(words);
    }
    const tasks = item.type === "workflow" ? item.workflow.tasks : item.type === "task" ? [item.task] : [];
    tasks.forEach((task, index) => {
      const key = `${item.id}/${index}/${task.status}/${task.title}`;
      if (task.title === "" || next.has(key)) return;
      next.set(key, 1);
      sentences.push(task.title);
    });
  }
  return { said: next, sentences };
}

function lastSentenceEnd(text: string, from: number): number {
  let end = from;
  const tail = text.slice(from);
  for (const match of tail.matchAll(SENTENCE_END)) {
    const at = match.index + match[0].length;
    // A full stop at the very end may yet become "3.5".
    if (match[0] === "\n" || at < tail.length) end = from + at;
  }
  return end;
}
