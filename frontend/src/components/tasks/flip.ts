/** How far the pieces of a list have to come to look as if they moved. Pure: places in, movements out. */

/** Distance of a glide's start from where the piece stands now, or that it fades in. */
export type Movement = { kind: "glide"; from: number } | { kind: "fade" };

/** Beyond, moving rows cost more than they tell. */
const MOST_PIECES = 150;
/** So many new ones at once are another list, which is just there. */
const MOST_NEW = 8;
/** Farther, a glide would fly over everything between: the eye follows a fade better. */
const FARTHEST_PX = 480;

/**
 * `before` and `after` are places by key. `drawn` is how far from its place a piece that still
 * moves was last drawn: it goes on from there.
 */
export function planMoves(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
  drawn: ReadonlyMap<string, number> = new Map(),
): Map<string, Movement> {
  const moves = new Map<string, Movement>();
  // What comes with the page is just there.
  if (before.size === 0 || after.size > MOST_PIECES) return moves;
  const added = [...after.keys()].filter((key) => !before.has(key));
  for (const [key, to] of after) {
    const place = before.get(key);
    if (place === undefined) {
      if (added.length <= MOST_NEW) moves.set(key, { kind: "fade" });
      continue;
    }
    const from = place + (drawn.get(key) ?? 0) - to;
    if (Math.abs(from) > FARTHEST_PX) moves.set(key, { kind: "fade" });
    else if (Math.abs(from) > 1) moves.set(key, { kind: "glide", from });
  }
  return moves;
}
