import type { Author, LiveEvent, Task, TaskChanges } from "@/types/task";

interface PendingCreate {
  key: string;
  kind: "create";
  task: Task;
  /** The id by which its event called it, when that came before the answer. */
  savedAs?: string;
}

/** A change that the user sees already and the server has not confirmed. */
export type PendingChange =
  | PendingCreate
  | { key: string; kind: "update"; id: string; changes: TaskChanges }
  | { key: string; kind: "remove"; id: string }
  /** Shows nothing until the server has answered; its event is our own all the same. */
  | { key: string; kind: "restore"; id: string };

/** Something that happened elsewhere, for the highlight and the screen reader. */
export interface News {
  sequence: number;
  id: string;
  title: string;
  by: Author;
  kind: "added" | "changed" | "completed" | "reopened" | "deleted";
}

export interface TaskListState {
  /** As the server last told. */
  tasks: Readonly<Record<string, Task>>;
  pending: readonly PendingChange[];
  /** Deleted tasks, so that a late event or page doesn't bring one back. */
  removed: Readonly<Record<string, { updatedAt: string; clock: number }>>;
  /** The clock at each task's last answer or event: a page fetched before that knows less. */
  touched: Readonly<Record<string, number>>;
  /** Raised by every action. */
  clock: number;
  news: readonly News[];
  /** The draft that a task was: its row goes on under that key, instead of being another one. */
  rowKeys: Readonly<Record<string, string>>;
}

export const EMPTY_LIST: TaskListState = {
  tasks: {},
  pending: [],
  removed: {},
  touched: {},
  clock: 0,
  news: [],
  rowKeys: {},
};

export type TaskListAction =
  /** The user changed something. */
  | { type: "begin"; change: PendingChange }
  /** The server has it; `task` is how it stands there now, null when it is deleted. */
  | { type: "saved"; key: string; task: Task | null }
  /** The server refused: what was shown before is shown again. */
  | { type: "failed"; key: string }
  /** Tasks fetched by a request that began at `clock`. */
  | { type: "fetched"; tasks: readonly Task[]; clock: number }
  /** Everything that fits `covers` has been fetched: what is not among `ids` is gone. */
  | {
      type: "settled";
      ids: ReadonlySet<string>;
      covers: (task: Task) => boolean;
      clock: number;
    }
  | { type: "event"; event: Extract<LiveEvent, { task: Task }> };

/** The whole list as a pure function of what the user, the server and other windows did. */
export function taskListReducer(previous: TaskListState, action: TaskListAction): TaskListState {
  const state = { ...previous, clock: previous.clock + 1 };
  switch (action.type) {
    case "begin":
      return { ...state, pending: [...state.pending, action.change] };
    case "failed":
      return withoutPending(state, action.key);
    case "saved":
      return saved(state, action.key, action.task);
    case "fetched":
      return action.tasks.reduce((list, task) => mergeFetched(list, task, action.clock), state);
    case "settled":
      return settle(state, action);
    case "event":
      return receive(state, action.event);
  }
}

/** What the user sees: the server's tasks with the pending changes on top. */
export function visibleTasks(state: TaskListState): Task[] {
  const shown = new Map(Object.entries(state.tasks));
  for (const change of state.pending) {
    if (change.kind === "create") {
      if (!change.savedAs) shown.set(change.task.id, change.task);
    } else if (change.kind === "remove") {
      shown.delete(change.id);
    } else if (change.kind === "update") {
      const task = shown.get(change.id);
      if (task) shown.set(change.id, applyChanges(task, change.changes));
    }
  }
  return [...shown.values()];
}

function applyChanges(task: Task, changes: TaskChanges): Task {
  const changed = { ...task, ...changes };
  if (changes.completed === undefined || changes.completed === task.completed) return changed;
  return { ...changed, completed_at: changes.completed ? new Date().toISOString() : null };
}

/** Whether `a` is an older state of a task than `b`; times are ISO with any number of decimals. */
export function isOlder(a: string, b: string): boolean {
  const difference = Date.parse(a) - Date.parse(b);
  return difference === 0 ? a < b : difference < 0;
}

function withoutPending(state: TaskListState, key: string): TaskListState {
  return { ...state, pending: state.pending.filter((change) => change.key !== key) };
}

