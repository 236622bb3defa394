import { type RefObject, useLayoutEffect, useRef } from "react";

const DURATION_MS = 220;
/** Beyond, moving rows cost more than they tell. */
const MOST_ROWS = 150;

/** Rows that change their place glide there; new ones fade in. `keys` changes when the order does. */
export function useFlip(list: RefObject<HTMLElement | null>, keys: string): void {
  const places = useRef<Map<string, number> | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the order of the rows is the trigger
  useLayoutEffect(() => {
    const rows = list.current?.querySelectorAll<HTMLElement>("[data-row]") ?? [];
    // Rows that come with the page are just there.
    const before = places.current?.size ? places.current : null;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const base = list.current?.getBoundingClientRect().top ?? 0;
    const now = new Map<string, number>();
    for (const row of rows) {
      const key = row.dataset.row ?? "";
      const top = row.getBoundingClientRect().top - base;
      now.set(key, top);
      if (before && !still && rows.length <= MOST_ROWS) move(row, before.get(key), top);
    }
    places.current = now;
  }, [list, keys]);
}

function move(row: HTMLElement, from: number | undefined, to: number): void {
  const options = { duration: DURATION_MS, easing: "cubic-bezier(0.2, 0.8, 0.2, 1)" };
  if (from === undefined) {
    row.animate([{ opacity: 0, transform: "translateY(-4px)" }, {}], options);
  } else if (Math.abs(from - to) > 1) {
    row.animate([{ transform: `translateY(${from - to}px)` }, {}], options);
  }
}
