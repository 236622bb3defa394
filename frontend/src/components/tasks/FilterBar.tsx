"use client";

import { PRIORITIES, type TaskQuery, type TaskStatus } from "@/types/task";
import { isFiltered, OPEN_TASKS } from "./task-groups";
import { PRIORITY_NAMES } from "./words";

interface FilterBarProps {
  query: TaskQuery;
  labels: readonly string[];
  onChange: (query: TaskQuery) => void;
}

const STATUSES: readonly [TaskStatus, string][] = [
  ["open", "Open"],
  ["completed", "Completed"],
  ["all", "All"],
];

/** What of the list is shown. */
export function FilterBar({ query, labels, onChange }: FilterBarProps) {
  const set = (change: Partial<TaskQuery>) => onChange({ ...query, ...change });
  return (
    <div className="strip">
      <fieldset className="flex flex-none gap-1">
        <legend className="sr-only">Show</legend>
        {STATUSES.map(([status, name]) => (
          <button
            aria-pressed={query.status === status}
            className="chip"
            key={status}
            onClick={() => set({ status })}
            type="button"
          >
            {name}
          </button>
        ))}
      </fieldset>
      <select
        aria-label="Due"
        className="chip"
        data-on={query.due !== ""}
        onChange={(event) => set({ due: event.target.value as TaskQuery["due"] })}
        value={query.due}
      >
        <option value="">Any date</option>
        <option value="overdue">Overdue</option>
        <option value="today">Due today</option>
        <option value="upcoming">Upcoming</option>
      </select>
      <select
        aria-label="Priority"
        className="chip"
        data-on={query.priority !== ""}
        onChange={(event) => set({ priority: event.target.value as TaskQuery["priority"] })}
        value={query.priority}
      >
        <option value="">Any priority</option>
        {[...PRIORITIES].reverse().map((priority) => (
          <option key={priority} value={priority}>
            {PRIORITY_NAMES[priority]}
          </option>
        ))}
      </select>
      {(labels.length > 0 || query.label) && (
        <select
          aria-label="Label"
          className="chip"
          data-on={query.label !== ""}
          onChange={(event) => set({ label: event.target.value })}
          value={query.label}
        >
          <option value="">Any label</option>
          {labels.map((label) => (
            <option key={label}>{label}</option>
          ))}
        </select>
      )}
      {isFiltered(query) && (
        <button
          className="button button-quiet button-small"
          onClick={() => onChange(OPEN_TASKS)}
          type="button"
        >
          Clear
        </button>
      )}
    </div>
  );
}
