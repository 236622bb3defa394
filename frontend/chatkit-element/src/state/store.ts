/**
 * A value that tells when it changed. What a person did is told at once; a stream tells at most once per
 * animation frame, however many events arrive in between.
 */
export class Store<S extends object> {
  #value: S;
  readonly #listeners = new Set<() => void>();
  #cancelFrame: (() => void) | null = null;

  constructor(value: S) {
    this.#value = value;
  }

  get value(): S {
    return this.#value;
  }

  set(patch: Partial<S>, when: "now" | "frame" = "now"): void {
    this.#value = { ...this.#value, ...patch };
    if (when === "now") this.#tell();
    else this.#cancelFrame ??= onNextFrame(() => this.#tell());
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(): void {
    this.#cancelFrame?.();
    this.#cancelFrame = null;
    for (const listener of this.#listeners) listener();
  }
}

/** Frames stop in a hidden tab, where the screen reader's words and the events must still come. */
const HIDDEN_TAB_MS = 250;

function onNextFrame(run: () => void): () => void {
  const frame = requestAnimationFrame(run);
  const timer = setTimeout(run, HIDDEN_TAB_MS);
  return () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
  };
}
