export const PRIORITIES = ["none", "low", "medium", "high"] as const;
export type Priority = (typeof PRIORITIES)[number];

/** A task as the API writes it. Times are ISO 8601. */
export interface Task {
  id: string;
  /** Per user, never used again: people say "t12". */
  number: number;
  title: string;
  description: string;
  completed: boolean;
  priority: Priority;
  due_at: string | null;
  labels: string[];
  created_at: string;
  updated_at: string;
  completed_at: string | null;
}

/** What a user may set. */
export type TaskFields = Pick<Task, "title" | "description" | "priority" | "due_at" | "labels">;
export type NewTask = Pick<Task, "title"> & Partial<TaskFields>;
export type TaskChanges = Partial<TaskFields & Pick<Task, "completed">>;

export interface TaskPage {
  items: Task[];
  next_cursor: string | null;
}

export type TaskStatus = "open" | "completed" | "all";
export type DueFilter = "overdue" | "today" | "upcoming";

export interface TaskQuery {
  status: TaskStatus;
  q: string;
  priority: Priority | "";
  label: string;
  due: DueFilter | "";
}

/** Who made a change, as live events tell. */
export type Author = "user" | "assistant" | "mcp" | "admin";

export type LiveEvent =
  | { type: "task.created" | "task.updated" | "task.deleted"; task: Task; by?: Author }
  | { type: "run.started" | "run.finished"; thread_id: string; run_id: string }
  | { type: "thread.updated" | "thread.deleted"; thread_id: string }
  | { type: "sync" };

/** Of conversations; `sync`: something was missed. */
export type ThreadEvent = Exclude<LiveEvent, { task: Task }>;
