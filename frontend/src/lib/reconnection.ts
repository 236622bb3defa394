import { Backoff } from "./backoff";

/** What the interface says of a lost connection; null when all is well. */
export interface ConnectionTrouble {
  /** When the next try begins, in milliseconds since 1970; null while one is going on. */
  retryAt: number | null;
  /** The browser itself has no network. */
  offline: boolean;
  /** The server can be reached, and asked to be left alone for now. */
  busy: boolean;
}

/** Proxies cut long streams as a matter of course; what is mended by then is not worth a word. */
const SHOW_AFTER_MS = 2000;
/** Being offline counts against nobody's patience, but not for ever. */
const OFFLINE_PATIENCE_MS = 600_000;
/** A server that says when to come back, as one does that restarts, is worth so long. */
const ASKED_PATIENCE_MS = 60_000;
/** A try that began before the network changed may hang on a connection that is dead. */
const SLOW_TRY_MS = 3000;

/** What those who hold or want a connection hear of the network. */
interface NetworkListener {
  /** It is there again, or the user looks at the page. */
  wake: () => void;
  /** The browser has none any more. */
  lost?: () => void;
}

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
  readonly #network = new Set<NetworkListener>();
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
    const stopListening = this.onNetwork({ wake: () => outage.wake() });
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

  /** Something else of this page has reached the server: no reason to wait. */
  readonly wake = (): void => {
    for (const { wake } of [...this.#network]) wake();
  };

  onNetwork(listener: NetworkListener): () => void {
    this.#network.add(listener);
    if (!this.#events) this.#listen();
    return () => {
      this.#network.delete(listener);
      if (this.#network.size > 0) return;
      this.#events?.abort();
      this.#events = null;
    };
  }

  #listen(): void {
    this.#events = new AbortController();
    const { signal } = this.#events;
    addEventListener("online", this.wake, { signal });
    addEventListener("offline", () => this.#lost(), { signal });
    addEventListener("focus", this.wake, { signal });
    document.addEventListener(
      "visibilitychange",
      () => document.visibilityState === "visible" && this.wake(),
      { signal },
    );
  }

  #lost(): void {
    for (const { lost } of [...this.#network]) lost?.();
    this.#publish();
  }

  #publish(): void {
    const next = troubleOf([...this.#outages].filter((outage) => outage.visible));
    if (isSame(next, this.#trouble)) return;
    this.#trouble = next;
    for (const listener of this.#listeners) listener();
  }
}

function troubleOf(outages: readonly Outage[]): ConnectionTrouble | null {
  if (outages.length === 0) return null;
  const times = outages.map(({ retryAt }) => retryAt).filter((time) => time !== null);
  return {
    retryAt: times.length === outages.length ? Math.min(...times) : null,
    offline: isOffline(),
    busy: outages.every(({ busy }) => busy),
  };
}

function isSame(one: ConnectionTrouble | null, other: ConnectionTrouble | null): boolean {
  return (
    one?.retryAt === other?.retryAt && one?.offline === other?.offline && one?.busy === other?.busy
  );
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
  #patience: number;
  #counted = this.#started;
  #spent = 0;
  #hidden = false;
  #givenUp = false;
  #hurried = false;
  #go: ((firm: boolean) => void) | null = null;
  #try = new AbortController();
  #triedAt = 0;
  retryAt: number | null = null;
  busy = false;

  constructor(options: OutageOptions) {
    this.#options = options;
    this.#patience = options.patience;
    this.#showTimer = setTimeout(() => options.onChange(), SHOW_AFTER_MS);
  }

  get visible(): boolean {
    if (this.#hidden || this.#options.silent) return false;
    return isOffline() || Date.now() - this.#started >= SHOW_AFTER_MS;
  }

  /** Ends the try that `wait` allowed, when nobody wants to wait for it any longer. */
  get trySignal(): AbortSignal {
    return this.#try.signal;
  }

  /**
   * Waits for the next try, at least as long as the server asked for. False: don't try any more;
   * the user gave up, stopped what it was for, or it has taken too long.
   */
  async wait(serverWantsMs = 0): Promise<boolean> {
    this.busy = serverWantsMs > 0;
    if (this.busy) this.#patience = Math.max(this.#patience, ASKED_PATIENCE_MS);
    this.#count();
    if (this.#isOver()) return false;
    this.#hidden = false;
    const delay = this.#hurried && !this.busy ? 0 : this.#options.backoff.next(serverWantsMs);
    this.#hurried = false;
    this.retryAt = Date.now() + delay;
    this.#options.onChange();
    await this.#pause(delay, this.busy);
    this.retryAt = null;
    this.#options.onChange();
    this.#count();
    this.#try = new AbortController();
    this.#triedAt = Date.now();
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
    if (this.#go) this.#go(true);
    else this.#tryAnew();
  }

  giveUp(): void {
    this.#givenUp = true;
    this.tryNow();
  }

  /** The network or the user is back: no reason to wait, unless the server asked for it. */
  wake(): void {
    if (this.#go) this.#go(false);
    else if (Date.now() - this.#triedAt > SLOW_TRY_MS) this.#tryAnew();
    this.#options.onChange();
  }

  #tryAnew(): void {
    if (this.#hidden) return;
    this.#hurried = true;
    this.#try.abort(new TypeError("Nobody waits for this try any longer."));
  }

  async #pause(delay: number, firm: boolean): Promise<void> {
    const { signal } = this.#options;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, delay);
      const go = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#go = (asked) => {
        if (asked || !firm) go();
      };
      signal?.addEventListener("abort", go, { once: true });
    });
    this.#go = null;
  }

  #count(): void {
    const now = Date.now();
    if (!isOffline()) this.#spent += now - this.#counted;
    this.#counted = now;
  }

  #isOver(): boolean {
    if (this.#givenUp || this.#options.signal?.aborted) return true;
    return this.#spent >= this.#patience || Date.now() - this.#started >= OFFLINE_PATIENCE_MS;
  }
}

function isOffline(): boolean {
  return typeof navigator !== "undefined" && navigator.onLine === false;
}
