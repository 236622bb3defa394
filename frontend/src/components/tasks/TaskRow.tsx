"use client";

import { memo } from "react";
import { CalendarIcon, FlagIcon, TrashIcon } from "@/components/ui/icons";
import { describeDue } from "@/lib/due";
import type { Task } from "@/types/task";
import { isDraft } from "./task-actions";
import { dueGroup } from "./task-groups";
import { PRIORITY_NAMES } from "./words";

interface TaskRowProps {
  task: Task;
  now: Date;
  glowing: boolean;
  settling: boolean;
  onComplete: (task: Task) => void;
  onEdit: (task: Task) => void;
  onDelete: (task: Task) => void;
}

const DUE_COLOURS = {
  Overdue: "text-danger",
  Today: "text-today",
  Upcoming: "",
  "No date": "",
} as const;

/** A task at rest: checkbox, title, what else is known of it. */
export const TaskRow = memo(function TaskRow(props: TaskRowProps) {
  const { task, now, glowing, settling, onComplete, onEdit, onDelete } = props;
  const draft = isDraft(task);
  return (
    <div
      className="row"
      data-completed={task.completed}
      data-draft={draft}
      data-glow={glowing}
      data-settling={settling}
    >
      <span className="check">
        <input
          aria-label={task.title}
          checked={task.completed}
          data-priority={task.priority}
          data-task={task.id}
          disabled={draft}
          onChange={() => onComplete(task)}
          type="checkbox"
        />
      </span>
      <div className="row-body">
        <button
          aria-label={`Edit ${task.title}`}
          className="row-title"
          dir="auto"
          disabled={draft}
          onClick={() => onEdit(task)}
          type="button"
        >
          {task.title}
        </button>
        <TaskMeta now={now} task={task} />
      </div>
      <span className="row-actions">
        <button
          aria-label={`Delete ${task.title}`}
          className="button button-quiet button-icon button-small"
          disabled={draft}
          onClick={() => onDelete(task)}
          type="button"
        >
          <TrashIcon />
        </button>
      </span>
    </div>
  );
});

function TaskMeta({ task, now }: { task: Task; now: Date }) {
  const { due_at, priority, labels, description } = task;
  if (!due_at && priority === "none" && labels.length === 0 && !description) return null;
  const colour = task.completed ? "" : DUE_COLOURS[dueGroup(task, now)];
  return (
    <span className="row-meta">
      {due_at && (
        <span className={`inline-flex items-center gap-1 ${colour}`}>
          <CalendarIcon size={14} />
          <span className="sr-only">due </span>
          {describeDue(due_at, now)}
        </span>
      )}
      {priority !== "none" && (
        <span className="inline-flex items-center gap-1">
          <FlagIcon size={14} />
          {PRIORITY_NAMES[priority]}
        </span>
      )}
      {labels.map((label) => (
        <span className="max-w-full truncate" key={label}>
          #{label}
        </span>
      ))}
      {description && (
        <span className="min-w-0 basis-full truncate" dir="auto">
          {description}
        </span>
      )}
    </span>
  );
}
