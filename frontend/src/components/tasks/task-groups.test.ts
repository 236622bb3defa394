import { expect, test } from "vitest";
import { aTask } from "@/testing/fixtures";
import type { TaskQuery } from "@/types/task";
import { countTasks, groupTasks, isFiltered, matches, OPEN_TASKS } from "./task-groups";

const NOW = new Date(2026, 10, 24, 12, 0);
const at = (day: number, hour: number) => new Date(2026, 10, day, hour, 0).toISOString();

const OVERDUE = aTask({ number: 1, due_at: at(24, 9) });
const TODAY = aTask({ number: 2, due_at: at(24, 23) });
const UPCOMING = aTask({ number: 3, due_at: at(25, 1) });
const NO_DATE = aTask({ number: 4 });
const DONE_TODAY = aTask({ number: 5, completed: true, completed_at: at(24, 8) });
const DONE = aTask({ number: 6, completed: true, completed_at: at(20, 8) });
const ALL = [DONE, DONE_TODAY, NO_DATE, UPCOMING, TODAY, OVERDUE];

const names = (query: TaskQuery, settling?: Set<string>) =>
  groupTasks(ALL, query, NOW, settling).map(({ name, tasks }) => [name, ...tasks.map((t) => t.id)]);

test("the open list is grouped by time, with what was done today at its end", () => {
  expect(names(OPEN_TASKS)).toEqual([
    ["Overdue", "task_1"],
    ["Today", "task_2"],
    ["Upcoming", "task_3"],
    ["No date", "task_4"],
    ["Done today", "task_5"],
  ]);
});

test("completed and all show everything that is done", () => {
  expect(names({ ...OPEN_TASKS, status: "completed" })).toEqual([
    ["Done today", "task_5"],
    ["Done", "task_6"],
  ]);
  expect(names({ ...OPEN_TASKS, status: "all" })).toHaveLength(6);
});

test("a task that has just been completed stays where it was for a moment", () => {
  expect(names(OPEN_TASKS, new Set(["task_5"]))).toContainEqual(["No date", "task_4", "task_5"]);
});

test("within a group: by time, then priority, then age", () => {
  const tasks = [
    aTask({ number: 1 }),
    aTask({ number: 2, priority: "high" }),
    aTask({ number: 3, priority: "low" }),
    aTask({ number: 4, priority: "high" }),
  ];
  const [group] = groupTasks(tasks, OPEN_TASKS, NOW);
  expect(group?.tasks.map(({ number }) => number)).toEqual([2, 4, 3, 1]);
});

test.each<[Partial<TaskQuery>, number[]]>([
  [{ due: "overdue" }, [1]],
  [{ due: "today" }, [1, 2]],
  [{ due: "upcoming" }, [3]],
  [{ priority: "high" }, []],
  [{ q: "task 2" }, [2]],
  [{ q: "2 TASK" }, [2]],
  [{ q: "task nothing" }, []],
])("the filter %j lets through what the server's would", (query, numbers) => {
  const found = ALL.filter((task) => matches(task, { ...OPEN_TASKS, ...query }, NOW));
  expect(found.map(({ number }) => number).sort()).toEqual(numbers);
});

test("labels are equal whatever their case; the description is searched too", () => {
  const task = aTask({ labels: ["Home"], description: "Ask Tom" });
  expect(matches(task, { ...OPEN_TASKS, label: "home" }, NOW)).toBe(true);
  expect(matches(task, { ...OPEN_TASKS, label: "ho" }, NOW)).toBe(false);
  expect(matches(task, { ...OPEN_TASKS, q: "tom" }, NOW)).toBe(true);
});

test("the header counts open tasks only", () => {
  expect(countTasks(ALL, NOW)).toEqual({ overdue: 1, today: 1, open: 4, doneToday: 1 });
});

test("only a change from the open list is a filter", () => {
  expect(isFiltered(OPEN_TASKS)).toBe(false);
  expect(isFiltered({ ...OPEN_TASKS, q: "x" })).toBe(true);
});
