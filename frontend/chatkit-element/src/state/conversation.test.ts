import { describe, expect, test, vi } from "vitest";
import { Api } from "../protocol/requests.ts";
import type { UserMessageInput } from "../protocol/types.ts";
import {
  events,
  FakeServer,
  items,
  json,
  LiveStream,
  reply,
  type SeenRequest,
  settled,
  stream,
  thread,
} from "../testing/server.ts";
import { Conversation, type ConversationHost } from "./conversation.ts";

function input(text: string): UserMessageInput {
  return {
    content: [{ type: "input_text", text }],
    attachments: [],
    quoted_text: null,
    inference_options: {},
  };
}

function setUp(answer: FakeServer["answer"], threadId: string | null = null) {
  const server = new FakeServer(answer);
  const host = {
    emit: vi.fn<ConversationHost["emit"]>(),
    restoreDraft: vi.fn<ConversationHost["restoreDraft"]>(),
    threadChanged: vi.fn<ConversationHost["threadChanged"]>(),
    runClientTool: vi.fn<ConversationHost["runClientTool"]>(async () => ({ ok: true })),
  };
  const api = new Api(() => ({
    url: "/chatkit",
    fetch: server.fetch,
    getClientSecret: null,
    upload: { type: "two_phase" },
  }));
  const conversation = new Conversation(api, host, threadId);
  const names = () => host.emit.mock.calls.map(([name]) => name).filter((name) => name !== "chatkit.log");
  return { server, host, conversation, names, state: () => conversation.store.value };
}

describe("sending", () => {
  test("a first message creates the thread, a second one goes to it", async () => {
    const { server, host, conversation, names, state } = setUp(() => stream(reply("hi", "Hello"), {}));
    await conversation.send(input("hi"));
    expect(server.requests[0]).toMatchObject({ type: "threads.create", params: { input: input("hi") } });
    expect(state().thread.items.map(({ type }) => type)).toEqual(["user_message", "assistant_message"]);
    expect(state()).toMatchObject({ run: "none", pending: null, failure: null });
    expect(host.threadChanged).toHaveBeenCalledOnce();
    expect(names()).toEqual(["chatkit.response.start", "chatkit.response.end"]);
    await conversation.send(input("again"));
    expect(server.requests[1]).toMatchObject({
      type: "threads.add_user_message",
      params: { thread_id: "thr_1", input: input("again") },
    });
  });

  test("the message is shown at once and only once", async () => {
    let live: LiveStream | null = null;
    const { conversation, state } = setUp((request) => {
      live = new LiveStream(request);
      return live.response;
    });
    const sent = conversation.send(input("hi"));
    await settled();
    const running = live as unknown as LiveStream;
    expect(state().pending?.content).toEqual([{ type: "input_text", text: "hi" }]);
    await running.send(events.created(), events.user("hi"));
    expect(state().pending).toBeNull();
    expect(state().thread.items).toHaveLength(1);
    await running.close();
    await sent;
  });

  test("a second message during a reply is refused", async () => {
    const { conversation } = setUp((request) => new LiveStream(request).response);
    const first = conversation.send(input("one"));
    await settled();
    await expect(conversation.send(input("two"))).rejects.toThrow("still running");
    conversation.stop();
    await first;
  });

  test.each([
    [401, "unauthorized", false],
    [403, "forbidden", false],
    [404, "wrong_address", true],
    [405, "wrong_address", true],
    [409, "busy", false],
    [413, "too_large", false],
    [422, "rejected", true],
    [429, "too_many", false],
    [500, "server", true],
    [503, "server", true],
  ])("HTTP %i is said as %s, and the text goes back", async (status, kind, refused) => {
    const { host, conversation, names, state } = setUp(() =>
      json({ detail: "Words of the server.", code: "x" }, status, { "Retry-After": "7" }),
    );
    await expect(conversation.send(input("hi"))).rejects.toMatchObject({ kind });
    expect(state().failure?.error).toMatchObject({
      kind,
      status,
      detail: "Words of the server.",
      retryAfter: 7,
    });
    expect(state().failure?.remedy).toEqual({ do: "resend", input: input("hi") });
    expect(host.restoreDraft).toHaveBeenCalledWith(input("hi"), refused);
    expect(state().pending).toBeNull();
    expect(names()).toEqual(["chatkit.error"]);
  });

  test("a thread that is gone offers a new one", async () => {
    const { conversation, state } = setUp(
      () => json({ detail: "No such thread.", code: "not_found" }, 404),
      "thr_9",
    );
    await expect(conversation.send(input("hi"))).rejects.toMatchObject({ kind: "thread_gone" });
    expect(state().failure?.remedy).toEqual({ do: "new_chat" });
  });

  test.each([
    ["a lost network", () => Promise.reject(new TypeError("Failed to fetch")), "unreachable"],
    ["a web page", () => new Response("<p>", { headers: { "Content-Type": "text/html" } }), "not_chatkit"],
    ["JSON", () => json({ ok: true }), "not_chatkit"],
    ["words of the host's fetch", () => Promise.reject(new Error("Sign in again.")), "rejected"],
  ])("%s instead of a stream is a failure with words", async (_name, answer, kind) => {
    const { conversation, state } = setUp(answer as () => Response);
    await conversation.send(input("hi")).catch(() => {});
    expect(state().failure?.error.kind).toBe(kind);
    expect(state().run).toBe("none");
  });
});

