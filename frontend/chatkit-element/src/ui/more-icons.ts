/** Lucide's other icons, those that are not built in: loaded by their first letter when one is named. */
import letters from "virtual:lucide";
import { useEffect, useState } from "preact/hooks";
import type { IconNode } from "./icons.ts";

const loaded = new Map<string, Record<string, IconNode>>();
const NOTHING: IconNode = [];

/** Null when there is no such icon; empty while it is loaded, so that what stands beside it stays where it is. */
export function useLoadedIcon(name: string): IconNode | null {
  const wanted = lucideName(name);
  const letter = wanted?.charAt(0) ?? "";
  const [, redraw] = useState(0);
  useEffect(() => {
    if (wanted === null || loaded.has(letter)) return;
    let gone = false;
    const arrived = (icons: Record<string, IconNode>) => {
      loaded.set(letter, icons);
      if (!gone) redraw((count) => count + 1);
    };
    // One that cannot be had is left out like one that does not exist.
    letters[letter]?.().then(
      ({ default: icons }) => arrived(icons),
      () => arrived({}),
    );
    return () => {
      gone = true;
    };
  }, [wanted, letter]);
  if (wanted === null) return null;
  const icons = loaded.get(letter);
  if (!icons) return Object.hasOwn(letters, letter) ? NOTHING : null;
  return Object.hasOwn(icons, wanted) ? (icons[wanted] ?? null) : null;
}

function lucideName(name: string): string | null {
  return /^lucide:([a-z][a-z0-9-]*)$/.exec(name)?.[1] ?? null;
}
