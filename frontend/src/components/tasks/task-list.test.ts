import { expect, test } from "vitest";
import { aTask } from "@/testing/fixtures";
import type { LiveEvent, Task } from "@/types/task";
import {
  EMPTY_LIST,
  isOlder,
  type PendingChange,
  type TaskListAction,
  taskListReducer,
  visibleTasks,
} from "./task-list";

const EARLY = "2026-11-24T10:00:00.000000Z";
const LATE = "2026-11-24T10:00:00.000001Z";

type TaskEvent = Extract<LiveEvent, { task: Task }>;

const play = (...actions: TaskListAction[]) => actions.reduce(taskListReducer, EMPTY_LIST);
const fetched = (...tasks: Task[]): TaskListAction => ({ type: "fetched", tasks, clock: 0 });
const begin = (change: PendingChange): TaskListAction => ({ type: "begin", change });
const saved = (key: string, task: Task | null): TaskListAction => ({ type: "saved", key, task });
const happened = (type: TaskEvent["type"], task: Task, by: TaskEvent["by"] = "user") =>
  ({ type: "event", event: { type, task, by } }) as const satisfies TaskListAction;
const titles = (state: ReturnType<typeof play>) => visibleTasks(state).map(({ title }) => title);

const DRAFT = aTask({ id: "draft:1", title: "milk" });
const CREATE: PendingChange = { key: "1", kind: "create", task: DRAFT };
const COMPLETE: PendingChange = {
  key: "1",
  kind: "update",
  id: "task_1",
  changes: { completed: true },
};

test("a change is seen at once, and is the server's once it is saved", () => {
  const state = play(fetched(aTask({ updated_at: EARLY })), begin(COMPLETE));
  expect(visibleTasks(state)[0]).toMatchObject({ completed: true });
  expect(visibleTasks(state)[0]?.completed_at).not.toBeNull();
  const done = aTask({ completed: true, updated_at: LATE, completed_at: LATE });
  const after = taskListReducer(state, saved("1", done));
  expect(after.pending).toEqual([]);
  expect(visibleTasks(after)).toEqual([done]);
});

test("a refused change is taken back", () => {
  const before = play(fetched(aTask()));
  for (const change of [CREATE, COMPLETE, { key: "1", kind: "remove", id: "task_1" } as const]) {
    const state = taskListReducer(taskListReducer(before, begin(change)), {
      type: "failed",
      key: "1",
    });
    expect(visibleTasks(state)).toEqual([aTask()]);
  }
});

test("what others changed meanwhile survives the taking back", () => {
  const theirs = aTask({ title: "Renamed", updated_at: LATE });
  const state = play(
    fetched(aTask({ updated_at: EARLY })),
    begin(COMPLETE),
    happened("task.updated", theirs),
    { type: "failed", key: "1" },
  );
  expect(visibleTasks(state)).toEqual([theirs]);
});

test("a new task is there once, whether its event or its answer comes first", () => {
  const milk = aTask({ number: 7, title: "milk" });
  const eventFirst = play(begin(CREATE), happened("task.created", milk));
  expect(titles(eventFirst)).toEqual(["milk"]);
  expect(titles(taskListReducer(eventFirst, saved("1", milk)))).toEqual(["milk"]);
  const answerFirst = play(begin(CREATE), saved("1", milk), happened("task.created", milk));
  expect(titles(answerFirst)).toEqual(["milk"]);
  // Its row goes on as the draft's: no second entrance.
  expect([eventFirst.rowKeys, answerFirst.rowKeys]).toEqual([
    { task_7: "draft:1" },
    { task_7: "draft:1" },
  ]);
  expect(eventFirst.news).toEqual([]);
  expect(answerFirst.news).toEqual([]);
});

test("an event older than what is shown is dropped", () => {
  const shown = aTask({ title: "New", updated_at: LATE });
  const stale = aTask({ title: "Old", updated_at: EARLY });
  expect(titles(play(fetched(shown), happened("task.updated", stale)))).toEqual(["New"]);
  expect(titles(play(fetched(shown), happened("task.deleted", stale)))).toEqual(["New"]);
  expect(titles(play(fetched(shown), saved("1", stale)))).toEqual(["New"]);
});

test("microseconds count, and so do different ways to write them", () => {
  expect(isOlder(EARLY, LATE)).toBe(true);
  expect(isOlder(LATE, EARLY)).toBe(false);
  expect(isOlder("2026-11-24T10:00:00Z", "2026-11-24T10:00:01.5Z")).toBe(true);
  expect(isOlder(EARLY, EARLY)).toBe(false);
});

test("a deleted task stays away: no late event and no late page brings it back", () => {
  const task = aTask({ updated_at: EARLY });
  const state = play(fetched(task), happened("task.deleted", { ...task, updated_at: LATE }));
  expect(titles(state)).toEqual([]);
  expect(titles(taskListReducer(state, happened("task.updated", task)))).toEqual([]);
  const latePage = { type: "fetched", tasks: [task], clock: state.clock - 1 } as const;
  expect(titles(taskListReducer(state, latePage))).toEqual([]);
});

test("a restored task comes back, by its answer, its event or a later page", () => {
  const task = aTask({ updated_at: EARLY });
  const deleted = play(
    fetched(task),
    begin({ key: "1", kind: "remove", id: task.id }),
    saved("1", null),
  );
  expect(titles(deleted)).toEqual([]);
  const restored = { ...task, updated_at: LATE };
  expect(titles(taskListReducer(deleted, saved("2", restored)))).toEqual(["Task 1"]);
  expect(titles(taskListReducer(deleted, happened("task.created", restored)))).toEqual(["Task 1"]);
  const laterPage = { type: "fetched", tasks: [task], clock: deleted.clock } as const;
  expect(titles(taskListReducer(deleted, laterPage))).toEqual(["Task 1"]);
});

test("settling removes what the server no longer has, but nothing that is younger", () => {
  const gone = aTask({ number: 1 });
  const kept = aTask({ number: 2 });
  const other = aTask({ number: 3, completed: true });
  const before = play(fetched(gone, kept, other));
  const during = taskListReducer(before, happened("task.created", aTask({ number: 4 })));
  const after = taskListReducer(during, {
    type: "settled",
    ids: new Set([kept.id]),
    covers: (task) => !task.completed,
    clock: before.clock,
  });
  expect(titles(after)).toEqual(["Task 2", "Task 3", "Task 4"]);
});

test("what came from elsewhere is news, with who did it", () => {
  const open = aTask({ updated_at: EARLY });
  const state = play(
    fetched(open),
    happened("task.created", aTask({ number: 2 }), "assistant"),
    happened("task.updated", { ...open, completed: true, updated_at: LATE }, "mcp"),
    happened("task.deleted", { ...open, completed: true, updated_at: `${LATE}0` }, "user"),
  );
  expect(state.news.map(({ kind, by, title }) => [kind, by, title])).toEqual([
    ["added", "assistant", "Task 2"],
    ["completed", "mcp", "Task 1"],
    ["deleted", "user", "Task 1"],
  ]);
});

test("the echo of the user's own change is no news", () => {
  const task = aTask({ updated_at: EARLY });
  const done = { ...task, completed: true, updated_at: LATE };
  const echoFirst = play(fetched(task), begin(COMPLETE), happened("task.updated", done));
  const answerFirst = play(
    fetched(task),
    begin(COMPLETE),
    saved("1", done),
    happened("task.updated", done),
  );
  const restore = play(
    begin({ key: "1", kind: "restore", id: task.id }),
    happened("task.created", task),
  );
  expect([echoFirst.news, answerFirst.news, restore.news]).toEqual([[], [], []]);
});
