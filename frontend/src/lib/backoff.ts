const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 15_000;

/**
 * How long to wait before the next try: up to 0.5 s, then up to twice as long each time, to 15 s.
 * Full jitter: many clients that lost one server don't come back to it all at once.
 */
export class Backoff {
  #attempt = 0;

  constructor(
    /** A number from 0 to 1. */
    private readonly random: () => number = Math.random,
  ) {}

  /** A server that asks for time has not failed: it is given that, and not longer each time. */
  next(serverWantsMs = 0): number {
    if (serverWantsMs > 0) return serverWantsMs + FIRST_DELAY_MS * this.random();
    const ceiling = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** this.#attempt);
    this.#attempt += 1;
    return ceiling * this.random();
  }

  reset(): void {
    this.#attempt = 0;
  }
}

/** `Retry-After` in milliseconds; 0 without one. */
export function retryAfterMs(response: Response, now = Date.now()): number {
  const value = response.headers.get("Retry-After") ?? "";
  const seconds = Number(value);
  if (value.trim() && Number.isFinite(seconds)) return Math.max(0, seconds * 1000);
  const date = Date.parse(value);
  return Number.isNaN(date) ? 0 : Math.max(0, date - now);
}
