/** The requests of the protocol, and the one place that sends them. */
import { ClientSecret, type GetClientSecret } from "./client-secret.ts";
import { ChatKitError, hostWords, responseError } from "./errors.ts";
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
  | { type: "attachments.create"; params: { name: string; size: number; mime_type: string } }
  | { type: "attachments.delete"; params: { attachment_id: string } }
  | { type: "input.transcribe"; params: { audio_base64: string; mime_type: string } }
  | {
      type: "threads.sync_custom_action";
      params: { thread_id: string; item_id: string | null; action: Action };
    };

/** How files get to the server: announced and then put where it says, or posted to one address. */
export type UploadStrategy = { type: "two_phase" } | { type: "direct"; url: string };

export interface ApiConfig {
  url: string | null;
  fetch: typeof fetch | null;
  /** Where requests need a short-lived secret. */
  getClientSecret: GetClientSecret | null;
  upload: UploadStrategy;
}

/** Where the vendor hosts ChatKit for those who have a client secret and no server of their own. */
const HOSTED_URL = "https://api.openai.com/v1/chatkit/conversation";

export interface OpenStream {
  body: ReadableStream<Uint8Array>;
  /** The server promised to prove the stream's end with a comment. */
  provesEnd: boolean;
}

export class Api {
  /** Asked at each request: the host may change its options at any time. */
  readonly #config: () => ApiConfig;
  readonly #secret = new ClientSecret();

  constructor(config: () => ApiConfig) {
    this.#config = config;
  }

  get config(): ApiConfig {
    return this.#config();
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
    const { url, getClientSecret } = this.#config();
    const address = url ?? (getClientSecret ? HOSTED_URL : null);
    if (!address) throw new ChatKitError("no_api", "The option api.url is not set.");
    const init: RequestInit = {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "text/event-stream, application/json" },
      body: JSON.stringify(request),
      signal,
    };
    const response = await this.fetch(address, init);
    if (!response.ok) throw await responseError(response, "thread_id" in request.params);
    return response;
  }

  /**
   * The host's own fetch, or the browser's; with the client secret where there is one, and again with another one should
   * the server refuse it. Throws a ChatKitError.
   */
  async fetch(url: string, init: RequestInit): Promise<Response> {
    const { url: address, getClientSecret } = this.#config();
    if (!getClientSecret) return this.#fetch(url, init);
    const server = address ?? HOSTED_URL;
    const secret = await this.#secret.current(server, getClientSecret);
    const response = await this.#fetch(url, withSecret(init, secret));
    if (response.status !== 401) return response;
    const fresh = await this.#secret.replace(server, secret, getClientSecret);
    return fresh === secret ? response : this.#fetch(url, withSecret(init, fresh));
  }

  async #fetch(url: string, init: RequestInit): Promise<Response> {
    const { fetch: hostFetch } = this.#config();
    try {
      // The global fetch must be called without a receiver.
      return await (hostFetch ? hostFetch(url, init) : fetch(url, init));
    } catch (cause) {
      if (init.signal?.aborted) throw cause;
      throw sendingError(cause);
    }
  }
}

function withSecret(init: RequestInit, secret: string): RequestInit {
  const headers = new Headers(init.headers);
  headers.set("Authorization", `Bearer ${secret}`);
  headers.set("OpenAI-Beta", "chatkit_beta=v1");
  return { ...init, headers };
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
