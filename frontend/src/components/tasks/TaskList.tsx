"use client";

import { useRef, useState } from "react";
import type { Task, TaskChanges } from "@/types/task";
import { TaskEditor } from "./TaskEditor";
import { TaskRow } from "./TaskRow";
import type { TaskGroup } from "./task-groups";
import { useFlip } from "./use-flip";

interface TaskListProps {
  groups: readonly TaskGroup[];
  /** The key of a task's row, where that is not its id. */
  rowKeys: Readonly<Record<string, string>>;
  /** What was done today is an aside here, and shown in part. */
  foldDone: boolean;
  now: Date;
  glowing: ReadonlySet<string>;
  settling: ReadonlySet<string>;
  editing: string | null;
  onComplete: (task: Task) => void;
  onEdit: (task: Task) => void;
  onDelete: (task: Task) => void;
  onSave: (task: Task, changes: TaskChanges) => Promise<unknown>;
  onEditEnd: (task: Task) => void;
}

/** Of what was done today, this many are shown at first. */
const DONE_SHOWN = 5;

/**
 * One list for all groups. Each item holds one task; a group's heading stands in its first item,
 * since a list may hold nothing but items.
 */
export function TaskList({ groups, rowKeys, foldDone, ...props }: TaskListProps) {
  const [allDone, setAllDone] = useState(false);
  const list = useRef<HTMLUListElement>(null);
  const done = foldDone ? groups.find((group) => group.name === "Done today") : undefined;
  const hidden = done ? Math.max(0, done.tasks.length - DONE_SHOWN) : 0;
  const shown = groups.map((group) =>
    group === done && !allDone ? { ...group, tasks: group.tasks.slice(0, DONE_SHOWN) } : group,
  );
  const keyOf = ({ id }: Task) => rowKeys[id] ?? id;
  // The heading moves by itself: it stays where its row, the group's first, is followed by the next.
  useFlip(list, shown.flatMap(({ name, tasks }) => [name, ...tasks.map(keyOf)]).join());

  return (
    <>
      <ul aria-label="Tasks" className="relative" ref={list}>
        {/* One flat list of keys: nested ones would make new rows of those that change groups. */}
        {shown.flatMap(({ name, tasks }, groupIndex) =>
          tasks.map((task, index) => (
            <li data-row key={keyOf(task)}>
              {index === 0 && (
                <GroupHeading
                  count={groups[groupIndex]?.tasks.length ?? tasks.length}
                  name={name}
                />
              )}
              {/* In another group it is another piece: it left there, it arrives here. */}
              <div data-flip={`${name}/${keyOf(task)}`}>
                <Item task={task} {...props} />
              </div>
            </li>
          )),
        )}
      </ul>
      {hidden > 0 && (
        <button
          className="button button-quiet button-small mt-2"
          onClick={() => setAllDone(!allDone)}
          type="button"
        >
          {allDone ? "Show fewer" : `Show ${hidden} more done today`}
        </button>
      )}
    </>
  );
}

function GroupHeading({ name, count }: { name: TaskGroup["name"]; count: number }) {
  return (
    <h2
      className="flex items-baseline gap-2 pt-6 pb-1 text-sm font-semibold data-[name=Overdue]:text-danger"
      data-flip={name}
      data-name={name}
    >
      {name} <span className="font-normal text-quiet tabular-nums">{count}</span>
    </h2>
  );
}

function Item(props: Omit<TaskListProps, "groups" | "rowKeys" | "foldDone"> & { task: Task }) {
  const { task, now, glowing, settling, editing, onDelete, onSave, onEditEnd } = props;
  if (editing === task.id) {
    return (
      <TaskEditor
        onClose={() => onEditEnd(task)}
        onDelete={() => onDelete(task)}
        save={(changes) => onSave(task, changes)}
        task={task}
      />
    );
  }
  return (
    <TaskRow
      glowing={glowing.has(task.id)}
      now={now}
      onComplete={props.onComplete}
      onDelete={onDelete}
      onEdit={props.onEdit}
      settling={settling.has(task.id)}
      task={task}
    />
  );
}
