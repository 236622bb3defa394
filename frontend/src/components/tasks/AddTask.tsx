"use client";

import {
  type FormEvent,
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
  useRef,
  useState,
} from "react";
import { CalendarIcon, CloseIcon, FlagIcon, PlusIcon } from "@/components/ui/icons";
import { errorWords } from "@/lib/api";
import { dayFromNow, describeDue, toDueAt } from "@/lib/due";
import { type NewTask, PRIORITIES, type Priority } from "@/types/task";
import { PRIORITY_NAMES } from "./words";

interface AddTaskProps {
  now: Date;
  inputRef: RefObject<HTMLInputElement | null>;
  add: (task: NewTask) => Promise<unknown>;
  /** Stands below while nothing is being written; then the new task's chips take its place, so that nothing moves. */
  children: ReactNode;
}

/** One line that adds on Enter; due date and priority are chips below it. */
export function AddTask({ now, inputRef, add, children }: AddTaskProps) {
  const [title, setTitle] = useState("");
  const [day, setDay] = useState("");
  const [priority, setPriority] = useState<Priority>("none");
  const [problem, setProblem] = useState("");

  async function submit(event: FormEvent) {
    event.preventDefault();
    const text = title.trim();
    if (!text) return;
    setTitle("");
    setDay("");
    setPriority("none");
    setProblem("");
    try {
      await add({ title: text, priority, due_at: toDueAt(day) });
    } catch (error) {
      setProblem(errorWords(error));
      // Nothing typed is lost; unless the next one is being typed already.
      setTitle((current) => current || text);
    }
    inputRef.current?.focus();
  }

  function onKeyDown(event: KeyboardEvent) {
    // With an input method, Enter and Escape belong to the word being composed.
    if (event.key !== "Escape" || event.nativeEvent.isComposing) return;
    event.preventDefault();
    inputRef.current?.blur();
  }

  const writing = title !== "" || day !== "" || priority !== "none";
  return (
    <form noValidate onSubmit={submit}>
      <div className="flex items-center rounded-md border border-edge bg-surface focus-within:border-accent focus-within:outline-2 focus-within:outline-accent/40">
        <span className="pl-3 text-quiet">
          <PlusIcon />
        </span>
        <input
          aria-describedby="add-problem"
          aria-label="New task"
          autoComplete="off"
          className="min-h-11 flex-1 bg-transparent px-2.5 text-base outline-none placeholder:text-quiet"
          enterKeyHint="done"
          maxLength={500}
          onChange={(event) => setTitle(event.target.value)}
          onKeyDown={onKeyDown}
          placeholder="Add a task"
          ref={inputRef}
          value={title}
        />
        {title.trim() && (
          <button className="button button-primary button-small mr-1.5" type="submit">
            Add
          </button>
        )}
      </div>
      <div aria-live="polite" id="add-problem">
        {problem && <p className="problem mt-2">{problem}</p>}
      </div>
      {writing ? (
        <fieldset className="strip mt-3">
          <legend className="sr-only">Of the new task</legend>
          <DayChip day={dayFromNow(0, now)} label="Today" onPick={setDay} picked={day} />
          <DayChip day={dayFromNow(1, now)} label="Tomorrow" onPick={setDay} picked={day} />
          <OtherDayChip day={day} now={now} onPick={setDay} />
          {day && (
            <button
              aria-label="No due date"
              className="chip px-2"
              onClick={() => setDay("")}
              type="button"
            >
              <CloseIcon size={16} />
            </button>
          )}
          <button
            aria-label={`Set priority, now: ${PRIORITY_NAMES[priority]}`}
            className="chip"
            data-on={priority !== "none"}
            onClick={() => setPriority(nextPriority)}
            type="button"
          >
            <FlagIcon size={16} /> {priority === "none" ? "Priority" : PRIORITY_NAMES[priority]}
          </button>
        </fieldset>
      ) : (
        <div className="mt-3">{children}</div>
      )}
    </form>
  );
}

interface OtherDayChipProps {
  day: string;
  now: Date;
  onPick: (day: string) => void;
}

/** Opens the browser's own calendar. */
function OtherDayChip({ day, now, onPick }: OtherDayChipProps) {
  const input = useRef<HTMLInputElement>(null);
  const dueAt = isOtherDay(day, now) ? toDueAt(day) : null;
  return (
    <span className="relative flex-none">
      <button
        className="chip"
        data-on={dueAt !== null}
        onClick={() => input.current?.showPicker()}
        type="button"
      >
        <CalendarIcon size={16} />
        {dueAt ? describeDue(dueAt, now) : "Pick a date"}
      </button>
      <input
        aria-label="Pick a date"
        className="pointer-events-none absolute inset-0 opacity-0"
        onChange={(event) => onPick(event.target.value)}
        ref={input}
        tabIndex={-1}
        type="date"
        value={day}
      />
    </span>
  );
}

interface DayChipProps {
  label: string;
  day: string;
  picked: string;
  onPick: (day: string) => void;
}

function DayChip({ label, day, picked, onPick }: DayChipProps) {
  const on = day === picked;
  return (
    <button aria-pressed={on} className="chip" onClick={() => onPick(on ? "" : day)} type="button">
      {label}
    </button>
  );
}

function isOtherDay(day: string, now: Date): boolean {
  return day !== "" && day !== dayFromNow(0, now) && day !== dayFromNow(1, now);
}

function nextPriority(priority: Priority): Priority {
  return PRIORITIES[(PRIORITIES.indexOf(priority) + 1) % PRIORITIES.length] ?? "none";
}