describe("the end of a stream", () => {
  const begun = [
    events.created(),
    events.user("hi"),
    events.added(items.assistant("")),
    events.delta("msg_a", "Hal"),
  ];

  test("a server that does not prove its end may just close", async () => {
    const { conversation, state } = setUp(() => stream(begun));
    await conversation.send(input("hi"));
    expect(state().failure).toBeNull();
  });

  test("with X-Run-Id, a stream without its end was cut: the reply goes on, so the thread is loaded anew", async () => {
    const whole = [items.user("hi"), items.assistant("Whole")];
    const { server, host, conversation, names, state } = setUp((_request, index) =>
      index === 0 ? stream(begun, { runId: "r1" }) : json({ ...thread(), items: { data: whole } }),
    );
    await conversation.send(input("hi"));
    expect(state().failure).toMatchObject({ error: { kind: "cut" }, remedy: { do: "reload" } });
    expect(host.restoreDraft).not.toHaveBeenCalled();
    expect(state().thread.items.at(-1)).toMatchObject({ content: [{ text: "Hal" }] });
    await conversation.retry();
    expect(server.types()).toEqual(["threads.create", "threads.get_by_id"]);
    // The page may know of a reply that goes on in it.
    expect(names().slice(-2)).toEqual(["chatkit.thread.load.start", "chatkit.thread.load.end"]);
    expect(state().failure).toBeNull();
    expect(state().thread.items.at(-1)).toMatchObject({ content: [{ text: "Whole" }] });
  });

  test("with X-Run-Id, a message that was not shown yet is stored all the same", async () => {
    const { host, conversation, state } = setUp(() => stream([events.created()], { runId: "r1" }));
    await conversation.send(input("hi"));
    expect(host.restoreDraft).not.toHaveBeenCalled();
    expect(state()).toMatchObject({ pending: null, failure: { remedy: { do: "reload" } } });
  });

  test("without it, a cut can be retried", async () => {
    const { conversation, state } = setUp((request) => {
      const live = new LiveStream(request);
      void live.send(...begun).then(() => live.break());
      return live.response;
    });
    await conversation.send(input("hi"));
    expect(state().failure).toMatchObject({
      error: { kind: "cut" },
      remedy: { do: "retry_after", itemId: "msg_u" },
    });
  });

  test("a host's fetch that gives up in mid-stream is shown with its words", async () => {
    const { conversation, state } = setUp(() => {
      const body = new ReadableStream({ pull: (controller) => controller.error(new Error("You gave up.")) });
      return new Response(body, { headers: { "X-Run-Id": "r" } });
    });
    await conversation.send(input("hi"));
    expect(state().failure?.error).toMatchObject({ kind: "cut", detail: "You gave up." });
  });

  test("after `: end interrupted` the thread is as it is stored, and the failure stays", async () => {
    const stored = [items.user("hi"), items.assistant("Ha")];
    const { conversation, state } = setUp((_request, index) =>
      index === 0
        ? stream(begun, { runId: "r", end: "interrupted" })
        : json({
            ...thread(),
            items: { data: stored },
            last_run: { status: "interrupted", words: "Words of the server." },
          }),
    );
    await conversation.send(input("hi"));
    expect(state().thread.items.at(-1)).toMatchObject({ content: [{ text: "Ha" }] });
    expect(state().failure).toMatchObject({
      error: { kind: "interrupted", detail: "Words of the server." },
      remedy: { do: "retry_after", itemId: "msg_u" },
    });
  });

  test("a connection that breaks is a cut, and nothing goes on turning", async () => {
    let live: LiveStream | null = null;
    const { conversation, state, names } = setUp((request) => {
      live = new LiveStream(request);
      return live.response;
    });
    const sent = conversation.send(input("hi"));
    await settled();
    const running = live as unknown as LiveStream;
    await running.send(
      ...begun,
      events.added(items.workflow([{ title: "Adding", status_indicator: "loading" }])),
    );
    running.break();
    await sent;
    expect(state().failure?.error.kind).toBe("cut");
    expect(state().thread.items.at(-1)).toMatchObject({ workflow: { tasks: [{ status: "none" }] } });
    expect(names()).toEqual(["chatkit.response.start", "chatkit.response.end", "chatkit.error"]);
  });

  test("before the message was stored, a cut gives the text back", async () => {
    const { host, conversation, state } = setUp(() => stream([], { runId: "r" }));
    await conversation.send(input("hi"));
    expect(host.restoreDraft).toHaveBeenCalledWith(input("hi"), true);
    expect(state().failure?.remedy).toEqual({ do: "resend", input: input("hi") });
  });

  test.each([
    ["interrupted", "interrupted"],
    ["failed", "reply_failed"],
  ])("`: end %s` is a failure", async (end, kind) => {
    const { conversation, state } = setUp(() => stream(begun, { runId: "r", end }));
    await conversation.send(input("hi"));
    expect(state().failure).toMatchObject({ error: { kind }, remedy: { do: "retry_after" } });
  });

  test("`: end cancelled` is none, but it is marked: it was stopped elsewhere", async () => {
    const { conversation, state } = setUp(() => stream(begun, { runId: "r", end: "cancelled" }));
    await conversation.send(input("hi"));
    expect(state().failure).toBeNull();
    expect(state().thread.ending).toEqual({ status: "cancelled", words: null, retryAfter: "msg_u" });
  });

  test.each([
    [true, "retry_after"],
    [false, "none"],
  ])("an error event with allow_retry %s offers %s", async (allow, remedy) => {
    const { conversation, state, names } = setUp(() =>
      stream([...begun, events.failure(allow, "No model.")]),
    );
    await conversation.send(input("hi"));
    expect(state().failure).toMatchObject({
      error: { kind: "reply_failed", detail: "No model.", message: "No model." },
      remedy: { do: remedy },
    });
    expect(names()).toContain("chatkit.error");
  });

  test("Stop ends the request and keeps what was said", async () => {
    let request: SeenRequest | null = null;
    let live: LiveStream | null = null;
    const { conversation, state, names } = setUp((seen) => {
      request = seen;
      live = new LiveStream(seen, { runId: "r" });
      return live.response;
    });
    const sent = conversation.send(input("hi"));
    await settled();
    await (live as unknown as LiveStream).send(...begun);
    conversation.stop();
    await sent;
    expect((request as unknown as SeenRequest).signal?.aborted).toBe(true);
    expect(state()).toMatchObject({ run: "none", failure: null, pending: null });
    expect(state().thread.items.at(-1)).toMatchObject({ content: [{ text: "Hal" }] });
    expect(state().thread.ending).toMatchObject({ status: "cancelled", retryAfter: "msg_u" });
    expect(names()).toEqual(["chatkit.response.start", "chatkit.response.end"]);
  });

  test("Stop before the message was taken gives it back, and there is no reply to mark", async () => {
    const { host, conversation, state } = setUp(
      ({ signal }) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener("abort", () => reject(signal.reason));
        }),
    );
    const sent = conversation.send(input("hi"));
    await settled();
    conversation.stop();
    await sent;
    expect(host.restoreDraft).toHaveBeenCalledWith(input("hi"), false);
    expect(state()).toMatchObject({ failure: null, thread: { ending: null } });
  });

  test("what an earlier stream failed of is no failure of the next", async () => {
    const { conversation, state } = setUp((_request, index) =>
      index === 0 ? stream([...begun, events.failure(true, "No model.")]) : stream([]),
    );
    await conversation.send(input("hi"));
    await conversation.sendAction({ type: "x" }, null, { streaming: true });
    expect(state().failure).toBeNull();
  });
});

