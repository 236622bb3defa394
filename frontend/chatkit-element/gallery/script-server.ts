/**
 * A ChatKit server of one page: a fetch that answers from a script, with the delays of a real one. What it says is
 * chosen by words in the message, so that every state can be reached by hand.
 */

interface Item {
  id: string;
  type: string;
  [field: string]: unknown;
}

interface StoredThread {
  id: string;
  title: string | null;
  created_at: string;
  items: Item[];
  status?: object;
}

interface RequestBody {
  type: string;
  params: Record<string, unknown>;
}

export interface Pace {
  /** Milliseconds between words. */
  word: number;
  /** Milliseconds that a tool takes. */
  tool: number;
}

type Send = (event: object) => void;

const DAY_MS = 24 * 60 * 60 * 1000;
let lastId = 0;
const newId = (kind: string) => `${kind}_${++lastId}`;
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

export class ScriptServer {
  readonly threads = new Map<string, StoredThread>();
  readonly #attachments = new Map<string, object>();
  readonly tasks = [
    { id: "a", title: "Buy groceries", done: false, due: "today", priority: "high" },
    {
      id: "b",
      title: "Call the plumber about the kitchen tap that drips through the night",
      done: false,
      due: "tomorrow 17:00",
      priority: "",
    },
    { id: "c", title: "Send the invoice", done: true, due: "", priority: "" },
  ];

  /** How many come, and how many a second, in answer to "deltas". */
  deltas = { deltas: 0, rate: 200 };

  constructor(private readonly pace: Pace) {}

  lock(id: string, reason: string): void {
    const thread = this.threads.get(id);
    if (thread) thread.status = { type: "locked", reason };
  }

  readonly fetch: typeof fetch = async (input, init) => {
    if (String(input).includes("/files/")) return this.#receiveFile(String(input));
    const body = JSON.parse(String(init?.body)) as RequestBody;
    await wait(30);
    const { params } = body;
    switch (body.type) {
      case "threads.list":
        return json({ data: [...this.threads.values()].reverse().map(bare), has_more: false });
      case "threads.get_by_id": {
        const thread = this.threads.get(String(params.thread_id));
        if (!thread) return problem(404, "not_found", "There is no such conversation.");
        const first = thread.items.slice(0, 20);
        return json({
          ...bare(thread),
          items: { data: first, has_more: thread.items.length > 20, after: first.at(-1)?.id },
        });
      }
      case "items.list": {
        const items = [...(this.threads.get(String(params.thread_id))?.items ?? [])].reverse();
        const from = params.after ? items.findIndex((item) => item.id === params.after) + 1 : 0;
        const page = items.slice(from, from + Number(params.limit ?? 20));
        return json({ data: page, has_more: from + page.length < items.length, after: page.at(-1)?.id });
      }
      case "threads.update": {
        const thread = this.threads.get(String(params.thread_id));
        if (thread) thread.title = String(params.title);
        return json({});
      }
      case "threads.delete":
        this.threads.delete(String(params.thread_id));
        return json({});
      case "items.feedback":
      case "attachments.delete":
        return json({});
      case "attachments.create":
        return json(this.#announceFile(params));
      case "input.transcribe":
        await wait(this.pace.tool * 3);
        return json({ text: "and call the plumber about the kitchen tap" });
      default:
        return this.#stream(body, init?.signal ?? null);
    }
  };

  /** A file's id, and where it goes. */
  #announceFile({ name, mime_type }: Record<string, unknown>): object {
    const id = newId("atc");
    const type = String(mime_type).startsWith("image/") ? "image" : "file";
    const upload_descriptor = { url: `/files/${name}`, method: "PUT", headers: {} };
    const attachment = { id, type, name, mime_type, upload_descriptor };
    this.#attachments.set(id, attachment);
    return attachment;
  }

