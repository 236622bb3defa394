import type { RefObject } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";

/** Nearer to the end than this counts as being there. */
const NEAR_PX = 56;

interface Settings {
  /** Keep the end in view while it grows, for a reader who is at the end. */
  follow: boolean;
  /** The first item's id: when it changes, older items were put in front. */
  first: string | undefined;
}

export function useScroll(log: RefObject<HTMLElement | null>, { follow, first }: Settings) {
  const [behind, setBehind] = useState(false);
  const place = useRef({ atEnd: true, height: 0, top: 0, size: "", first });

  /** The box became wider, narrower, higher or lower: who was at the end still is. */
  const keepEnd = () => {
    const box = log.current;
    if (!box) return;
    place.current.size = sizeOf(box);
    if (place.current.atEnd) box.scrollTop = box.scrollHeight;
  };

  const onScroll = () => {
    const box = log.current;
    if (!box) return;
    // Nobody scrolled: lines were broken anew, and the browser moved what they pushed away.
    if (place.current.atEnd && sizeOf(box) !== place.current.size) keepEnd();
    place.current.atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_PX;
    place.current.top = box.scrollTop;
    if (place.current.atEnd) setBehind(false);
  };

  /** At once: a glide would aim at where the end was before the next word came. */
  const toBottom = () => {
    const box = log.current;
    if (!box) return;
    place.current.atEnd = true;
    box.scrollTop = box.scrollHeight;
    setBehind(false);
  };

  /** After each drawing: keeps the reader's place. */
  const settle = () => {
    const box = log.current;
    const was = place.current;
    if (!box) return;
    const grown = box.scrollHeight - was.height;
    if (was.first !== first && was.first !== undefined && first !== undefined && !was.atEnd && grown > 0) {
      // Older items came in front: what was being read stays where it was.
      if (box.scrollTop <= was.top) box.scrollTop = was.top + grown;
    } else if (grown > 0 && was.height > 0) {
      if (was.atEnd && follow) box.scrollTop = box.scrollHeight;
      else if (box.scrollHeight - box.scrollTop - box.clientHeight >= NEAR_PX) setBehind(true);
    } else if (was.height === 0) {
      box.scrollTop = box.scrollHeight;
    }
    place.current = { ...place.current, height: box.scrollHeight, first };
  };

  // Also when it is the box that changes: the composer grew, the phone's keyboard came.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it reads nothing but refs
  useLayoutEffect(() => {
    const box = log.current;
    if (!box || typeof ResizeObserver !== "function") return;
    const observer = new ResizeObserver(keepEnd);
    observer.observe(box);
    return () => observer.disconnect();
  }, [log]);

  return { behind, onScroll, toBottom, settle };
}

function sizeOf(box: HTMLElement): string {
  return `${box.clientWidth}x${box.clientHeight}`;
}
