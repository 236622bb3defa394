import { beforeEach, expect, test, vi } from "vitest";
import type { TaskApi } from "@/lib/api";
import { aTask } from "@/testing/fixtures";
import type { TaskPage } from "@/types/task";
import { OPEN_TASKS } from "./task-groups";
import { loadMore, loadView } from "./task-loader";

const list = vi.fn<(query: object, page: { cursor?: string | null }) => Promise<TaskPage>>();
const dispatch = vi.fn();
const api = { list } as unknown as TaskApi;
const loading = { api, clock: 3, dispatch, signal: new AbortController().signal };
const page = (numbers: number[], next_cursor: string | null = null): TaskPage => ({
  items: numbers.map((number) => aTask({ number })),
  next_cursor,
});

beforeEach(() => vi.resetAllMocks());

test("the open list is fetched whole, with what was done", async () => {
  list.mockImplementation(async (query, { cursor }) => {
    if ("status" in query && query.status === "completed") return page([9]);
    return cursor ? page([3]) : page([1, 2], "next");
  });
  expect(await loadView({ ...loading, query: OPEN_TASKS })).toBeNull();
  const settled = dispatch.mock.lastCall?.[0];
  expect(settled).toMatchObject({ type: "settled", clock: 3 });
  expect([...settled.ids]).toEqual(["task_1", "task_2", "task_3", "task_9"]);
  expect(settled.covers(aTask({ completed: true }))).toBe(true);
});

test("another view begins with one page; the next comes when it is asked for", async () => {
  const query = { ...OPEN_TASKS, status: "completed" } as const;
  list.mockResolvedValueOnce(page([1], "next"));
  expect(await loadView({ ...loading, query })).toBe("next");
  list.mockResolvedValueOnce(page([2]));
  expect(await loadMore({ ...loading, query, cursor: "next" })).toBeNull();
  expect(list.mock.lastCall?.[1]).toMatchObject({ cursor: "next" });
});

test("a failed page leaves the list as it was", async () => {
  list.mockRejectedValue(new Error("offline"));
  await expect(loadView({ ...loading, query: OPEN_TASKS })).rejects.toThrow("offline");
  expect(dispatch).not.toHaveBeenCalled();
});
