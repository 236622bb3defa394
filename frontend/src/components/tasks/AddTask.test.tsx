import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { createRef } from "react";
import { afterEach, expect, test, vi } from "vitest";
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
  render(
    <AddTask add={add} inputRef={createRef<HTMLInputElement>()} now={NOW}>
      <p>Filters</p>
    </AddTask>,
  );
  const input = screen.getByRole<HTMLInputElement>("textbox", { name: "New task" });
  const write = (value: string) => fireEvent.change(input, { target: { value } });
  const send = () => fireEvent.submit(input);
  return { input, write, send };
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