describe("how the last reply ended", () => {
  const ended = { run_id: "r", status: "interrupted", code: "x", words: "It was interrupted." };
  const stored = (last_run: unknown) =>
    json({ ...thread(), items: { data: [items.user("hi"), items.assistant("Ha")] }, last_run });
  const setUpEnded = (then: () => Response | Promise<Response>) =>
    setUp(
      (_request, index) => (index === 0 ? stored({ ...ended, retry_after_item_id: "msg_u" }) : then()),
      "thr_1",
    );
  const mark = { status: "interrupted", words: "It was interrupted.", retryAfter: "msg_u" };

  test.each([
    [{ ...ended, retry_after_item_id: "msg_u" }, mark],
    [
      { ...ended, retry_after_item_id: null },
      { ...mark, retryAfter: null },
    ],
    [{ status: "failed" }, { status: "failed", words: null, retryAfter: null }],
    [{ ...ended, status: "completed" }, null],
    [null, null],
    [undefined, null],
    ["nonsense", null],
  ])("is the stored thread's: %o", async (lastRun, expected) => {
    const { conversation, state, names } = setUp(() => stored(lastRun), "thr_1");
    await conversation.load();
    expect(state().thread.ending).toEqual(expected);
    expect(state().failure).toBeNull();
    expect(names()).not.toContain("chatkit.error");
  });

  test.each([
    ["a new message", (conversation: Conversation) => conversation.send(input("again"))],
    ["a retry", (conversation: Conversation) => conversation.retryAfter("msg_u")],
  ])("is forgotten when %s begins", async (_name, act) => {
    const { conversation, state } = setUpEnded(() => new Promise(() => {}));
    await conversation.load();
    void act(conversation);
    await settled();
    expect(state()).toMatchObject({ run: "reply", thread: { ending: null } });
  });

  test("stays when a retry is refused, and during a click in a widget", async () => {
    const { conversation, state } = setUpEnded(() => json({}, 503));
    await conversation.load();
    await conversation.retryAfter("msg_u");
    expect(state().thread.ending).toEqual(mark);
    const acted = conversation.sendAction({ type: "x" }, null, { streaming: true }).catch(() => {});
    expect(state().thread.ending).toEqual(mark);
    await acted;
  });
});

