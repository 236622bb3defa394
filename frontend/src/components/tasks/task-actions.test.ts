import { beforeEach, expect, test, vi } from "vitest";
import type { TaskApi } from "@/lib/api";
import { aTask } from "@/testing/fixtures";
import { createTaskActions } from "./task-actions";

const api = { create: vi.fn(), update: vi.fn(), remove: vi.fn(), restore: vi.fn() };
const dispatch = vi.fn();
const actions = createTaskActions(api as unknown as TaskApi, dispatch);
const types = () => dispatch.mock.calls.map(([action]) => action.type);

beforeEach(() => vi.resetAllMocks());

test("a change is begun at once and saved with the server's answer", async () => {
  const task = aTask({ title: "milk" });
  api.create.mockResolvedValue(task);
  const added = actions.add({ title: "milk" });
  expect(types()).toEqual(["begin"]);
  expect(dispatch.mock.lastCall?.[0].change.task).toMatchObject({ title: "milk", labels: [] });
  expect(await added).toBe(task);
  expect(dispatch).toHaveBeenLastCalledWith(expect.objectContaining({ type: "saved", task }));
});

test("a refused one is taken back, and whoever asked hears why", async () => {
  api.remove.mockRejectedValue(new Error("The database is busy."));
  await expect(actions.remove("task_1")).rejects.toThrow("The database is busy.");
  expect(types()).toEqual(["begin", "failed"]);
});

test("changes of one task go out one after the other, also after a failure", async () => {
  let fail: (error: Error) => void = () => undefined;
  api.update.mockReturnValueOnce(
    new Promise((_, reject) => {
      fail = reject;
    }),
  );
  api.update.mockResolvedValue(aTask());
  const first = actions.update("task_1", { completed: true });
  const second = actions.update("task_1", { completed: false });
  await actions.update("task_2", { completed: true });
  expect(api.update.mock.calls.map(([id]) => id)).toEqual(["task_1", "task_2"]);
  fail(new Error("offline"));
  await expect(first).rejects.toThrow("offline");
  await second;
  expect(api.update).toHaveBeenLastCalledWith("task_1", { completed: false });
});
