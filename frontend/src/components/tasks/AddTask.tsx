"use client";

import {
  type FormEvent,
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { CalendarIcon, CloseIcon, FlagIcon, PlusIcon } from "@/components/ui/icons";
import { ApiError, errorWords } from "@/lib/api";
import { dayFromNow, describeDue, toDueAt } from "@/lib/due";
import { readTaskWords, type TaskWords, type Understood } from "@/lib/task-words";
import { type NewTask, PRIORITIES, type Priority } from "@/types/task";
import { PRIORITY_NAMES } from "./words";

interface AddTaskProps {
  now: Date;
  inputRef: RefObject<HTMLInputElement | null>;
  /** Whether TaskChat can be reached, as far as is known. */
  connected: boolean;
  add: (task: NewTask) => Promise<unknown>;
  /** Stands below while nothing is being written; then the new task's chips take its place, so that nothing moves. */
  children: ReactNode;
}

/** A task that is being written. */
interface Draft {
  line: string;
  /** Parts of the line that are to be just words. */
  literal: ReadonlySet<string>;
  /** What was picked by chip, which counts before what the line says. */
  day: string;
  priority: Priority;
}

const NOTHING: Draft = { line: "", literal: new Set(), day: "", priority: "none" };

interface Problem {
  words: string;
  /** It passes by itself once the connection is back. */
  passes: boolean;
}

/** One line that adds on Enter, and understands `tomorrow at 3pm !high #home` as chips below it. */
export function AddTask({ now, inputRef, connected, add, children }: AddTaskProps) {
  const [draft, setDraft] = useState(NOTHING);
  const [problem, setProblem] = useState<Problem | null>(null);
  const change = (part: Partial<Draft>) => setDraft((current) => ({ ...current, ...part }));
  const words = useMemo(() => readTaskWords(draft.line, now, withPicked(draft, now)), [draft, now]);

  useEffect(() => {
    if (!connected) return;
    const passed = () => setProblem((current) => (current?.passes ? null : current));
    passed();
    const controller = new AbortController();
    window.addEventListener("online", passed, { signal: controller.signal });
    return () => controller.abort();
  }, [connected]);

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (!words.title) return;
    setDraft(NOTHING);
    setProblem(null);
    try {
      await add(newTask(draft, words));
    } catch (error) {
      const passes = error instanceof ApiError && error.status === 0;
      setProblem({ words: errorWords(error), passes });
      // Nothing typed is lost; unless the next one is being typed already.
      setDraft((current) => (current.line ? current : draft));
    }
    inputRef.current?.focus();
  }

  function onKeyDown(event: KeyboardEvent) {
    // With an input method, Enter and Escape belong to the word being composed.
    if (event.key !== "Escape" || event.nativeEvent.isComposing) return;
    // While something is written Escape leaves the field only; from an empty one it closes the assistant too.
    if (draft.line) event.preventDefault();
    inputRef.current?.blur();
  }

  const { line, day, priority } = draft;
  const writing = line !== "" || day !== "" || priority !== "none";
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
          className="min-h-11 min-w-0 flex-1 bg-transparent px-2.5 text-base outline-none placeholder:text-quiet"
          dir={line ? "auto" : undefined}
          enterKeyHint="done"
          maxLength={500}
          onChange={(event) => change({ line: event.target.value })}
          onKeyDown={onKeyDown}
          placeholder="Add a task"
          ref={inputRef}
          value={line}
        />
        {words.title && (
          <button className="button button-primary button-small mr-1.5" type="submit">
            Add
          </button>
        )}
      </div>
      <div aria-live="polite" id="add-problem">
        {problem && <p className="problem mt-2">{problem.words}</p>}
      </div>
      {writing ? (
        <fieldset className="strip mt-3">
          <legend className="sr-only">Of the new task</legend>
          <UnderstoodChips
            keep={(part) => {
              change({ literal: new Set([...draft.literal, part.text]) });
              inputRef.current?.focus();
            }}
            now={now}
            words={words}
          />
          {!words.due && (
            <DayChips day={day} now={now} onPick={(picked) => change({ day: picked })} />
          )}
          {!words.priority && (
            <button
              aria-label={`Set priority, now: ${PRIORITY_NAMES[priority]}`}
              className="chip"
              data-on={priority !== "none"}
              onClick={() => change({ priority: nextPriority(priority) })}
              type="button"
            >
              <FlagIcon size={16} /> {priority === "none" ? "Priority" : PRIORITY_NAMES[priority]}
            </button>
          )}
        </fieldset>
      ) : (
        <div className="mt-3">{children}</div>
      )}
    </form>
  );
}

/** What was picked by chip is not also read from the line: those words stay in the title. */
function withPicked({ line, literal, day, priority }: Draft, now: Date): ReadonlySet<string> {
  if (!day && priority === "none") return literal;
  const { due, priority: said } = readTaskWords(line, now, literal);
  const kept = [day && due?.text, priority !== "none" && said?.text].filter((text) => text);
  return new Set([...literal, ...(kept as string[])]);
}

function newTask({ day, priority }: Draft, words: TaskWords): NewTask {
  return {
    title: words.title,
    priority: words.priority?.level ?? priority,
    due_at: words.due ? toDueAt(words.due.day, words.due.time) : toDueAt(day),
    labels: words.labels.map(({ name }) => name),
  };
}

interface UnderstoodChipsProps {
  words: TaskWords;
  now: Date;
  /** The part is to be just words of the title. */
  keep: (part: Understood) => void;
}

/** What the line was understood to say; a press makes it plain words again. */
function UnderstoodChips({ words: { due, priority, labels }, now, keep }: UnderstoodChipsProps) {
  const dueAt = due && toDueAt(due.day, due.time);
  const dueWords = dueAt && describeDue(dueAt, now);
  const chip = (part: Understood, meaning: string, content: ReactNode) => (
    <button
      aria-label={`${meaning}. Keep “${part.text}” as words instead`}
      className="chip"
      data-on
      key={part.text}
      onClick={() => keep(part)}
      title={`Keep “${part.text}” as words`}
      type="button"
    >
      {content} <CloseIcon size={14} />
    </button>
  );
  return (
    <>
      {due &&
        chip(
          due,
          `Due ${dueWords}`,
          <>
            <CalendarIcon size={16} /> {dueWords}
          </>,
        )}
      {priority &&
        chip(
          priority,
          PRIORITY_NAMES[priority.level],
          <>
            <FlagIcon size={16} /> {PRIORITY_NAMES[priority.level]}
          </>,
        )}
      {labels.map((label) =>
        chip(label, `Label ${label.name}`, <bdi className="max-w-40 truncate">#{label.name}</bdi>),
      )}
    </>
  );
}

interface DayChipsProps {
  day: string;
  now: Date;
  onPick: (day: string) => void;
}

function DayChips({ day, now, onPick }: DayChipsProps) {
  return (
    <>
      <DayChip day={dayFromNow(0, now)} label="Today" onPick={onPick} picked={day} />
      <DayChip day={dayFromNow(1, now)} label="Tomorrow" onPick={onPick} picked={day} />
      <OtherDayChip day={day} now={now} onPick={onPick} />
      {day && (
        <button
          aria-label="No due date"
          className="chip px-2"
          onClick={() => onPick("")}
          type="button"
        >
          <CloseIcon size={16} />
        </button>
      )}
    </>
  );
}

/** Opens the browser's own calendar. */
function OtherDayChip({ day, now, onPick }: DayChipsProps) {
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
