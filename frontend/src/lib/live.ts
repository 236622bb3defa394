import type { LiveEvent } from "@/types/task";
import { Backoff } from "./backoff";
import type { Reconnection } from "./reconnection";
import { SignedOutError, type TokenKeeper } from "./token";

/** Waiting for the socket, in touch, or ended because nobody is signed in. */
export type LiveStatus = "connecting" | "live" | "signed-out";

interface LiveClientOptions {
  url: string;
  tokens: Pick<TokenKeeper, "get" | "renew">;
  /** Says when there is no reason to wait any longer. */
  reconnection: Pick<Reconnection, "onNetwork">;
  onEvent: (event: LiveEvent) => void;
  /** In touch (again): whatever happened before is unknown, so fetch anew. */
  onReady: () => void;
  onStatus?: (status: LiveStatus) => void;
  /** A number from 0 to 1, for the jitter. */
  random?: () => number;
}

const TOKEN_REFUSED = 4401;
/** After a sleep this long a socket may look open and be dead. */
const STALE_AFTER_HIDDEN_MS = 60_000;

/**
 * The client of `/ws/live`: says who it is in the first message, reconnects with backoff and full
 * jitter, renews the token when the server closes with 4401, and wakes up with the page and with
 * whatever else of it has reached the server.
 */
export class LiveClient {
  readonly #options: LiveClientOptions;
  #socket: WebSocket | null = null;
  #token = "";
  #refused = false;
  readonly #backoff: Backoff;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #listeners: AbortController | null = null;
  #stopListening: () => void = () => undefined;
  #hiddenSince = 0;

  constructor(options: LiveClientOptions) {
    this.#options = options;
    this.#backoff = new Backoff(options.random);
  }

  start(): void {
    if (this.#listeners) return;
    this.#listeners = new AbortController();
    const { signal } = this.#listeners;
    this.#stopListening = this.#options.reconnection.onNetwork({ wake: () => this.#wake() });
    document.addEventListener("visibilitychange", () => this.#onVisibility(), { signal });
    void this.#connect();
  }

  stop(): void {
    this.#listeners?.abort();
    this.#listeners = null;
    this.#stopListening();
    clearTimeout(this.#timer);
    this.#drop();
  }

  /** After a new sign-in, or when waiting makes no sense any more. */
  reconnect(): void {
    if (!this.#listeners) return;
    this.#backoff.reset();
    clearTimeout(this.#timer);
    this.#drop();
    void this.#connect();
  }

  #wake(): void {
    if (this.#socket?.readyState !== WebSocket.OPEN) this.reconnect();
  }

  #onVisibility(): void {
    if (document.visibilityState === "hidden") {
      this.#hiddenSince = Date.now();
    } else if (Date.now() - this.#hiddenSince > STALE_AFTER_HIDDEN_MS) {
      this.reconnect();
    }
  }

  async #connect(): Promise<void> {
    const run = this.#listeners;
    this.#options.onStatus?.("connecting");
    try {
      this.#token = this.#refused
        ? await this.#options.tokens.renew(this.#token)
        : await this.#options.tokens.get();
      this.#refused = false;
    } catch (error) {
      if (run !== this.#listeners) return;
      if (error instanceof SignedOutError) this.#options.onStatus?.("signed-out");
      else this.#retryLater();
      return;
    }
    // Stopped, or connected by a wake-up, while the token was on its way.
    if (run !== this.#listeners || !run || this.#socket) return;
    this.#open();
  }

  #open(): void {
    const socket = new WebSocket(this.#options.url);
    this.#socket = socket;
    socket.onopen = () => socket.send(JSON.stringify({ type: "auth", token: this.#token }));
    socket.onmessage = ({ data }) => {
      if (socket === this.#socket) this.#receive(data);
    };
    socket.onclose = ({ code }) => {
      if (socket !== this.#socket) return;
      this.#socket = null;
      this.#refused = code === TOKEN_REFUSED;
      this.#retryLater();
    };
  }

  #receive(data: unknown): void {
    const message = parse(data);
    if (!message) return;
    if (message.type === "ready") {
      this.#backoff.reset();
      this.#options.onStatus?.("live");
      this.#options.onReady();
    } else {
      this.#options.onEvent(message as LiveEvent);
    }
  }

  #retryLater(): void {
    this.#options.onStatus?.("connecting");
    this.#timer = setTimeout(() => void this.#connect(), this.#backoff.next());
  }

  #drop(): void {
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }
}

function parse(data: unknown): { type: string } | null {
  try {
    const message: unknown = JSON.parse(String(data));
    const type = (message as { type?: unknown } | null)?.type;
    return typeof type === "string" ? (message as { type: string }) : null;
  } catch {
    return null;
  }
}

/** `wss://` for `https://`. */
export function liveUrl(apiBaseUrl: string): string {
  return `${apiBaseUrl.replace(/^http/, "ws")}/ws/live`;
}