describe("retrying an answer", () => {
  test("drops what followed the message; a refusal brings it back", async () => {
    const { conversation, state } = setUp((_request, index) =>
      index === 0 ? stream(reply("hi", "First")) : json({ detail: "busy", code: "run_active" }, 409),
    );
    await conversation.send(input("hi"));
    await conversation.retryAfter("msg_a");
    expect(state().failure).toMatchObject({
      error: { kind: "busy" },
      remedy: { do: "retry_after", itemId: "msg_u" },
    });
    expect(state().thread.items.at(-1)).toMatchObject({ content: [{ text: "First" }] });
  });
});

describe("client tools", () => {
  test("are run, answered, and the reply goes on", async () => {
    const { server, host, conversation, state, names } = setUp((_request, index) =>
      index === 0
        ? stream([
            events.created(),
            events.user("hi"),
            events.done(items.toolCall("switch_theme", { to: "dark" })),
          ])
        : stream([events.done(items.assistant("It is dark."))]),
    );
    host.runClientTool.mockResolvedValue({ switched: true });
    await conversation.send(input("hi"));
    expect(host.runClientTool).toHaveBeenCalledOnce();
    expect(host.runClientTool.mock.calls[0]?.[0]).toMatchObject({
      name: "switch_theme",
      arguments: { to: "dark" },
    });
    expect(server.requests[1]).toMatchObject({
      type: "threads.add_client_tool_output",
      params: { thread_id: "thr_1", result: { switched: true } },
    });
    expect(state().thread.items.at(-1)).toMatchObject({ content: [{ text: "It is dark." }] });
    expect(state().thread.items[1]).toMatchObject({ status: "completed" });
    expect(state().run).toBe("none");
    expect(names().filter((name) => name === "chatkit.response.end")).toHaveLength(2);
  });

  test("of a stored thread are not run", async () => {
    const { host, conversation } = setUp(
      () => json({ ...thread(), items: { data: [items.toolCall("switch_theme")], has_more: false } }),
      "thr_1",
    );
    await conversation.load();
    expect(host.runClientTool).not.toHaveBeenCalled();
  });
});

