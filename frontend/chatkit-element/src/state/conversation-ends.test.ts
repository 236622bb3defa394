/** How a reply ends: complete, cut, failed, interrupted, stopped. */
import { describe, expect, test } from "vitest";
import { input, setUp } from "../testing/conversation.ts";
import {
  events,
  items,
  json,
  LiveStream,
  type SeenRequest,
  settled,
  stream,
  thread,
} from "../testing/server.ts";
import type { Conversation } from "./conversation.ts";

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