function saved(state: TaskListState, key: string, task: Task | null): TaskListState {
  const change = state.pending.find((candidate) => candidate.key === key);
  const rest = withoutPending(state, key);
  if (task) return upsert(change?.kind === "create" ? withRowKey(rest, change, task) : rest, task);
  return change?.kind === "remove" ? remove(rest, change.id) : rest;
}

function upsert(state: TaskListState, task: Task): TaskListState {
  const known = state.tasks[task.id];
  if (known && isOlder(task.updated_at, known.updated_at)) return state;
  const { [task.id]: _, ...removed } = state.removed;
  return {
    ...state,
    tasks: { ...state.tasks, [task.id]: task },
    touched: { ...state.touched, [task.id]: state.clock },
    removed,
  };
}

function remove(state: TaskListState, id: string, updatedAt?: string): TaskListState {
  const { [id]: known, ...tasks } = state.tasks;
  const mark = { updatedAt: updatedAt ?? known?.updated_at ?? "", clock: state.clock };
  return { ...state, tasks, removed: { ...state.removed, [id]: mark } };
}

function mergeFetched(state: TaskListState, task: Task, clock: number): TaskListState {
  const removed = state.removed[task.id];
  if (removed && removed.clock > clock) return state;
  const known = state.tasks[task.id];
  if (known && !isOlder(known.updated_at, task.updated_at)) return state;
  const list = upsert(state, task);
  // A page is no news: only an answer or an event makes a task younger than a later page.
  return { ...list, touched: state.touched };
}

function settle(
  state: TaskListState,
  { ids, covers, clock }: Extract<TaskListAction, { type: "settled" }>,
): TaskListState {
  const kept = Object.entries(state.tasks).filter(
    ([id, task]) => ids.has(id) || !covers(task) || (state.touched[id] ?? 0) > clock,
  );
  return { ...state, tasks: Object.fromEntries(kept) };
}

function receive(state: TaskListState, event: Extract<LiveEvent, { task: Task }>): TaskListState {
  const { task, type, by = "user" } = event;
  const known = state.tasks[task.id];
  const removed = state.removed[task.id];
  if (known && isOlder(task.updated_at, known.updated_at)) return state;

  if (type === "task.deleted") {
    const list = remove(state, task.id, task.updated_at);
    return known && !isOwn(state, task.id) ? withNews(list, task, by, "deleted") : list;
  }
  if (removed && type !== "task.created" && !isOlder(removed.updatedAt, task.updated_at)) {
    return state;
  }
  const ownCreate = known ? undefined : state.pending.find((change) => creates(change, task));
  const list = upsert(state, task);
  if (ownCreate) {
    const pending = markSaved(list.pending, ownCreate.key, task.id);
    return withRowKey({ ...list, pending }, ownCreate, task);
  }
  if (known?.updated_at === task.updated_at || isOwn(state, task.id)) return list;
  return withNews(list, task, by, kindOf(known, task));
}

/** Our own creation may come back as an event before the request's answer does. */
function creates(change: PendingChange, task: Task): change is PendingCreate {
  return change.kind === "create" && !change.savedAs && change.task.title === task.title;
}

function markSaved(pending: readonly PendingChange[], key: string, id: string): PendingChange[] {
  return pending.map((change) =>
    change.key === key && change.kind === "create" ? { ...change, savedAs: id } : change,
  );
}

function withRowKey(state: TaskListState, change: PendingCreate, task: Task): TaskListState {
  return { ...state, rowKeys: { ...state.rowKeys, [task.id]: change.task.id } };
}

function isOwn(state: TaskListState, id: string): boolean {
  return state.pending.some((change) =>
    change.kind === "create" ? change.savedAs === id : change.id === id,
  );
}

function kindOf(known: Task | undefined, task: Task): News["kind"] {
  if (!known) return "added";
  if (known.completed === task.completed) return "changed";
  return task.completed ? "completed" : "reopened";
}

const NEWS_KEPT = 20;

function withNews(state: TaskListState, task: Task, by: Author, kind: News["kind"]): TaskListState {
  const item: News = { sequence: state.clock, id: task.id, title: task.title, by, kind };
  return { ...state, news: [...state.news, item].slice(-NEWS_KEPT) };
}
