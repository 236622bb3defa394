import { type DueFilter, PRIORITIES, type Task, type TaskQuery } from "@/types/task";

export type GroupName = "Overdue" | "Today" | "Upcoming" | "No date" | "Done today" | "Done";

export interface TaskGroup {
  name: GroupName;
  tasks: Task[];
}

export const OPEN_TASKS: TaskQuery = { status: "open", q: "", priority: "", label: "", due: "" };

export function isFiltered(query: TaskQuery): boolean {
  return Object.entries(OPEN_TASKS).some(
    ([name, value]) => query[name as keyof TaskQuery] !== value,
  );
}

/** Where an open task stands in time. */
export function dueGroup(task: Task, now: Date): "Overdue" | "Today" | "Upcoming" | "No date" {
  if (!task.due_at) return "No date";
  const due = new Date(task.due_at);
  if (due < now) return "Overdue";
  return isSameDay(due, now) ? "Today" : "Upcoming";
}

/** The same filter as the server's, for changes that arrive while a filter is on. */
export function matches(task: Task, query: TaskQuery, now: Date): boolean {
  if (query.status !== "all" && task.completed !== (query.status === "completed")) return false;
  if (query.priority && task.priority !== query.priority) return false;
  if (query.label && !task.labels.some((label) => fold(label) === fold(query.label))) return false;
  return (!query.due || isDue(task, query.due, now)) && holdsWords(task, query.q);
}

function isDue(task: Task, filter: DueFilter, now: Date): boolean {
  if (!task.due_at) return false;
  const due = new Date(task.due_at);
  if (filter === "overdue") return due < now && !task.completed;
  return filter === "today" ? isSameDay(due, now) : due > now && !isSameDay(due, now);
}

/** Every word somewhere in title or description. */
function holdsWords(task: Task, q: string): boolean {
  const text = fold(`${task.title}\n${task.description}`);
  return fold(q)
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/**
 * The list as it is shown. `settling` are tasks that were completed or reopened a moment ago: they
 * stay where they were until the user has seen it.
 */
export function groupTasks(
  tasks: readonly Task[],
  query: TaskQuery,
  now: Date,
  settling: ReadonlySet<string> = new Set(),
): TaskGroup[] {
  const groups = new Map<GroupName, Task[]>(
    (["Overdue", "Today", "Upcoming", "No date", "Done today", "Done"] as const).map((name) => [
      name,
      [],
    ]),
  );
  for (const task of tasks) {
    const completed = task.completed !== settling.has(task.id);
    if (!matches({ ...task, completed }, withDoneToday(query, completed), now)) continue;
    const name = completed ? doneGroup(task, query, now) : dueGroup(task, now);
    if (name) groups.get(name)?.push(task);
  }
  return [...groups]
    .filter(([, members]) => members.length > 0)
    .map(([name, members]) => ({
      name,
      tasks: members.sort(name.startsWith("Done") ? byCompletion : byUrgency),
    }));
}

/** The open list also shows what was done today: a finished task doesn't just vanish. */
function withDoneToday(query: TaskQuery, completed: boolean): TaskQuery {
  return completed && query.status === "open" ? { ...query, status: "completed" } : query;
}

function doneGroup(task: Task, query: TaskQuery, now: Date): "Done today" | "Done" | null {
  // Reopened a moment ago and still shown as done: there is no time of completion any more.
  const completedAt = task.completed_at ? new Date(task.completed_at) : now;
  if (isSameDay(completedAt, now)) return "Done today";
  return query.status === "open" ? null : "Done";
}

export interface Counts {
  overdue: number;
  today: number;
  open: number;
  doneToday: number;
}

export function countTasks(tasks: readonly Task[], now: Date): Counts {
  const counts = { overdue: 0, today: 0, open: 0, doneToday: 0 };
  for (const task of tasks) {
    if (task.completed) {
      if (task.completed_at && isSameDay(new Date(task.completed_at), now)) counts.doneToday += 1;
      continue;
    }
    counts.open += 1;
    const group = dueGroup(task, now);
    if (group === "Overdue") counts.overdue += 1;
    if (group === "Today") counts.today += 1;
  }
  return counts;
}

export function allLabels(tasks: readonly Task[]): string[] {
  return [...new Set(tasks.flatMap((task) => task.labels))].sort((a, b) => a.localeCompare(b));
}

function byUrgency(a: Task, b: Task): number {
  return (
    dueTime(a) - dueTime(b) ||
    PRIORITIES.indexOf(b.priority) - PRIORITIES.indexOf(a.priority) ||
    a.number - b.number
  );
}

function byCompletion(a: Task, b: Task): number {
  return (b.completed_at ?? "").localeCompare(a.completed_at ?? "") || b.number - a.number;
}

function dueTime(task: Task): number {
  return task.due_at ? Date.parse(task.due_at) : 0;
}

export function isSameDay(a: Date, b: Date): boolean {
  return a.toDateString() === b.toDateString();
}

function fold(text: string): string {
  return text.normalize("NFKC").toLowerCase();
}