  /** `slow` ones never come to an end, `fails` ones do not arrive. */
  async #receiveFile(url: string): Promise<Response> {
    await wait(/slow/.test(url) ? 3_600_000 : this.pace.tool);
    return /fails/.test(url) ? problem(507, "full", "There is no room for this file.") : json({});
  }

  addThread(title: string | null, daysAgo: number, items: Item[] = []): StoredThread {
    const created_at = new Date(Date.now() - daysAgo * DAY_MS).toISOString();
    const thread = { id: newId("thr"), title, created_at, items };
    this.threads.set(thread.id, thread);
    return thread;
  }

  #stream(body: RequestBody, signal: AbortSignal | null): Response {
    const input = body.params.input as { content: { text: string }[] } | undefined;
    const said = input?.content.map((part) => part.text).join("") ?? "";
    const failure = /^fail (\d+)$/i.exec(said);
    if (failure) return problem(Number(failure[1]), "failed", null);
    if (/^fail network$/i.test(said)) throw new TypeError("Failed to fetch");
    if (/^fail html$/i.test(said)) {
      return new Response("<h1>Hello</h1>", { headers: { "Content-Type": "text/html" } });
    }
    const encoder = new TextEncoder();
    let number = 0;
    const stream = new ReadableStream<Uint8Array>({
      start: async (controller) => {
        const send: Send = (event) => {
          signal?.throwIfAborted();
          controller.enqueue(encoder.encode(`id: ${++number}\ndata: ${JSON.stringify(event)}\n\n`));
        };
        signal?.addEventListener("abort", () => {
          try {
            controller.error(signal.reason);
          } catch {
            // It had ended.
          }
        });
        try {
          await this.#answer(body, said, input, send);
          if (!/^fail cut$/i.test(said)) controller.enqueue(encoder.encode(": end completed\n\n"));
          controller.close();
        } catch {
          // Stopped.
        }
      },
    });
    return new Response(stream, {
      headers: { "Content-Type": "text/event-stream", "X-Run-Id": newId("run") },
    });
  }

  async #answer(body: RequestBody, said: string, input: unknown, send: Send): Promise<void> {
    const thread =
      body.type === "threads.create"
        ? this.addThread(null, 0)
        : (this.threads.get(String(body.params.thread_id)) as StoredThread);
    if (body.type === "threads.create")
      send({ type: "thread.created", thread: { ...bare(thread), items: { data: [] } } });
    const store = (item: Item) => {
      const at = thread.items.findIndex((other) => other.id === item.id);
      if (at === -1) thread.items.push(item);
      else thread.items[at] = item;
      send({ type: "thread.item.done", item });
    };
    if (body.type === "threads.custom_action") return this.#act(body, thread, send);
    if (body.type === "threads.retry_after_item") {
      const at = thread.items.findIndex((item) => item.id === body.params.item_id);
      thread.items.splice(at + 1);
    } else if (input) {
      const { content, attachments } = input as { content: unknown; attachments: string[] };
      const files = attachments.map((id) => this.#attachments.get(id)).filter(Boolean);
      store(item("user_message", { content, attachments: files }));
    }
    send({ type: "stream_options", stream_options: { allow_cancel: true } });
    await wait(150);
    if (!thread.title) {
      thread.title = said.slice(0, 40) || "New chat";
      send({ type: "thread.updated", thread: bare(thread) });
    }
    if (said === "deltas") return this.#flood(send, store);
    if (/^fail event$/i.test(said)) {
      return send({
        type: "error",
        code: "custom",
        message: "The model is not available right now.",
        allow_retry: true,
      });
    }
    if (/groceries|add|create/i.test(said)) {
      await this.#tool(send, store, "Adding task", "Added buy groceries", "plus", { title: "Buy groceries" });
      return this.#say(send, store, "I added **Buy groceries** to your list. Shall I set a due date?");
    }
    if (/list|tasks|show/i.test(said)) {
      await this.#tool(send, store, "Reading your tasks", "Read 3 tasks", "notebook", { status: "open" });
      await this.#say(send, store, "You have 2 open tasks.");
      return store(item("widget", { widget: this.taskList() }));
    }
    if (/delete/i.test(said)) {
      await this.#say(send, store, "That would delete 2 tasks. Are you sure?");
      return store(item("widget", { widget: confirmCard() }));
    }
    if (/progress/i.test(said)) {
      send({ type: "progress_update", text: "Searching the archive", icon: "search" });
      await wait(this.pace.tool * 3);
    }
    if (/notice/i.test(said)) {
      send({
        type: "notice",
        level: "warning",
        title: "Nearly there",
        message: "You have used 90 of 100 messages today.",
      });
    }
    await this.#say(
      send,
      store,
      /long/i.test(said) ? SHOWCASE : `You said: “${said}”. Try *show my tasks*, or **long**.`,
    );
  }

  async #act(body: RequestBody, thread: StoredThread, send: Send): Promise<void> {
    await wait(this.pace.tool / 2);
    const action = body.params.action as { type: string; payload: Record<string, unknown> };
    const task = this.tasks.find((entry) => entry.id === action.payload.task_id);
    if (task) task.done = action.payload.completed === true;
    const sender = thread.items.find((entry) => entry.id === body.params.item_id);
    if (!sender) return;
    if (action.type.startsWith("tasks.")) {
      sender.widget = {
        type: "Card",
        children: [
          {
            type: "Text",
            value: action.type === "tasks.confirm" ? "Deleted 2 tasks." : "Nothing was deleted.",
          },
        ],
      };
    } else {
      sender.widget = this.taskList();
    }
    send({ type: "thread.item.replaced", item: sender });
  }

  async #tool(
    send: Send,
    store: (item: Item) => void,
    doing: string,
    done: string,
    icon: string,
    input: object,
  ): Promise<void> {
    const workflow = (task: object) => item("workflow", { workflow: { type: "custom", tasks: [task] } });
    const content = `**Arguments**\n\n\`\`\`json\n${JSON.stringify(input, null, 2)}\n\`\`\`\n\n**Result**\n\n\`\`\`json\n${JSON.stringify({ message: `${done}.`, tasks: [{ id: "t12", title: "Buy groceries", completed: false }] }, null, 2)}\n\`\`\``;
    const started = workflow({ type: "custom", title: doing, icon, status_indicator: "loading" });
    send({ type: "thread.item.added", item: started });
    await wait(this.pace.tool);
    const task = { type: "custom", title: done, icon, status_indicator: "complete", content };
    send({
      type: "thread.item.updated",
      item_id: started.id,
      update: { type: "workflow.task.updated", task_index: 0, task },
    });
    store({ ...started, workflow: { type: "custom", tasks: [task] } });
  }

  /** As many deltas a second as are asked for, whatever the timers of a busy page are worth. */
  async #flood(send: Send, store: (item: Item) => void): Promise<void> {
    const { deltas, rate } = this.deltas;
    const message = item("assistant_message", { content: [] });
    send({ type: "thread.item.added", item: message });
    const started = performance.now();
    let text = "";
    let sent = 0;
    for (const delta of words(deltas)) {
      text += delta;
      send({
        type: "thread.item.updated",
        item_id: message.id,
        update: { type: "assistant_message.content_part.text_delta", content_index: 0, delta },
      });
      sent++;
      while (sent > ((performance.now() - started) * rate) / 1000) await wait(4);
    }
    store({ ...message, content: [{ type: "output_text", text, annotations: [] }] });
  }

  async #say(send: Send, store: (item: Item) => void, text: string): Promise<void> {
    const message = item("assistant_message", { content: [] });
    send({ type: "thread.item.added", item: message });
    const update = (fields: object) =>
      send({ type: "thread.item.updated", item_id: message.id, update: { content_index: 0, ...fields } });
    update({
      type: "assistant_message.content_part.added",
      content: { type: "output_text", text: "", annotations: [] },
    });
    for (const delta of text.match(/\S+\s*/g) ?? []) {
      update({ type: "assistant_message.content_part.text_delta", delta });
      if (this.pace.word > 0) await wait(this.pace.word);
    }
    store({ ...message, content: [{ type: "output_text", text, annotations: [] }] });
  }

  taskList(): object {
    return {
      type: "ListView",
      children: this.tasks.map((task) => ({
        type: "ListViewItem",
        key: task.id,
        children: [
          {
            type: "Row",
            gap: 3,
            flex: 1,
            children: [
              {
                type: "Checkbox",
                name: "completed",
                defaultChecked: task.done,
                onChangeAction: {
                  type: "task.set_completed",
                  payload: { task_id: task.id },
                  handler: "server",
                },
              },
              {
                type: "Col",
                gap: 0,
                flex: 1,
                children: [
                  {
                    type: "Text",
                    value: task.title,
                    lineThrough: task.done,
                    color: task.done ? "tertiary" : "primary",
                  },
                  ...(task.due ? [{ type: "Caption", value: task.due }] : []),
                ],
              },
              ...(task.priority ? [{ type: "Badge", label: task.priority, color: "danger" }] : []),
            ],
          },
        ],
      })),
    };
  }
}

