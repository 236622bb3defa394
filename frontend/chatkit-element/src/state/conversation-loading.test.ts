/** A stored thread, and a reply that was asked for elsewhere. */
import { describe, expect, test, vi } from "vitest";
import { input, setUp } from "../testing/conversation.ts";
import {
  events,
  items,
  json,
  LiveStream,
  reply,
  type SeenRequest,
  settled,
  stream,
  thread,
} from "../testing/server.ts";

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
