import { cleanup, fireEvent, render, screen, waitFor, within } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { aTask } from "@/testing/fixtures";
import type { Task } from "@/types/task";
import { TaskList } from "./TaskList";
import { groupTasks, OPEN_TASKS } from "./task-groups";

const NOW = new Date(2026, 10, 24, 12, 0);
const NONE = new Set<string>();
const on = { complete: vi.fn(), edit: vi.fn(), delete: vi.fn(), save: vi.fn(), editEnd: vi.fn() };
beforeEach(() => vi.resetAllMocks());
afterEach(cleanup);

function aList(tasks: Task[], editing: string | null = null) {
  return (
    <TaskList
      editing={editing}
      foldDone
      glowing={NONE}
      groups={groupTasks(tasks, OPEN_TASKS, NOW)}
      now={NOW}
      onComplete={on.complete}
      onDelete={on.delete}
      onEdit={on.edit}
      onEditEnd={on.editEnd}
      onSave={on.save}
      rowKeys={{}}
      settling={NONE}
    />
  );
}

const show = (tasks: Task[], editing?: string) => render(aList(tasks, editing));

test("the list is named Tasks, and each item holds one checkbox named by the title", () => {
  show([
    aTask({ number: 1, due_at: new Date(2026, 10, 20).toISOString(), labels: ["home"] }),
    aTask({ number: 2, priority: "high", description: "Ask Tom" }),
    aTask({ number: 3, completed: true, completed_at: NOW.toISOString() }),
  ]);
  const items = within(screen.getByRole("list", { name: "Tasks" })).getAllByRole("listitem");
  const boxes = items.map((item) => within(item).getAllByRole<HTMLInputElement>("checkbox"));
  expect(boxes.map(([box]) => [box?.getAttribute("aria-label"), box?.checked])).toEqual([
    ["Task 1", false],
    ["Task 2", false],
    ["Task 3", true],
  ]);
  expect(boxes.every(({ length }) => length === 1)).toBe(true);
  expect(screen.getAllByRole("heading").map((heading) => heading.textContent)).toEqual([
    "Overdue 1",
    "No date 1",
    "Done today 1",
  ]);
});

test("checkbox, title and bin do what they say", () => {
  const task = aTask();
  show([task]);
  fireEvent.click(screen.getByRole("checkbox", { name: "Task 1" }));
  fireEvent.click(screen.getByRole("button", { name: "Edit Task 1" }));
  fireEvent.click(screen.getByRole("button", { name: "Delete Task 1" }));
  expect(on.complete).toHaveBeenCalledExactlyOnceWith(task);
  expect(on.edit).toHaveBeenCalledExactlyOnceWith(task);
  expect(on.delete).toHaveBeenCalledExactlyOnceWith(task);
});

test("a row keeps its node, and with it the focus, when the groups around it come and go", () => {
  const today = aTask({ number: 1, due_at: new Date(2026, 10, 24, 20).toISOString() });
  const { rerender } = show([today, aTask({ number: 2 })]);
  const box = screen.getByRole("checkbox", { name: "Task 2" });
  rerender(aList([aTask({ number: 2 })]));
  expect(screen.getByRole("checkbox", { name: "Task 2" })).toBe(box);
});

test("of what was done today a few are shown, the rest on demand", () => {
  const done = { completed: true, completed_at: NOW.toISOString() };
  show(Array.from({ length: 8 }, (_, index) => aTask({ number: index + 1, ...done })));
  expect(screen.getAllByRole("checkbox")).toHaveLength(5);
  fireEvent.click(screen.getByRole("button", { name: "Show 3 more done today" }));
  expect(screen.getAllByRole("checkbox")).toHaveLength(8);
});

test("editing sends only what was changed", async () => {
  on.save.mockResolvedValue(null);
  const task = aTask({
    due_at: new Date(2026, 10, 25, 23, 59, 59).toISOString(),
    labels: ["home"],
  });
  show([task], task.id);
  const labels = screen.getByLabelText("Labels");
  fireEvent.change(labels, { target: { value: "home, #errands" } });
  fireEvent.submit(labels);
  await waitFor(() => expect(on.editEnd).toHaveBeenCalled());
  expect(on.save).toHaveBeenCalledExactlyOnceWith(task, { labels: ["home", "errands"] });
});

test("a refused edit stays open and says why; Escape leaves all as it was", async () => {
  on.save.mockRejectedValue(new Error("labels must be at most 50 characters."));
  const task = aTask();
  show([task], task.id);
  const title = screen.getByRole("textbox", { name: "Title" });
  fireEvent.change(title, { target: { value: "Renamed" } });
  fireEvent.submit(title);
  expect(await screen.findByText(/at most 50 characters/)).toBeTruthy();
  expect(on.editEnd).not.toHaveBeenCalled();
  fireEvent.keyDown(title, { key: "Escape" });
  expect(on.editEnd).toHaveBeenCalledExactlyOnceWith(task);
});