function confirmCard(): object {
  return {
    type: "Card",
    size: "md",
    children: [
      { type: "Title", value: "Delete 2 tasks?", size: "sm" },
      { type: "Text", value: "Buy groceries, Send the invoice", color: "secondary" },
    ],
    confirm: { label: "Delete", action: { type: "tasks.confirm", payload: { confirmation_id: "c1" } } },
    cancel: { label: "Keep them", action: { type: "tasks.decline", payload: { confirmation_id: "c1" } } },
  };
}

export function item(type: string, fields: object): Item {
  return { id: newId("item"), type, created_at: new Date().toISOString(), ...fields };
}

function bare({ items: _, ...thread }: StoredThread): object {
  return { ...thread, status: thread.status ?? { type: "active" } };
}

function json(body: unknown): Response {
  return new Response(JSON.stringify(body), { headers: { "Content-Type": "application/json" } });
}

/** So many deltas: words, and from time to time a paragraph or some code. */
function* words(count: number): Generator<string> {
  for (let index = 0; index < count; index++) {
    if (index % 200 === 150) yield "\n\n```js\nconst answer = 42;\n```\n\n";
    else if (index % 40 === 39) yield ".\n\n";
    else yield index % 17 === 0 ? "**bold** " : "word ";
  }
}

function problem(status: number, code: string, detail: string | null): Response {
  const headers: Record<string, string> = { "Content-Type": "application/json" };
  if (status === 429) headers["Retry-After"] = "20";
  return new Response(JSON.stringify({ code, ...(detail ? { detail } : {}) }), { status, headers });
}

export const SHOWCASE = `Here is a **plan for the week**, with a [link](https://example.com/docs) and \`inline code\`:

1. Buy groceries
2. Call the plumber
   - before noon
   - about the kitchen tap
3. Send the invoice

### What it costs

| Item | Price | When |
| --- | ---: | --- |
| Groceries | 42.50 | today |
| Plumber | 180.00 | tomorrow at 17:00 |
| Invoice for a customer with a long name | 0 | Friday |

> A short quotation, to see how it is set.

\`\`\`python
def greet(name: str) -> str:
    return f"Hello, {name}, this line is rather long so that it has to scroll sideways"
\`\`\`

- [x] done
- [ ] open

An image that is not loaded: ![a cat](https://evil.example/cat.png), raw <b>HTML</b>, and ~~nothing~~ more.`;
