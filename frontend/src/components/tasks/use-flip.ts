import { type RefObject, useLayoutEffect, useRef } from "react";
import { type Movement, planMoves } from "./flip";

const OPTIONS = { duration: 220, easing: "cubic-bezier(0.2, 0.8, 0.2, 1)" };

/**
 * Pieces of a list (`data-flip` is their key) that change their place glide there; new ones fade in.
 * The list has to be positioned, the pieces directly so by it. `keys` changes when the order does.
 */
export function useFlip(list: RefObject<HTMLElement | null>, keys: string): void {
  const places = useRef<ReadonlyMap<string, number>>(new Map());
  const running = useRef(new Map<string, Animation>());
  // biome-ignore lint/correctness/useExhaustiveDependencies: the order of the rows is the trigger
  useLayoutEffect(() => {
    const box = list.current;
    if (!box) return;
    const pieces = new Map<string, HTMLElement>();
    for (const piece of box.querySelectorAll<HTMLElement>("[data-flip]")) {
      pieces.set(piece.dataset.flip ?? "", piece);
    }
    // Where the layout puts them: unlike what is drawn, it knows nothing of glides under way.
    const now = new Map([...pieces].map(([key, piece]) => [key, piece.offsetTop]));
    const drawn = drawnOffsets(running.current, pieces, box);
    const moves = planMoves(places.current, now, drawn);
    places.current = now;
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    for (const [key, movement] of moves) {
      const piece = pieces.get(key);
      if (!piece) continue;
      running.current.get(key)?.cancel();
      const animation = animate(piece, movement);
      running.current.set(key, animation);
      animation.onfinish = () => {
        if (running.current.get(key) === animation) running.current.delete(key);
      };
    }
  }, [list, keys]);
}

/** How far those that still move are drawn from their places. */
function drawnOffsets(
  running: ReadonlyMap<string, Animation>,
  pieces: ReadonlyMap<string, HTMLElement>,
  box: HTMLElement,
): Map<string, number> {
  const top = running.size > 0 ? box.getBoundingClientRect().top : 0;
  const offsets = new Map<string, number>();
  for (const [key, { effect }] of running) {
    const piece = pieces.get(key);
    if (piece && effect instanceof KeyframeEffect && effect.target === piece)
      offsets.set(key, piece.getBoundingClientRect().top - top - piece.offsetTop);
  }
  return offsets;
}

function animate(piece: HTMLElement, movement: Movement): Animation {
  const start =
    movement.kind === "fade"
      ? { opacity: 0, transform: "translateY(-4px)" }
      : { transform: `translateY(${movement.from}px)` };
  return piece.animate([start, {}], OPTIONS);
}
