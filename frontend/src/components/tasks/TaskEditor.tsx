"use client";

import { type FormEvent, type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { errorWords } from "@/lib/api";
import { toDueAt, toDueInputs } from "@/lib/due";
import { PRIORITIES, type Priority, type Task, type TaskChanges } from "@/types/task";
import { PRIORITY_NAMES } from "./words";

interface TaskEditorProps {
  task: Task;
  save: (changes: TaskChanges) => Promise<unknown>;
  onClose: () => void;
  onDelete: () => void;
}

/** The row, opened: everything of a task in place. Enter saves, Escape leaves it as it was. */
export function TaskEditor({ task, save, onClose, onDelete }: TaskEditorProps) {
  const due = toDueInputs(task.due_at);
  const [problem, setProblem] = useState("");
  const [saving, setSaving] = useState(false);
  const id = useId();
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    form.current?.scrollIntoView({ block: "nearest" });
  }, []);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const edited = readForm(new FormData(event.currentTarget));
    if (!edited.title) {
      setProblem("A task needs a title.");
      return;
    }
    const changes = changedFields(task, edited);
    if (Object.keys(changes).length === 0) {
      onClose();
      return;
    }
    setSaving(true);
    setProblem("");
    try {
      await save(changes);
      onClose();
    } catch (error) {
      setProblem(errorWords(error));
      setSaving(false);
    }
  }

  function onKeyDown(event: KeyboardEvent<HTMLFormElement>) {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Escape") {
      event.preventDefault();
      onClose();
    } else if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) {
      event.currentTarget.requestSubmit();
    }
  }

  return (
    <form
      aria-label={`Edit ${task.title}`}
      className="my-2 flex scroll-my-4 flex-col gap-3 rounded-lg border border-line bg-surface p-3 sm:p-4"
      noValidate
      onKeyDown={onKeyDown}
      onSubmit={submit}
      ref={form}
    >
      <input
        // biome-ignore lint/a11y/noAutofocus: the user asked to edit exactly this
        autoFocus
        aria-label="Title"
        autoComplete="off"
        className="field font-medium"
        defaultValue={task.title}
        dir="auto"
        maxLength={500}
        name="title"
      />
      <textarea
        aria-label="Description"
        className="field field-small field-sizing-content max-h-64 min-h-16"
        defaultValue={task.description}
        dir="auto"
        name="description"
        placeholder="Description"
        rows={2}
      />
      <div className="grid gap-3 @md:grid-cols-2">
        <fieldset className="min-w-0">
          <legend className="label">Due</legend>
          <div className="flex gap-2">
            <input
              aria-label="Due date"
              className="field field-small min-w-0 flex-3"
              defaultValue={due.date}
              name="date"
              type="date"
            />
            <input
              aria-label="Due time"
              className="field field-small min-w-0 flex-2"
              defaultValue={due.time}
              name="time"
              type="time"
            />
          </div>
        </fieldset>
        <div className="min-w-0">
          <label className="label" htmlFor={`${id}-priority`}>
            Priority
          </label>
          <select
            className="field field-small"
            defaultValue={task.priority}
            id={`${id}-priority`}
            name="priority"
          >
            {PRIORITIES.map((priority) => (
              <option key={priority} value={priority}>
                {PRIORITY_NAMES[priority]}
              </option>
            ))}
          </select>
        </div>
      </div>
      <div>
        <label className="label" htmlFor={`${id}-labels`}>
          Labels
        </label>
        <input
          autoComplete="off"
          className="field field-small"
          defaultValue={task.labels.join(", ")}
          id={`${id}-labels`}
          name="labels"
          placeholder="home, errands"
        />
      </div>
      <div aria-live="polite">{problem && <p className="problem">{problem}</p>}</div>
      <div className="flex items-center gap-2">
        <button className="button button-primary" disabled={saving} type="submit">
          Save
        </button>
        <button className="button button-secondary" onClick={onClose} type="button">
          Cancel
        </button>
        <span className="ml-auto text-sm text-quiet">t{task.number}</span>
        <button
          className="button button-quiet text-danger"
          disabled={saving}
          onClick={onDelete}
          type="button"
        >
          Delete
        </button>
      </div>
    </form>
  );
}

type Edited = Pick<Task, "title" | "description" | "priority" | "due_at" | "labels">;

function readForm(values: FormData): Edited {
  const text = (name: string) => String(values.get(name) ?? "").trim();
  return {
    title: text("title"),
    description: text("description"),
    priority: text("priority") as Priority,
    due_at: toDueAt(text("date"), text("time")),
    labels: text("labels")
      .split(",")
      .map((label) => label.trim().replace(/^#/, ""))
      .filter(Boolean),
  };
}

/** Only what differs is sent, so that a change made elsewhere meanwhile isn't undone. */
function changedFields(task: Task, edited: Edited): TaskChanges {
  const changes: TaskChanges = {};
  if (edited.title !== task.title) changes.title = edited.title;
  if (edited.description !== task.description) changes.description = edited.description;
  if (edited.priority !== task.priority) changes.priority = edited.priority;
  if (edited.labels.join() !== task.labels.join()) changes.labels = edited.labels;
  const dueBefore = task.due_at ? Date.parse(task.due_at) : null;
  const dueAfter = edited.due_at ? Date.parse(edited.due_at) : null;
  // The inputs know minutes: seconds that they can't show are no change.
  if (toMinutes(dueBefore) !== toMinutes(dueAfter)) changes.due_at = edited.due_at;
  return changes;
}

function toMinutes(time: number | null): number | null {
  return time === null ? null : Math.floor(time / 60_000);
}
