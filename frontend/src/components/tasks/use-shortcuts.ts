import { useEffect, useRef } from "react";

export interface Shortcuts {
  addTask: () => void;
  search: () => void;
  help: () => void;
  edit: (taskId: string) => void;
  remove: (taskId: string) => void;
}

export const SHORTCUTS: readonly (readonly [keys: readonly string[], what: string])[] = [
  [["n"], "New task"],
  [["/"], "Search"],
  [["↑", "↓"], "Move through the list"],
  [["Space"], "Complete or reopen"],
  [["e"], "Edit"],
  [["Del"], "Delete"],
  [["Esc"], "Close the assistant, stop editing"],
  [["?"], "Show this list"],
];

/** The page's keys; none of them while something is being typed or a dialog is open. */
export function useShortcuts(shortcuts: Shortcuts): void {
  const latest = useRef(shortcuts);
  useEffect(() => {
    latest.current = shortcuts;
  });
  useEffect(() => {
    const controller = new AbortController();
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (isTyping(event) || document.querySelector("dialog[open]")) return;
      if (handle(event.key, latest.current)) event.preventDefault();
    };
    document.addEventListener("keydown", onKeyDown, { signal: controller.signal });
    return () => controller.abort();
  }, []);
}

/** Whether the key did something. Space is the checkbox's own. */
function handle(key: string, shortcuts: Shortcuts): boolean {
  if (key === "n") shortcuts.addTask();
  else if (key === "/") shortcuts.search();
  else if (key === "?") shortcuts.help();
  else if (key === "ArrowDown") return moveFocus(1);
  else if (key === "ArrowUp") return moveFocus(-1);
  else if (key === "e") return withFocusedTask(shortcuts.edit);
  else if (key === "Delete") return withFocusedTask(shortcuts.remove);
  else return false;
  return true;
}

/** Also inside a shadow root, whose host is all that the document sees. */
function isTyping(event: KeyboardEvent): boolean {
  const target = event.composedPath()[0];
  if (!(target instanceof HTMLElement)) return false;
  if (target.getRootNode() !== document) return true;
  if (target instanceof HTMLInputElement) return target.type !== "checkbox";
  return target.isContentEditable || /^(TEXTAREA|SELECT|OPENAI-CHATKIT)$/.test(target.tagName);
}

function checkboxes(): HTMLInputElement[] {
  return [...document.querySelectorAll<HTMLInputElement>("input[data-task]")];
}

function focusedIndex(boxes: readonly HTMLInputElement[]): number {
  const row = document.activeElement?.closest("[data-row]");
  return row ? boxes.findIndex((box) => row.contains(box)) : -1;
}

function moveFocus(step: 1 | -1): boolean {
  const boxes = checkboxes();
  const index = focusedIndex(boxes);
  const next = index < 0 ? boxes[step > 0 ? 0 : boxes.length - 1] : boxes[index + step];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
  return next !== undefined;
}

function withFocusedTask(act: (taskId: string) => void): boolean {
  const boxes = checkboxes();
  const taskId = boxes[focusedIndex(boxes)]?.dataset.task;
  if (!taskId) return false;
  act(taskId);
  return true;
}

/** The focus goes to the row that takes a deleted one's place. */
export function focusNeighbour(taskId: string): void {
  const boxes = checkboxes();
  const index = boxes.findIndex((box) => box.dataset.task === taskId);
  (boxes[index + 1] ?? boxes[index - 1])?.focus();
}

export function focusTask(taskId: string): void {
  checkboxes()
    .find((box) => box.dataset.task === taskId)
    ?.focus();
}
