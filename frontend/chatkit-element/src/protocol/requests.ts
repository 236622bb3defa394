/** The requests of the protocol, and the one place that sends them. */
import { ChatKitError, responseError } from "./errors.ts";
import type { Action, FeedbackKind, UserMessageInput } from "./types.ts";

export type StreamingRequest =
  | { type: "threads.create"; params: { input: UserMessageInput } }
  | { type: "threads.add_user_message"; params: { thread_id: string; input: UserMessageInput } }
  | { type: "threads.add_client_tool_output"; params: { thread_id: string; result: unknown } }
  | { type: "threads.add_structured_input"; params: { thread_id: string; item_id: string; input: unknown } }
  | { type: "threads.retry_after_item"; params: { thread_id: string; item_id: string } }
  | { type: "threads.custom_action"; params: { thread_id: string; item_id: string | null; action: Action } };

type Order = "asc" | "desc";

export type JsonRequest =
  | { type: "threads.get_by_id"; params: { thread_id: string } }
  | { type: "threads.list"; params: { limit: number; order: Order; after?: string } }
  | { type: "items.list"; params: { thread_id: string; limit: number; order: Order; after?: string } }
  | { type: "items.feedback"; params: { thread_id: string; item_ids: string[]; kind: FeedbackKind } }
  | { type: "threads.update"; params: { thread_id: string; title: string } }
  | { type: "threads.delete"; params: { thread_id: string } }
  | {
      type: "threads.sync_custom_action";
      params: { thread_id: string; item_id: string | null; action: Action };
    };

export interface ApiConfig {
  url: string | null;
  fetch: typeof fetch | null;
}

export interface OpenStream {
  body: ReadableStream<Uint8Array>;
  /** The server promised to prove the stream's end with a comment. */
  provesEnd: boolean;
}

export class Api {
  /** Asked at each request: the host may change its options at any time. */
  readonly #config: () => ApiConfig;

  constructor(config: () => ApiConfig) {
    this.#config = config;
  }

  async stream(request: StreamingRequest, signal: AbortSignal): Promise<OpenStream> {
    return openStream(await this.#send(request, signal));
  }

  async json(request: JsonRequest, signal?: AbortSignal): Promise<unknown> {
    const response = await this.#send(request, signal);
    try {
      return await response.json();
    } catch (cause) {
      if (signal?.aborted) throw cause;
      throw new ChatKitError("not_chatkit", "The server's answer is not JSON.", { cause });
    }
  }

  async #send(request: StreamingRequest | JsonRequest, signal?: AbortSignal): Promise<Response> {
    const { url, fetch: hostFetch } = this.#config();
    if (!url) throw new ChatKitError("no_api", "The option api.url is not set.");
    const init: RequestInit = {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "text/event-stream, application/json" },
      body: JSON.stringify(request),
      signal,
    };
    let response: Response;
    try {
      // The global fetch must be called without a receiver.
      response = await (hostFetch ? hostFetch(url, init) : fetch(url, init));
    } catch (cause) {
      if (signal?.aborted) throw cause;
      throw sendingError(cause);
    }
    if (!response.ok) throw await responseError(response, "thread_id" in request.params);
    return response;
  }
}

/** The stream of a reply, or the reason why an answer is none. */
export async function openStream(response: Response): Promise<OpenStream> {
  if (!response.ok) throw await responseError(response, true);
  const type = response.headers.get("Content-Type") ?? "";
  if (!response.body || /\b(html|json)\b/i.test(type)) {
    throw new ChatKitError("not_chatkit", `Expected an event stream, got ${type || "nothing"}.`);
  }
  return { body: response.body, provesEnd: response.headers.has("X-Run-Id") };
}

/** fetch itself fails with a TypeError; any other error comes from the host's own fetch, with words of its own. */
function sendingError(cause: unknown): ChatKitError {
  if (cause instanceof ChatKitError) return cause;
  const detail = hostWords(cause);
  if (detail) return new ChatKitError("rejected", detail, { cause, detail });
  return new ChatKitError("unreachable", "The server could not be reached.", { cause });
}

/** What the host's own fetch says of a failure, of the request or in the middle of its stream. */
export function hostWords(cause: unknown): string | undefined {
  return cause instanceof Error && cause.name === "Error" && cause.message ? cause.message : undefined;
}
