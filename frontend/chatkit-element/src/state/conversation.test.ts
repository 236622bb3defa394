/** A conversation: messages, actions, client tools, retries. */
import { describe, expect, test } from "vitest";
import { input, setUp } from "../testing/conversation.ts";
import { events, items, json, LiveStream, reply, settled, stream, thread } from "../testing/server.ts";

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
