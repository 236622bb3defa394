import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { createRef } from "react";
import { afterEach, expect, test, vi } from "vitest";
import { ApiError } from "@/lib/api";
import { toDueAt } from "@/lib/due";
import type { NewTask } from "@/types/task";
import { AddTask } from "./AddTask";

const add = vi.fn<(task: NewTask) => Promise<unknown>>();
const NOW = new Date(2026, 10, 24, 12, 0);
afterEach(() => {
  cleanup();
  add.mockReset();
});

function show() {
  const inputRef = createRef<HTMLInputElement>();
  const field = (connected: boolean) => (
    <AddTask add={add} connected={connected} inputRef={inputRef} now={NOW}>
      <p>Filters</p>
    </AddTask>
  );
  const { rerender } = render(field(true));
  const input = screen.getByRole<HTMLInputElement>("textbox", { name: "New task" });
  const write = (value: string) => fireEvent.change(input, { target: { value } });
  const send = () => fireEvent.submit(input);
  const connect = (connected: boolean) => rerender(field(connected));
  return { input, write, send, connect };
}

test("Enter adds what was written and empties the field", () => {
  add.mockResolvedValue(null);
  const { input, write, send } = show();
  write("  buy groceries ");
  send();
  expect(add).toHaveBeenCalledExactlyOnceWith({
    title: "buy groceries",
    priority: "none",
    due_at: null,
    labels: [],
  });
  expect(input.value).toBe("");
});

test("nothing but spaces adds nothing", () => {
  const { write, send } = show();
  write("   ");
  send();
  expect(add).not.toHaveBeenCalled();
});

test("while one writes, the chips take the filters' place", () => {
  add.mockResolvedValue(null);
  const { write, send } = show();
  expect(screen.getByText("Filters")).toBeTruthy();
  write("call Ana");
  expect(screen.queryByText("Filters")).toBeNull();
  fireEvent.click(screen.getByRole("button", { name: "Tomorrow" }));
  fireEvent.click(screen.getByRole("button", { name: /Set priority/ }));
  send();
  expect(add).toHaveBeenCalledWith({
    title: "call Ana",
    priority: "low",
    due_at: toDueAt("2026-11-25"),
    labels: [],
  });
});

test("a refusal is said in place and the text comes back", async () => {
  add.mockRejectedValue(new Error("title is too long."));
  const { input, write, send } = show();
  write("too long");
  send();
  expect(await screen.findByText("title is too long.")).toBeTruthy();
  await waitFor(() => expect(input.value).toBe("too long"));
});

test("what the line says shows as chips before it is added", () => {
  add.mockResolvedValue(null);
  const { write, send } = show();
  write("Call the dentist tomorrow at 3pm !high #health");
  expect(screen.getByRole("button", { name: /^Due Tomorrow 15:00/ })).toBeTruthy();
  expect(screen.getByRole("button", { name: /^High priority/ })).toBeTruthy();
  expect(screen.getByRole("button", { name: /^Label health/ })).toBeTruthy();
  expect(screen.queryByRole("button", { name: "Today" })).toBeNull();
  send();
  expect(add).toHaveBeenCalledWith({
    title: "Call the dentist",
    priority: "high",
    due_at: toDueAt("2026-11-25", "15:00"),
    labels: ["health"],
  });
});

test("a chip that is taken away leaves its words in the title", () => {
  add.mockResolvedValue(null);
  const { write, send } = show();
  write("Watch Black Friday #tv");
  fireEvent.click(screen.getByRole("button", { name: /^Due Friday/ }));
  expect(screen.getByRole("button", { name: "Today" })).toBeTruthy();
  send();
  expect(add).toHaveBeenCalledWith({
    title: "Watch Black Friday",
    priority: "none",
    due_at: null,
    labels: ["tv"],
  });
});

test("a day that is picked counts before the one that is written", () => {
  add.mockResolvedValue(null);
  const { write, send } = show();
  write("Report of");
  fireEvent.click(screen.getByRole("button", { name: "Today" }));
  write("Report for the boss tomorrow");
  send();
  expect(add).toHaveBeenCalledWith({
    title: "Report for the boss tomorrow",
    priority: "none",
    due_at: toDueAt("2026-11-24"),
    labels: [],
  });
});

test("that TaskChat can't be reached is said until it can; what was written stays", async () => {
  add.mockRejectedValue(new ApiError(0, "network", "TaskChat can’t be reached."));
  const { input, write, send, connect } = show();
  write("call Ana tomorrow");
  send();
  expect(await screen.findByText("TaskChat can’t be reached.")).toBeTruthy();
  connect(false);
  expect(screen.getByText("TaskChat can’t be reached.")).toBeTruthy();
  connect(true);
  expect(screen.queryByText("TaskChat can’t be reached.")).toBeNull();
  expect(input.value).toBe("call Ana tomorrow");
});

test("Escape in an empty field is left to the assistant, while writing it only leaves the field", () => {
  const { input, write } = show();
  const onEscape = vi.fn((event: KeyboardEvent) => event.defaultPrevented);
  document.addEventListener("keydown", onEscape);
  fireEvent.keyDown(input, { key: "Escape" });
  write("call");
  fireEvent.keyDown(input, { key: "Escape" });
  document.removeEventListener("keydown", onEscape);
  expect(onEscape.mock.results.map(({ value }) => value)).toEqual([false, true]);
});
