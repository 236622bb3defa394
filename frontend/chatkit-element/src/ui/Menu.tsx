import type { ComponentChildren } from "preact";
import { useEffect, useId, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Icon } from "./Icon.tsx";

export interface MenuEntry {
  id: string;
  label: string;
  description?: string;
  icon?: string;
  /** Absent: an entry that does something and has no state. */
  checked?: boolean;
  /** One of its group is always checked. */
  radio?: boolean;
  disabled?: boolean;
  run: () => void;
}

interface Props {
  /** The button's accessible name. */
  label: string;
  buttonClass: string;
  entries: readonly MenuEntry[];
  disabled?: boolean;
  /** Which end of the button the menu is flush with. */
  align: "start" | "end";
  children: ComponentChildren;
}

/** How long letters typed in a row belong to one name. */
const TYPING_MS = 600;

/** A button and the menu above it, by the ARIA pattern: arrows, Home, End, first letters, Escape. */
export function MenuButton({ label, buttonClass, entries, disabled, align, children }: Props) {
  const [open, setOpen] = useState(false);
  const id = useId();
  const frame = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const close = (refocus: boolean) => {
    setOpen(false);
    if (refocus) button.current?.focus();
  };
  useEffect(() => {
    if (!open) return;
    const leave = (event: Event) => {
      if (frame.current && !event.composedPath().includes(frame.current)) setOpen(false);
    };
    document.addEventListener("pointerdown", leave, true);
    return () => document.removeEventListener("pointerdown", leave, true);
  }, [open]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (open || (event.key !== "ArrowDown" && event.key !== "ArrowUp")) return;
    event.preventDefault();
    setOpen(true);
  };
  return (
    <div ref={frame} class="menu-frame">
      <button
        ref={button}
        type="button"
        class={buttonClass}
        aria-label={label}
        title={label}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        disabled={disabled}
        onClick={() => setOpen(!open)}
        onKeyDown={onKeyDown}
      >
        {children}
      </button>
      {open ? <Menu id={id} label={label} entries={entries} align={align} onClose={close} /> : null}
    </div>
  );
}

interface MenuProps {
  id: string;
  label: string;
  entries: readonly MenuEntry[];
  align: "start" | "end";
  onClose: (refocus: boolean) => void;
}

function Menu({ id, label, entries, align, onClose }: MenuProps) {
  const box = useRef<HTMLDivElement>(null);
  const typed = useRef({ letters: "", at: 0 });
  useLayoutEffect(() => {
    keepInside(box.current);
    const rows = rowsOf(box.current);
    (rows.find((row) => row.getAttribute("aria-checked") === "true") ?? rows[0])?.focus();
  }, []);

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      return onClose(true);
    }
    if (event.key === "Tab") return onClose(false);
    const rows = rowsOf(box.current);
    const at = rows.indexOf(event.target as HTMLButtonElement);
    const to = target(event, at, rows.length) ?? byLetter(event, rows, at, typed.current);
    if (to === null) return;
    event.preventDefault();
    rows[to]?.focus();
  };

  return (
    <div
      ref={box}
      id={id}
      class={align === "end" ? "menu menu-end" : "menu"}
      part="menu"
      role="menu"
      tabIndex={-1}
      aria-label={label}
      onKeyDown={onKeyDown}
    >
      {entries.map((entry) => (
        // biome-ignore lint/a11y/useAriaPropsSupportedByRole: the roles that have a state support it
        <button
          key={entry.id}
          type="button"
          class="menu-item"
          role={entry.checked === undefined ? "menuitem" : entry.radio ? "menuitemradio" : "menuitemcheckbox"}
          aria-checked={entry.checked}
          aria-disabled={entry.disabled ? true : undefined}
          tabIndex={-1}
          onClick={() => {
            if (entry.disabled) return;
            onClose(true);
            entry.run();
          }}
        >
          {entry.icon ? <Icon name={entry.icon} /> : null}
          <span class="menu-words">
            <span dir="auto">{entry.label}</span>
            {entry.description ? (
              <span class="menu-more" dir="auto">
                {entry.description}
              </span>
            ) : null}
          </span>
          {entry.checked ? <Icon name="check" /> : null}
        </button>
      ))}
    </div>
  );
}

function rowsOf(box: HTMLElement | null): HTMLButtonElement[] {
  return [...(box?.querySelectorAll<HTMLButtonElement>(".menu-item") ?? [])];
}

function target({ key }: KeyboardEvent, at: number, count: number): number | null {
  if (key === "ArrowDown") return (at + 1) % count;
  if (key === "ArrowUp") return (at - 1 + count) % count;
  if (key === "Home") return 0;
  return key === "End" ? count - 1 : null;
}

function byLetter(
  event: KeyboardEvent,
  rows: readonly HTMLElement[],
  at: number,
  typed: { letters: string; at: number },
): number | null {
  if (event.key.length !== 1 || event.key === " " || event.ctrlKey || event.metaKey || event.altKey)
    return null;
  const again = event.timeStamp - typed.at < TYPING_MS;
  typed.letters = again ? typed.letters + event.key.toLowerCase() : event.key.toLowerCase();
  typed.at = event.timeStamp;
  const from = again ? at : at + 1;
  for (let step = 0; step < rows.length; step++) {
    const row = (from + step) % rows.length;
    if (rows[row]?.textContent?.trim().toLowerCase().startsWith(typed.letters)) return row;
  }
  return null;
}

/** Space between what floats and the edge of the element. */
const MARGIN_PX = 8;
/** More is scrolled to. */
const HIGHEST_PX = 340;
const LOWEST_PX = 96;

/** No higher than the room above, and not beyond the element's edges. */
export function keepInside(box: HTMLElement | null): void {
  const root = box?.getRootNode();
  const frame = root instanceof ShadowRoot ? root.host.getBoundingClientRect() : null;
  if (!box || !frame || frame.height === 0) return;
  const { bottom, left, right } = box.getBoundingClientRect();
  const room = Math.floor(bottom - frame.top - MARGIN_PX);
  box.style.maxHeight = `${Math.min(HIGHEST_PX, Math.max(LOWEST_PX, room))}px`;
  const beyond = right - (frame.right - MARGIN_PX);
  const before = frame.left + MARGIN_PX - left;
  if (beyond > 0) box.style.transform = `translateX(${-Math.ceil(beyond)}px)`;
  else if (before > 0) box.style.transform = `translateX(${Math.ceil(before)}px)`;
}