describe("actions", () => {
  const list = (done: boolean) => ({ type: "ListView", children: [], done });
  const stored = () => json({ ...thread(), items: { data: [items.widget(list(false))], has_more: false } });
  const action = { type: "task.set_completed", payload: { task_id: "t1", completed: true } };

  test("go with their item, quietly, and their events change the widget", async () => {
    const { server, conversation, state } = setUp(
      (_request, index) =>
        index === 0
          ? stored()
          : stream([events.replaced(items.widget(list(true)))], { runId: "r", end: "completed" }),
      "thr_1",
    );
    await conversation.load();
    const acted = conversation.sendAction(action, "wid_1", { streaming: true });
    await Promise.resolve();
    expect(state().run).toBe("quiet");
    expect(state().acting.has("wid_1")).toBe(true);
    await acted;
    expect(server.requests[1]).toMatchObject({
      type: "threads.custom_action",
      params: { thread_id: "thr_1", item_id: "wid_1", action },
    });
    expect(state().thread.items[0]).toMatchObject({ widget: { done: true } });
    expect(state().acting.size).toBe(0);
  });

  test("without streaming get one item back", async () => {
    const { server, conversation, state } = setUp(
      (_request, index) => (index === 0 ? stored() : json({ updated_item: items.widget(list(true)) })),
      "thr_1",
    );
    await conversation.load();
    await conversation.sendAction(action, "wid_1", { streaming: false });
    expect(server.requests[1]?.type).toBe("threads.sync_custom_action");
    expect(state().thread.items[0]).toMatchObject({ widget: { done: true } });
  });

  test("several at once go one after the other, and wait for a running reply", async () => {
    const lives: LiveStream[] = [];
    const { server, conversation } = setUp((request, index) => {
      if (index === 0) return stored();
      const live = new LiveStream(request);
      lives.push(live);
      return live.response;
    }, "thr_1");
    await conversation.load();
    const sent = conversation.send(input("hi"));
    await settled();
    const first = conversation.sendAction(action, "wid_1", { streaming: true });
    const second = conversation.sendAction(action, "wid_1", { streaming: true });
    await settled();
    expect(server.types()).toEqual(["threads.get_by_id", "threads.add_user_message"]);
    await lives[0]?.close();
    await sent;
    await settled();
    expect(server.types().slice(2)).toEqual(["threads.custom_action"]);
    await lives[1]?.close();
    await first;
    await settled();
    expect(server.types().slice(2)).toEqual(["threads.custom_action", "threads.custom_action"]);
    await lives[2]?.close();
    await second;
  });

  test("that fail reject, and offer to reload", async () => {
    const { conversation, state } = setUp(
      (_request, index) => (index === 0 ? stored() : json({}, 500)),
      "thr_1",
    );
    await conversation.load();
    await expect(conversation.sendAction(action, "wid_1", { streaming: true })).rejects.toThrow();
    expect(state().failure).toMatchObject({ error: { kind: "server" }, remedy: { do: "reload" } });
    expect(state().acting.size).toBe(0);
  });
});

