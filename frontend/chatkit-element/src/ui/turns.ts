import type { ThreadItem, UserMessageItem } from "../protocol/types.ts";

/** A user's message and what answered it; a thread may also begin with an answer. */
export interface Turn {
  id: string;
  question: UserMessageItem | null;
  answers: readonly ThreadItem[];
  items: readonly ThreadItem[];
}

export function turnsOf(items: readonly ThreadItem[]): Turn[] {
  const groups: ThreadItem[][] = [];
  for (const item of items) {
    if (item.type === "user_message" || groups.length === 0) groups.push([item]);
    else groups.at(-1)?.push(item);
  }
  return groups.map((group) => {
    const [first] = group;
    const question = first?.type === "user_message" ? first : null;
    return { id: first?.id ?? "", question, answers: question ? group.slice(1) : group, items: group };
  });
}

/** The turns with those that did not change as they were before, so that drawing can skip them. */
export function keepTurns(before: readonly Turn[], now: readonly Turn[]): Turn[] {
  const known = new Map(before.map((turn) => [turn.id, turn]));
  return now.map((turn) => {
    const old = known.get(turn.id);
    const same =
      old?.items.length === turn.items.length && old.items.every((item, at) => item === turn.items[at]);
    return old && same ? old : turn;
  });
}

/** The item shows by itself that the reply goes on. */
export function isBusyItem(item: ThreadItem): boolean {
  if (item.type === "assistant_message") return item.content.some((part) => part.text !== "");
  if (item.type === "workflow") {
    const { workflow } = item;
    if (workflow.type === "reasoning") return workflow.summary === null;
    return workflow.tasks.some((task) => task.status === "loading");
  }
  if (item.type === "task") return item.task.status === "loading";
  return item.type === "client_tool_call" && item.status === "pending";
}

/** What a turn's copy button copies. */
export function turnText(items: readonly ThreadItem[]): string {
  return items
    .map((item) => {
      if (item.type === "assistant_message") return item.content.map((part) => part.text).join("\n\n");
      return item.type === "widget" ? (item.copy_text ?? "") : "";
    })
    .filter((text) => text.trim() !== "")
    .join("\n\n");
}
