import type { Priority } from "@/types/task";
import type { News } from "./task-list";

export const PRIORITY_NAMES: Record<Priority, string> = {
  none: "No priority",
  low: "Low priority",
  medium: "Medium priority",
  high: "High priority",
};

const AUTHORS: Record<News["by"], string> = {
  assistant: "by the assistant",
  mcp: "by a connected app",
  admin: "by the staff",
  user: "in another window",
};

const KINDS: Record<News["kind"], string> = {
  added: "Added",
  changed: "Changed",
  completed: "Completed",
  reopened: "Reopened",
  deleted: "Deleted",
};

/** "Added by the assistant: buy groceries". */
export function newsWords({ kind, by, title }: News): string {
  return `${KINDS[kind]} ${AUTHORS[by] ?? AUTHORS.user}: ${title}`;
}