describe("loading", () => {
  const many = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, index) => items.user(`m${from + index}`, `m${from + index}`));

  test("a short thread comes whole", async () => {
    const { server, conversation, names, state } = setUp(
      () => json({ ...thread("thr_1", { title: "T" }), items: { data: many(0, 3), has_more: false } }),
      "thr_1",
    );
    await conversation.load();
    expect(server.types()).toEqual(["threads.get_by_id"]);
    expect(state().thread).toMatchObject({ info: { title: "T" }, older: null });
    expect(names()).toEqual(["chatkit.thread.load.start", "chatkit.thread.load.end"]);
  });

  test("of a long one the newest come first, older ones on demand", async () => {
    const { server, conversation, state } = setUp((request) => {
      if (request.type === "threads.get_by_id") {
        return json({ ...thread(), items: { data: many(0, 20), has_more: true, after: "m19" } });
      }
      const data = request.params.after === undefined ? many(40, 80) : many(0, 40);
      return json({
        data: data.toReversed(),
        has_more: request.params.after === undefined,
        after: data[0]?.id,
      });
    }, "thr_1");
    await conversation.load();
    expect(state().thread.items.map(({ id }) => id)).toEqual(many(40, 80).map(({ id }) => id));
    expect(state().thread.older).toBe("m40");
    await Promise.all([conversation.loadOlder(), conversation.loadOlder()]);
    expect(server.types()).toEqual(["threads.get_by_id", "items.list", "items.list"]);
    expect(server.requests[2]?.params).toMatchObject({ after: "m40", order: "desc" });
    expect(state().thread.items).toHaveLength(80);
    expect(state().thread.older).toBeNull();
  });

  test("a message that is sent meanwhile comes after what is loaded", async () => {
    let loaded: (response: Response) => void = () => {};
    const { server, conversation, state } = setUp(
      (request) =>
        request.type === "threads.get_by_id"
          ? new Promise((resolve) => {
              loaded = resolve;
            })
          : stream([events.user("new", "m9"), events.done(items.assistant("Hello"))]),
      "thr_1",
    );
    const loading = conversation.load();
    const sent = conversation.send(input("new"));
    await settled();
    expect(server.types()).toEqual(["threads.get_by_id"]);
    loaded(json({ ...thread("thr_1", { title: "T" }), items: { data: many(0, 2), has_more: false } }));
    await Promise.all([loading, sent]);
    expect(state().thread.items.map(({ id }) => id)).toEqual(["m0", "m1", "m9", "msg_a"]);
    expect(state().thread.info?.title).toBe("T");
  });

  test("what is asked for anew while it loads is read again: the answer may be older than the news", async () => {
    const answers: ((response: Response) => void)[] = [];
    const { server, conversation, state } = setUp(
      () => new Promise((resolve) => answers.push(resolve)),
      "thr_1",
    );
    const page = (count: number) => json({ ...thread(), items: { data: many(0, count), has_more: false } });
    const loading = conversation.load();
    const reloading = [conversation.reload(), conversation.reload()];
    answers[0]?.(page(1));
    await loading;
    await settled();
    answers[1]?.(page(2));
    await Promise.all(reloading);
    expect(server.requests).toHaveLength(2);
    expect(state().thread.items).toHaveLength(2);
  });

  test("a failure can be retried", async () => {
    const { conversation, state } = setUp(
      (_request, index) =>
        index === 0 ? json({}, 503) : json({ ...thread(), items: { data: many(0, 1), has_more: false } }),
      "thr_1",
    );
    await conversation.load();
    expect(state().failure?.remedy).toEqual({ do: "load", threadId: "thr_1" });
    await conversation.retry();
    expect(state().failure).toBeNull();
    expect(state().thread.items).toHaveLength(1);
  });

  test("a message that could not be sent stays so when the thread is brought up to date", async () => {
    const { conversation, state } = setUp(
      ({ type }) =>
        type === "threads.get_by_id" ? json({ ...thread(), items: { data: many(0, 1) } }) : json({}, 503),
      "thr_1",
    );
    await conversation.send(input("hi")).catch(() => {});
    await conversation.load();
    expect(state().failure?.remedy).toEqual({ do: "resend", input: input("hi") });
    expect(state().thread.items).toHaveLength(1);
  });

  test("feedback that is refused is taken back", async () => {
    const { server, conversation, state } = setUp(
      (_request, index) =>
        index === 0
          ? json({ ...thread(), items: { data: [], has_more: false } })
          : json({}, index === 1 ? 200 : 500),
      "thr_1",
    );
    await conversation.load();
    await conversation.giveFeedback(["a", "b"], "positive");
    expect(server.requests[1]?.params).toEqual({
      thread_id: "thr_1",
      item_ids: ["a", "b"],
      kind: "positive",
    });
    await conversation.giveFeedback(["a"], "negative");
    expect(state().feedback).toEqual({ a: "positive", b: "positive" });
  });
});

