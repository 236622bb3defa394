import { retryAfterMs } from "./backoff";
import type { Outage, Reconnection } from "./reconnection";
import { isPassing, type SplicedEnd, spliceRun } from "./spliced-run";
import type { UnsentActions } from "./unsent";

/** ChatKit's requests that are answered by a stream. The others are passed on as they are. */
const STREAMING = new Set<unknown>([
  "threads.create",
  "threads.add_user_message",
  "threads.add_client_tool_output",
  "threads.add_structured_input",
  "threads.retry_after_item",
  "threads.custom_action",
]);

/** How long a message that nobody has answered is worth trying for. */
const SENDING_PATIENCE_MS = 20_000;
/** The same for a Stop that did not get through. */
const STOPPING_PATIENCE_MS = 60_000;
/** Answers of whoever stands before the server, or of one that is about to leave. */
const NOT_TAKEN = [502, 503, 504];

interface ResumingOptions {
  /** `.../api/{user_id}/chat`. */
  url: string;
  /** The authenticated fetch. */
  send: typeof fetch;
  reconnection: Reconnection;
  unsent: UnsentActions;
  /** The rest of a reply can't be had as a stream: load the thread anew. */
  onGone: () => void;
}

export interface ResumingChat {
  /** ChatKit's `fetch`. */
  fetch: typeof fetch;
  /** The stream of a run that is going on, from its beginning. */
  follow: (runId: string, signal: AbortSignal) => Promise<Response>;
}

/**
 * The `fetch` that loses no reply and no message. A message is sent until it is answered, under one
 * `Idempotency-Key`; a reply whose connection is cut goes on where it was cut; and an abort, which
 * is ChatKit's Stop, stops the run itself and not only its reader.
 */
export function createResumingChat(options: ResumingOptions): ResumingChat {
  const { url, send, reconnection, unsent, onGone } = options;
  const runUrl = (runId: string) => `${url}/runs/${encodeURIComponent(runId)}`;
  const eventsUrl = (runId: string) => `${runUrl(runId)}/events`;
  const after = (lastId: number) => ({
    headers: { Accept: "text/event-stream", "Last-Event-ID": String(lastId) },
  });
  /** Stops on their way: a message that is sent after one finds the thread free. */
  const stopping = new Set<Promise<unknown>>();

  async function stop(runId: string): Promise<void> {
    // The user has what they asked for already: nothing is said of it.
    const outage = reconnection.begin({ patience: STOPPING_PATIENCE_MS, silent: true });
    do {
      const init = { method: "POST", keepalive: true };
      const cancelled = send(`${runUrl(runId)}/cancel`, init).catch(() => null);
      stopping.add(cancelled);
      const response = await cancelled;
      stopping.delete(cancelled);
      if (response && !isPassing(response.status)) break;
    } while (await outage.wait());
    outage.end();
  }

  function splice(
    runId: string,
    response: Response,
    signal: AbortSignal,
    { onBegin, onEnd }: { onBegin: () => void; onEnd: (how: SplicedEnd) => void },
  ): Response {
    if (!response.body) return response;
    const ended = new AbortController();
    const onAbort = () => void stop(runId);
    signal.addEventListener("abort", onAbort, { signal: ended.signal });
    const body = spliceRun({
      open: (lastId, inner) => send(eventsUrl(runId), { ...after(lastId), signal: inner }),
      first: response.body,
      reconnection,
      signal,
      onBegin,
      onEnd: (how) => {
        ended.abort();
        onEnd(how);
        if (how === "gone") onGone();
      },
    });
    const { status, statusText, headers } = response;
    return new Response(body, { status, statusText, headers });
  }

  /** Sends until there is an answer; gives back the last one, or fails as the last try did. */
  async function sendUntilTaken(
    input: RequestInfo | URL,
    init: RequestInit,
    signal: AbortSignal,
  ): Promise<Response> {
    let outage: Outage | null = null;
    try {
      for (;;) {
        const one = { ...init, signal: outage?.trySignal };
        const answer = await send(input, one).catch((error: unknown) => ({ error }));
        const answered = answer instanceof Response;
        if (answered && !NOT_TAKEN.includes(answer.status)) return answer;
        outage ??= reconnection.begin({ patience: SENDING_PATIENCE_MS, signal });
        if (await outage.wait(answered ? retryAfterMs(answer) : 0)) continue;
        if (answered) return answer;
        throw answer.error;
      }
    } finally {
      outage?.end();
    }
  }

  /** One user action: a request whose answer is a run's stream. */
  async function act(
    input: RequestInfo | URL,
    { signal, ...init }: RequestInit,
    body: string,
  ): Promise<Response> {
    const stopped = signal ?? new AbortController().signal;
    const key = unsent.begin(body);
    const headers = new Headers(init.headers);
    headers.set("X-Resume", "1");
    headers.set("Idempotency-Key", key);
    const taken = Promise.all(stopping).then(() => {
      stopped.throwIfAborted();
      return sendUntilTaken(input, { ...init, headers }, stopped);
    });
    let response: Response;
    try {
      response = await unlessAborted(taken, stopped);
    } catch (error) {
      unsent.leave(key, body);
      // The run that nobody waits for any more is known once the request is answered.
      if (stopped.aborted) taken.then(stopUnwanted(key), () => undefined);
      throw error;
    }
    const runId = response.headers.get("X-Run-Id");
    if (response.ok && runId !== null) {
      let begun = false;
      return splice(runId, response, stopped, {
        onBegin: () => {
          begun = true;
          unsent.settle(key);
        },
        onEnd: (how) => {
          if (how === "lost" && !begun && !stopped.aborted) unsent.leave(key, body);
          else unsent.settle(key);
        },
      });
    }
    if (response.status < 500) unsent.settle(key);
    else unsent.leave(key, body);
    return response;
  }

  function stopUnwanted(key: string) {
    return (response: Response): void => {
      void response.body?.cancel().catch(() => undefined);
      const runId = response.headers.get("X-Run-Id");
      if (runId === null) return;
      unsent.settle(key);
      void stop(runId);
    };
  }

  return {
    fetch: (input, init) => {
      const { body } = init ?? {};
      const streams = typeof body === "string" && STREAMING.has(typeOf(body));
      return streams ? act(input, init ?? {}, body) : send(input, init);
    },
    follow: async (runId, signal) => {
      const opened = sendUntilTaken(eventsUrl(runId), after(0), signal);
      const response = await unlessAborted(opened, signal);
      if (!response.ok) return response;
      return splice(runId, response, signal, { onBegin: ignore, onEnd: ignore });
    },
  };
}

const ignore = () => undefined;

function typeOf(body: string): unknown {
  try {
    return (JSON.parse(body) as { type?: unknown } | null)?.type;
  } catch {
    return undefined;
  }
}

function unlessAborted<T>(result: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    result.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
