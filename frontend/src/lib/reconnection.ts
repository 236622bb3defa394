import { Backoff } from "./backoff";

/** What the interface says of a lost connection; null when all is well. */
export interface ConnectionTrouble {
  /** When the next try begins, in milliseconds since 1970; null while one is going on. */
  retryAt: number | null;
  /** The browser itself has no network. */
  offline: boolean;
}

/** A blink is not worth a word. */
const SHOW_AFTER_MS = 500;
/** Being offline counts against nobody's patience, but not for ever. */
const OFFLINE_PATIENCE_MS = 600_000;

interface ReconnectionOptions {
  random?: () => number;
}

/**
 * The page's lost connections as one: what is said of them, "Try now" and "Give up". Wakes those
 * who wait when the network or the user comes back.
 */
export class Reconnection {
  readonly #random: () => number;
  readonly #outages = new Set<Outage>();
  readonly #listeners = new Set<() => void>();
  readonly #wakers = new Set<() => void>();
  #events: AbortController | null = null;
  #trouble: ConnectionTrouble | null = null;

  constructor({ random = Math.random }: ReconnectionOptions = {}) {
    this.#random = random;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly trouble = (): ConnectionTrouble | null => this.#trouble;

  readonly tryNow = (): void => {
    for (const outage of this.#outages) outage.tryNow();
  };

  readonly giveUp = (): void => {
    for (const outage of this.#outages) outage.giveUp();
  };

  /** A connection is lost; whoever lost it waits by the outage before each new try. */
  begin({ patience, signal, silent = false }: OutageSettings): Outage {
    const stopListening = this.onWake(() => outage.wake());
    const outage = new Outage({
      backoff: new Backoff(this.#random),
      patience,
      signal,
      silent,
      onChange: () => this.#publish(),
      onEnd: () => {
        stopListening();
        this.#outages.delete(outage);
        this.#publish();
      },
    });
    this.#outages.add(outage);
    this.#publish();
    return outage;
  }

  /** Calls back when the network is there again or the user looks at the page. */
  onWake(callback: () => void): () => void {
    this.#wakers.add(callback);
    if (!this.#events) this.#listen();
    return () => {
      this.#wakers.delete(callback);
      if (this.#wakers.size > 0) return;
      this.#events?.abort();
      this.#events = null;
    };
  }

  #listen(): void {
    this.#events = new AbortController();
    const { signal } = this.#events;
    const wake = () => {
      for (const waker of [...this.#wakers]) waker();
    };
    addEventListener("online", wake, { signal });
    addEventListener("offline", () => this.#publish(), { signal });
    addEventListener("focus", wake, { signal });
    document.addEventListener(
      "visibilitychange",
      () => document.visibilityState === "visible" && wake(),
      { signal },
    );
  }

  #publish(): void {
    const shown = [...this.#outages].filter((outage) => outage.visible);
    const times = shown.map(({ retryAt }) => retryAt).filter((time) => time !== null);
    const next = shown.length
      ? { retryAt: times.length === shown.length ? Math.min(...times) : null, offline: isOffline() }
      : null;
    const { retryAt, offline } = this.#trouble ?? {};
    if (Boolean(next) === Boolean(this.#trouble)) {
      if (next?.retryAt === retryAt && next?.offline === offline) return;
    }
    this.#trouble = next;
    for (const listener of this.#listeners) listener();
  }
}

interface OutageSettings {
  /** How long it is worth trying, in milliseconds, without the time offline. */
  patience: number;
  /** Ends what the connection was for. */
  signal?: AbortSignal;
  /** The user doesn't wait for it and is told nothing. */
  silent?: boolean;
}

interface OutageOptions extends OutageSettings {
  backoff: Backoff;
  onChange: () => void;
  onEnd: () => void;
}

/** One lost connection, from its loss to the first sign of progress. */
export class Outage {
  readonly #options: OutageOptions;
  readonly #started = Date.now();
  readonly #showTimer: ReturnType<typeof setTimeout>;
  #counted = this.#started;
  #spent = 0;
  #hidden = false;
  #givenUp = false;
  #go: ((firm: boolean) => void) | null = null;
  retryAt: number | null = null;

  constructor(options: OutageOptions) {
    this.#options = options;
    this.#showTimer = setTimeout(() => options.onChange(), SHOW_AFTER_MS);
  }

  get visible(): boolean {
    if (this.#hidden || this.#options.silent) return false;
    return isOffline() || Date.now() - this.#started >= SHOW_AFTER_MS;
  }

  /**
   * Waits for the next try, at least as long as the server asked for. False: don't try any more;
   * the user gave up, stopped what it was for, or it has taken too long.
   */
  async wait(serverWantsMs = 0): Promise<boolean> {
    this.#count();
    if (this.#isOver()) return false;
    this.#hidden = false;
    const delay = Math.max(this.#options.backoff.next(), serverWantsMs);
    this.retryAt = Date.now() + delay;
    this.#options.onChange();
    await this.#pause(delay, serverWantsMs > 0);
    this.retryAt = null;
    this.#options.onChange();
    this.#count();
    return !(this.#givenUp || this.#options.signal?.aborted);
  }

  /** There is a connection, though nothing has come through it yet: nothing to worry the user with. */
  connected(): void {
    this.#hidden = true;
    this.#options.onChange();
  }

  end(): void {
    clearTimeout(this.#showTimer);
    this.#options.onEnd();
  }

  tryNow(): void {
    this.#go?.(true);
  }

  giveUp(): void {
    this.#givenUp = true;
    this.#go?.(true);
  }

  /** The network or the user is back: no reason to wait, unless the server asked for it. */
  wake(): void {
    this.#go?.(false);
    this.#options.onChange();
  }

  #pause(delay: number, firm: boolean): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, delay);
      const { signal } = this.#options;
      const go = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#go = (asked) => {
        if (asked || !firm) go();
      };
      signal?.addEventListener("abort", go, { once: true });
    });
  }

  #count(): void {
    const now = Date.now();
    if (!isOffline()) this.#spent += now - this.#counted;
    this.#counted = now;
  }

  #isOver(): boolean {
    const { patience, signal } = this.#options;
    if (this.#givenUp || signal?.aborted) return true;
    return this.#spent >= patience || Date.now() - this.#started >= OFFLINE_PATIENCE_MS;
  }
}

function isOffline(): boolean {
  return typeof navigator !== "undefined" && navigator.onLine === false;
}