describe("a reply that another window asked for", () => {
  const stored = [items.user("hi"), items.assistant("Hal")];
  const answer = () => json({ ...thread(), items: { data: stored } });

  test("is drawn over what is stored of it, and goes on", async () => {
    const { server, conversation, state, names } = setUp(answer, "thr_1");
    let live: LiveStream | null = null;
    const followed = conversation.follow(async (signal) => {
      live = new LiveStream({ ...(server.requests[0] as SeenRequest), signal }, { runId: "r" });
      return live.response;
    });
    await settled();
    const running = live as unknown as LiveStream;
    await running.send(...reply("hi", "Hallo "));
    expect(state().run).toBe("reply");
    expect(state().thread.items).toHaveLength(2);
    await running.send(events.delta("msg_a", "Welt"));
    await running.close("completed");
    await followed;
    expect(state().thread.items.at(-1)).toMatchObject({ content: [{ text: "Hallo Welt" }] });
    expect(names().slice(-2)).toEqual(["chatkit.response.start", "chatkit.response.end"]);
  });

  test("is stopped by Stop", async () => {
    const { server, conversation, state } = setUp(answer, "thr_1");
    let stopped: AbortSignal | null = null;
    const followed = conversation.follow(async (signal) => {
      stopped = signal;
      return new LiveStream({ ...(server.requests[0] as SeenRequest), signal }).response;
    });
    await settled();
    conversation.stop();
    await followed;
    expect((stopped as unknown as AbortSignal).aborted).toBe(true);
    expect(state()).toMatchObject({ run: "none", failure: null });
  });

  test("does not run client tools a second time", async () => {
    const { host, conversation } = setUp(answer, "thr_1");
    await conversation.follow(async () => stream([events.added(items.toolCall("open"))], { runId: "r" }));
    expect(host.runClientTool).not.toHaveBeenCalled();
  });

  test("that is over already leaves the thread as it is stored", async () => {
    const { server, conversation, names, state } = setUp(answer, "thr_1");
    await conversation.follow(async () => json({ detail: "Gone.", code: "run_gone" }, 410));
    expect(server.types()).toEqual(["threads.get_by_id", "threads.get_by_id"]);
    expect(state()).toMatchObject({ run: "none", failure: null });
    expect(names()).not.toContain("chatkit.error");
  });

  test("that is interrupted can be asked for again from here", async () => {
    const { conversation, state } = setUp(answer, "thr_1");
    await conversation.follow(async () => stream(reply("hi", "Ha"), { runId: "r", end: "interrupted" }));
    expect(state().failure).toMatchObject({
      error: { kind: "interrupted" },
      remedy: { do: "retry_after", itemId: "msg_u" },
    });
  });

  test("is followed though an earlier one failed here", async () => {
    const { conversation, state } = setUp(
      ({ type }) =>
        type === "threads.get_by_id"
          ? answer()
          : stream([events.failure(true, "No model.")], { runId: "r", end: "failed" }),
      "thr_1",
    );
    await conversation.load();
    await conversation.retryAfter("msg_u");
    expect(state().failure?.remedy.do).toBe("retry_after");
    await conversation.follow(async () => stream(reply("hi", "Whole"), { runId: "r", end: "completed" }));
    expect(state().failure).toBeNull();
    expect(state().thread.items.at(-1)).toMatchObject({ content: [{ text: "Whole" }] });
  });

  test("is not followed twice, or over one's own", async () => {
    const { conversation } = setUp((request) => new LiveStream(request).response, "thr_1");
    void conversation.send(input("hi"));
    const open = vi.fn<() => Promise<Response>>();
    await settled();
    await conversation.follow(open);
    expect(open).not.toHaveBeenCalled();
  });
});
