/** A ChatKit server for tests: answers requests by a function, keeps what was asked, streams on command. */

export interface SeenRequest {
  type: string;
  params: Record<string, unknown>;
  signal: AbortSignal | null;
  url: string;
}

type Answer = Response | Promise<Response>;

export class FakeServer {
  readonly requests: SeenRequest[] = [];

  constructor(public answer: (request: SeenRequest, index: number) => Answer) {}

  readonly fetch: typeof fetch = async (input, init) => {
    const body = JSON.parse(String(init?.body)) as { type: string; params: Record<string, unknown> };
    const request = { ...body, signal: init?.signal ?? null, url: String(input) };
    this.requests.push(request);
    return this.answer(request, this.requests.length - 1);
  };

  types(): string[] {
    return this.requests.map(({ type }) => type);
  }
}

export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  const all = { "Content-Type": "application/json", ...headers };
  return new Response(JSON.stringify(body), { status, headers: all });
}

const encoder = new TextEncoder();

export function frame(event: object): string {
  return `data: ${JSON.stringify(event)}\n\n`;
}

interface StreamSettings {
  runId?: string;
  /** The status of `: end`, or null for a stream that just closes. */
  end?: string | null;
}

/** A stream that is all there at once. */
export function stream(events: object[], { runId, end = null }: StreamSettings = {}): Response {
  const text = `: hello\n\n${events.map(frame).join("")}${end === null ? "" : `: end ${end}\n\n`}`;
  return new Response(text, { headers: streamHeaders(runId) });
}

function streamHeaders(runId: string | undefined): Record<string, string> {
  return { "Content-Type": "text/event-stream", ...(runId ? { "X-Run-Id": runId } : {}) };
}

/** A stream that the test writes; it breaks when the request is aborted, as a real one does. */
export class LiveStream {
  #controller: ReadableStreamDefaultController<Uint8Array> | null = null;
  readonly response: Response;

  constructor(request: SeenRequest, settings: StreamSettings = {}) {
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller;
      },
    });
    request.signal?.addEventListener("abort", () => this.break());
    this.response = new Response(body, { headers: streamHeaders(settings.runId) });
  }

  async send(...events: object[]): Promise<void> {
    this.#controller?.enqueue(encoder.encode(events.map(frame).join("")));
    await settled();
  }

  async close(end: string | null = null): Promise<void> {
    if (end !== null) this.#controller?.enqueue(encoder.encode(`: end ${end}\n\n`));
    this.#controller?.close();
    await settled();
  }

  break(): void {
    this.#controller?.error(new TypeError("network error"));
  }
}

/** Enough turns of the event loop for promises, timers of 0 and one drawing. */
export async function settled(turns = 6): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setTimeout(resolve, 4));
}

const AT = "2026-01-02T03:04:05Z";

export function thread(id = "thr_1", fields: object = {}): object {
  return { id, title: null, created_at: AT, status: { type: "active" }, metadata: {}, ...fields };
}

export const events = {
  created: (id = "thr_1") => ({ type: "thread.created", thread: { ...thread(id), items: { data: [] } } }),
  titled: (title: string, id = "thr_1") => ({ type: "thread.updated", thread: thread(id, { title }) }),
  user: (text: string, id = "msg_u") => ({ type: "thread.item.done", item: items.user(text, id) }),
  added: (item: object) => ({ type: "thread.item.added", item }),
  done: (item: object) => ({ type: "thread.item.done", item }),
  replaced: (item: object) => ({ type: "thread.item.replaced", item }),
  removed: (id: string) => ({ type: "thread.item.removed", item_id: id }),
  update: (id: string, update: object) => ({ type: "thread.item.updated", item_id: id, update }),
  delta: (id: string, delta: string, index = 0) => ({
    type: "thread.item.updated",
    item_id: id,
    update: { type: "assistant_message.content_part.text_delta", content_index: index, delta },
  }),
  failure: (allow_retry: boolean, message: string | null = null) => ({
    type: "error",
    code: message === null ? "stream.error" : "custom",
    message,
    allow_retry,
  }),
};

export const items = {
  user: (text: string, id = "msg_u") => ({
    type: "user_message",
    id,
    thread_id: "thr_1",
    created_at: AT,
    content: [{ type: "input_text", text }],
    attachments: [],
    inference_options: {},
  }),
  assistant: (text: string, id = "msg_a") => ({
    type: "assistant_message",
    id,
    thread_id: "thr_1",
    created_at: AT,
    content: text === "" ? [] : [{ type: "output_text", text, annotations: [] }],
  }),
  workflow: (tasks: object[], id = "wf_1", fields: object = {}) => ({
    type: "workflow",
    id,
    thread_id: "thr_1",
    created_at: AT,
    workflow: { type: "custom", tasks, expanded: false, ...fields },
  }),
  widget: (widget: object, id = "wid_1") => ({
    type: "widget",
    id,
    thread_id: "thr_1",
    created_at: AT,
    widget,
  }),
  toolCall: (name: string, args: object = {}, id = "tc_1") => ({
    type: "client_tool_call",
    id,
    thread_id: "thr_1",
    created_at: AT,
    status: "pending",
    call_id: `call_${id}`,
    name,
    arguments: args,
  }),
};

/** A whole ordinary reply. */
export function reply(said: string, answer: string, threadId = "thr_1"): object[] {
  return [
    events.created(threadId),
    events.user(said),
    { type: "stream_options", stream_options: { allow_cancel: true } },
    events.added(items.assistant("")),
    events.delta("msg_a", answer),
    events.done(items.assistant(answer)),
  ];
}
