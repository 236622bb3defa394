import { retryAfterMs } from "./backoff";
import type { Outage, Reconnection } from "./reconnection";
import { concat, FrameCutter } from "./sse-frames";

/** The server sends at least a comment every 15 s; three of them missing is a dead connection. */
const SILENCE_MS = 45_000;
/** After a sleep or a change of network, one missing is reason enough to look. */
const SUSPICIOUS_SILENCE_MS = 20_000;
/** How long the rest of a reply is worth trying for. */
const PATIENCE_MS = 120_000;

interface SplicedRunOptions {
  /** Opens the run's stream after a frame. */
  open: (lastId: number, signal: AbortSignal) => Promise<Response>;
  /** The connection that is open already. */
  first: ReadableStream<Uint8Array>;
  reconnection: Reconnection;
  /** Ends the reading, with its reason. */
  signal: AbortSignal;
  /** The reader has got the first frame, so it knows what it is that it reads. */
  onBegin: () => void;
  /** The stream ended as it should, or has been given up. */
  onEnd: (how: SplicedEnd) => void;
}

/**
 * `proven`: complete. `gone`: the server has no such stream any more, so the thread has to be
 * loaded anew. `lost`: given up, refused, or stopped.
 */
export type SplicedEnd = "proven" | "gone" | "lost";

/**
 * The bytes of one run, over as many connections as it takes: what its reader gets is what one
 * connection without a fault would have brought. Only whole frames are passed on, so a cut leaves
 * nothing half behind, and the number of the last one says where to go on.
 */
export function spliceRun(options: SplicedRunOptions): ReadableStream<Uint8Array> {
  const run = new SplicedRun(options);
  return new ReadableStream<Uint8Array>({
    pull: (controller) => run.pull(controller),
    cancel: () => run.leave(),
  });
}

type Controller = ReadableStreamDefaultController<Uint8Array>;

class SplicedRun {
  readonly #options: SplicedRunOptions;
  #connection: Connection | null;
  #outage: Outage | null = null;
  #lastId = 0;
  #over = false;

  constructor(options: SplicedRunOptions) {
    this.#options = options;
    this.#connection = new Connection(options.first, options.reconnection);
    options.signal.addEventListener("abort", () => this.#connection?.drop(), { once: true });
  }

  /** Brings at least one frame, the end, or the reason why there is none. */
  async pull(controller: Controller): Promise<void> {
    const { signal } = this.#options;
    while (!this.#over) {
      this.#connection ??= await this.#reconnect(controller);
      const chunk = await this.#connection?.read();
      if (this.#over) return;
      if (signal.aborted) return this.#fail(controller, signal.reason);
      if (!chunk) {
        this.#connection?.drop();
        this.#connection = null;
        this.#outage ??= this.#options.reconnection.begin({ patience: PATIENCE_MS, signal });
      } else if (this.#passOn(chunk, controller)) {
        return;
      }
    }
  }

  /** The reader wants no more; having seen the end, it may leave before the stream does. */
  leave(): void {
    this.#connection?.drop();
    if (!this.#over) this.#finish("lost");
  }

  #passOn(chunk: Uint8Array, controller: Controller): boolean {
    const connection = this.#connection;
    const before = this.#lastId;
    const news: Uint8Array[] = [];
    for (const { bytes, id, end } of connection?.cutter.push(chunk) ?? []) {
      if (id !== null && id <= this.#lastId) continue;
      if (id !== null && id !== this.#lastId + 1) {
        // Something in between is missing: as bad as a cut, and mended as one.
        connection?.drop();
        break;
      }
      news.push(bytes);
      this.#lastId = id ?? this.#lastId;
      if (end === null) continue;
      controller.enqueue(concat(news));
      controller.close();
      connection?.drop();
      this.#finish("proven");
      return true;
    }
    if (news.length === 0) return false;
    this.#outage?.end();
    this.#outage = null;
    controller.enqueue(concat(news));
    if (before === 0 && this.#lastId > 0) this.#options.onBegin();
    return true;
  }

  /** Null when there is no use in trying any more; the reader has been told then. */
  async #reconnect(controller: Controller): Promise<Connection | null> {
    const { open, signal } = this.#options;
    const outage = this.#outage;
    let serverWants = 0;
    while (outage && (await outage.wait(serverWants))) {
      const inTime = AbortSignal.any([signal, outage.trySignal]);
      const response = await open(this.#lastId, inTime).catch(() => null);
      if (signal.aborted) break;
      serverWants = response ? retryAfterMs(response) : 0;
      if (!response || isPassing(response.status)) continue;
      if (response.ok && response.body) {
        outage.connected();
        return new Connection(response.body, this.#options.reconnection);
      }
      await this.#refused(response, controller);
      return null;
    }
    this.#fail(controller, signal.aborted ? signal.reason : new Error(GIVEN_UP));
    return null;
  }

  async #refused(response: Response, controller: Controller): Promise<void> {
    if (response.status === 401) return this.#fail(controller, new Error(SIGNED_OUT));
    if (response.status === 403) return this.#fail(controller, new Error(FORBIDDEN));
    if (this.#lastId === 0) return this.#fail(controller, new Error(GONE));
    // What was said is stored, and the reader is shown that instead of the rest of the stream.
    controller.enqueue(new TextEncoder().encode(": end gone\n\n"));
    controller.close();
    this.#finish("gone");
  }

  #fail(controller: Controller, reason: unknown): void {
    controller.error(reason);
    this.#finish("lost");
  }

  #finish(how: SplicedEnd): void {
    this.#over = true;
    this.#outage?.end();
    this.#outage = null;
    this.#options.onEnd(how);
  }
}

/** Not the request's fault: the next one may do better. */
export function isPassing(status: number): boolean {
  return status === 408 || status === 425 || status === 429 || status >= 500;
}

const GIVEN_UP =
  "The reply may go on without this page. Reload the conversation to see how far it came.";
const SIGNED_OUT = "You are signed out. Sign in again, then reload the conversation.";
const FORBIDDEN = "This conversation belongs to another account.";
const GONE = "The reply is not there any more.";

/** One connection, read until it ends, breaks or falls silent. */
class Connection {
  readonly cutter = new FrameCutter();
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #stopListening: () => void;
  #lastByteAt = Date.now();
  #dropped = false;
  #cut: () => void = () => undefined;

  constructor(body: ReadableStream<Uint8Array>, reconnection: Reconnection) {
    this.#reader = body.getReader();
    this.#stopListening = reconnection.onNetwork({
      wake: () => {
        if (Date.now() - this.#lastByteAt > SUSPICIOUS_SILENCE_MS) this.drop();
      },
      // Nothing would say so for 45 s.
      lost: () => this.drop(),
    });
  }

  /** The next bytes; null when there will be none. */
  async read(): Promise<Uint8Array | null> {
    if (this.#dropped) return null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const silence = new Promise<null>((resolve) => {
      this.#cut = () => resolve(null);
      timer = setTimeout(this.#cut, SILENCE_MS);
    });
    const bytes = this.#reader.read().then(
      ({ value }) => value ?? null,
      () => null,
    );
    const chunk = await Promise.race([bytes, silence]);
    clearTimeout(timer);
    this.#lastByteAt = Date.now();
    return chunk;
  }

  drop(): void {
    this.#dropped = true;
    this.#stopListening();
    this.#cut();
    void this.#reader.cancel().catch(() => undefined);
  }
}
