import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { createRef } from "react";
import { afterEach, expect, test, vi } from "vitest";
import { DayHeading, PageHeader } from "./PageParts";

const NOW = new Date(2026, 10, 24, 12, 0);
afterEach(cleanup);

test.each([
  [{ open: 200, overdue: 67, today: 0, doneToday: 0 }, "200 open, 67 overdue"],
  [{ open: 9, overdue: 1, today: 3, doneToday: 0 }, "9 open, 3 today, 1 overdue"],
  [{ open: 4, overdue: 1, today: 3, doneToday: 0 }, "3 today, 1 overdue"],
  [{ open: 5, overdue: 0, today: 0, doneToday: 2 }, "5 open, none due today"],
  [{ open: 0, overdue: 0, today: 0, doneToday: 2 }, "All done"],
  [{ open: 0, overdue: 0, today: 0, doneToday: 0 }, ""],
])("%o reads %s", (counts, words) => {
  const { container } = render(<DayHeading counts={counts} loading={false} now={NOW} />);
  expect(container.querySelector("p")?.textContent).toBe(words);
});

test("Escape empties the search; from an empty one it is left to the assistant", () => {
  const onSearch = vi.fn();
  const header = (search: string) => (
    <PageHeader onSearch={onSearch} search={search} searchRef={createRef<HTMLInputElement>()}>
      {null}
    </PageHeader>
  );
  const { rerender } = render(header("milk"));
  const input = screen.getByRole("searchbox", { name: "Search tasks" });
  // `fireEvent` answers whether the default was left alone.
  expect(fireEvent.keyDown(input, { key: "Escape" })).toBe(false);
  expect(onSearch).toHaveBeenCalledExactlyOnceWith("");
  rerender(header(""));
  expect(fireEvent.keyDown(input, { key: "Escape" })).toBe(true);
});
