import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { END, FRAMES, PING, RunServer, text, WHOLE } from "@/testing/run-server";
import { Reconnection } from "./reconnection";
import { createResumingChat } from "./resuming-fetch";
import { concat } from "./sse-frames";
import { UnsentActions } from "./unsent";

const URL_ = "https://tasks.example/api/user_1/chat";
const BODY = JSON.stringify({
  type: "threads.create",
  params: { input: { content: [{ type: "input_text", text: "add milk" }] } },
});
const LENGTH = concat([...FRAMES, END]).length;

let server: RunServer;
let reconnection: Reconnection;
let onGone: () => void;
let chat: ReturnType<typeof createResumingChat>;
let random = () => 0;

beforeEach(() => {
  random = () => 0;
  server = new RunServer();
  reconnection = new Reconnection({ random: () => random() });
  onGone = vi.fn();
  let keys = 0;
  const unsent = new UnsentActions("user_1", null, () => `key-${++keys}`);
  const { fetch: send } = server;
  chat = createResumingChat({ url: URL_, send, reconnection, unsent, onGone });
});
afterEach(() => vi.useRealTimers());

const send = (signal?: AbortSignal, body = BODY) =>
  chat.fetch(URL_, { method: "POST", headers: { "X-Given": "1" }, body, signal });
const keys = () =>
  server.seen.flatMap(({ headers }) => headers.get("Idempotency-Key") ?? ([] as string[]));
const cursors = () =>
  server.seen.flatMap(({ headers }) => headers.get("Last-Event-ID") ?? ([] as string[]));

/** What a reader gets, and the reason why it ended early. */
async function read(response: Response): Promise<{ text: string; error: unknown }> {
  const reader = response.body?.getReader();
  const parts: Uint8Array[] = [];
  try {
    for (;;) {
      const { done, value } = (await reader?.read()) ?? { done: true, value: undefined };
      if (done) return { text: text([concat(parts)]), error: null };
      parts.push(value);
    }
  } catch (error) {
    return { text: text([concat(parts)]), error };
  }
}

describe("a reply", () => {
  test("without a fault is passed through", async () => {
    const response = await send();
    expect(response.headers.get("X-Run-Id")).toBe("run_1");
    expect(await read(response)).toEqual({ text: WHOLE, error: null });
    expect(server.seen).toHaveLength(1);
    const { headers } = server.seen[0] ?? {};
    expect(headers?.get("X-Given")).toBe("1");
    expect(headers?.get("X-Resume")).toBe("1");
    expect(server.open).toBe(0);
  });

  test.each(["break", "close"] as const)(
    "that is cut at any byte (%s) is the same",
    async (how) => {
      for (let after = 0; after < LENGTH; after += 1) {
        server.seen.length = 0;
        server.faults = [{ after, how }];
        expect(await read(await send())).toEqual({ text: WHOLE, error: null });
        expect(server.seen.map(({ method }) => method)).toEqual(["POST", "GET"]);
      }
      expect(server.open).toBe(0);
    },
  );

  test("that is cut again and again, at random, is the same", async () => {
    let seed = 1;
    const below = (limit: number) => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % limit;
    };
    for (let round = 0; round < 200; round += 1) {
      server.faults = Array.from({ length: below(8) }, (_, index) => {
        if (index > 0 && below(4) === 0) return below(2) ? ("unreachable" as const) : 503;
        const how = below(2) ? ("break" as const) : ("close" as const);
        return { after: below(LENGTH), chunk: 1 + below(40), how };
      });
      expect(await read(await send())).toEqual({ text: WHOLE, error: null });
    }
    expect(server.open).toBe(0);
    expect(reconnection.trouble()).toBeNull();
  });

  test("goes on after the last whole frame, and frames that come twice are dropped", async () => {
    const two = concat(FRAMES.slice(0, 2)).length;
    server.faults = [{ after: two + 5 }, new Response(concat([...FRAMES, END]))];
    expect((await read(await send())).text).toBe(WHOLE);
    expect(cursors()).toEqual(["2"]);
    expect(server.seen[1]?.url).toBe(`${URL_}/runs/run_1/events`);
  });

  test("with a frame missing is fetched again from where it is whole", async () => {
    const [first, , third] = FRAMES as [Uint8Array, Uint8Array, Uint8Array];
    server.faults = [{ after: 0 }, new Response(concat([first, third])), {}];
    expect((await read(await send())).text).toBe(WHOLE);
    expect(cursors()).toEqual(["0", "1"]);
  });

  test("is followed from its beginning by who did not ask for it", async () => {
    server.faults = [{ after: 50 }];
    const response = await chat.follow("run_1", new AbortController().signal);
    expect((await read(response)).text).toBe(WHOLE);
    expect(server.seen.every(({ method }) => method === "GET")).toBe(true);
  });

  test("that can't be followed at once is, as soon as it can be", async () => {
    server.faults = ["unreachable", 503];
    const response = await chat.follow("run_1", new AbortController().signal);
    expect((await read(response)).text).toBe(WHOLE);
    expect(cursors()).toEqual(["0", "0", "0"]);
  });

  test.each([404, 410, 400])("that is gone (%i) is loaded anew", async (status) => {
    server.faults = [{ after: 60 }, status];
    const { text: said, error } = await read(await send());
    expect(said).toMatch(/^id: 1\n.*: end gone\n\n$/s);
    expect(error).toBeNull();
    expect(onGone).toHaveBeenCalledOnce();
  });

  test.each([
    [401, /signed out/],
    [403, /another account/],
  ])("that may not be read any more (%i) says why", async (status, words) => {
    server.faults = [{ after: 60 }, status];
    const { error } = await read(await send());
    expect(String(error)).toMatch(words);
    expect(onGone).not.toHaveBeenCalled();
  });
});

describe("time", () => {
  beforeEach(() => vi.useFakeTimers());

  /** The waits before each further try, of a server that is gone. */
  async function waits(count: number): Promise<number[]> {
    const seen: number[] = [];
    let last = Date.now();
    while (seen.length < count) {
      const before = server.seen.length;
      while (server.seen.length === before) await vi.advanceTimersByTimeAsync(1);
      seen.push(Date.now() - last);
      last = Date.now();
    }
    return seen;
  }

  test("between tries doubles from 0.5 s to 15 s, with full jitter", async () => {
    random = () => 1;
    server.faults = [{ after: 0 }, ...Array<"unreachable">(20).fill("unreachable")];
    const result = send().then(read);
    await vi.advanceTimersByTimeAsync(0);
    const whole = await waits(7);
    expect(whole.map((wait) => Math.round(wait / 500))).toEqual([1, 2, 4, 8, 16, 30, 30]);
    random = () => 0.1;
    expect((await waits(2))[1]).toBeCloseTo(1500, -2);
    reconnection.giveUp();
    expect(String((await result).error)).toMatch(/Reload the conversation/);
  });

  test("starts small again after progress", async () => {
    random = () => 1;
    const one = (FRAMES[0]?.length ?? 0) + 3;
    server.faults = [{ after: one }, "unreachable", "unreachable", { after: 60 }, {}];
    const result = send().then(read);
    await vi.advanceTimersByTimeAsync(0);
    expect((await waits(4)).map((wait) => Math.round(wait / 500))).toEqual([1, 2, 4, 1]);
    expect((await result).text).toBe(WHOLE);
  });

  test("that the server asks for is given, whoever comes back meanwhile", async () => {
    const busy = Response.json({}, { status: 503, headers: { "Retry-After": "7" } });
    server.faults = [{ after: 0 }, busy];
    const result = send().then(read);
    await vi.advanceTimersByTimeAsync(1);
    dispatchEvent(new Event("focus"));
    expect((await waits(1))[0]).toBeCloseTo(7000, -2);
    expect((await result).text).toBe(WHOLE);
  });

  test("that the server asks for makes the others no longer", async () => {
    random = () => 1;
    const busy = () => Response.json({}, { status: 503, headers: { "Retry-After": "1" } });
    server.faults = [{ after: 0 }, busy(), busy(), busy(), busy(), "unreachable"];
    const result = send().then(read);
    await vi.advanceTimersByTimeAsync(0);
    const seen = (await waits(6)).map((wait) => Math.round(wait / 500));
    expect(seen).toEqual([1, 3, 3, 3, 3, 2]);
    expect((await result).text).toBe(WHOLE);
  });

  test.each([
    ["online", () => dispatchEvent(new Event("online"))],
    ["focus", () => dispatchEvent(new Event("focus"))],
    ["visibility", () => document.dispatchEvent(new Event("visibilitychange"))],
    ["Try now", () => reconnection.tryNow()],
  ])("is not waited for after %s", async (_, wake) => {
    random = () => 1;
    server.faults = [{ after: 0 }, "unreachable", "unreachable", "unreachable"];
    const result = send().then(read);
    await vi.advanceTimersByTimeAsync(4000);
    expect(server.seen).toHaveLength(4);
    wake();
    await vi.advanceTimersByTimeAsync(0);
    expect(server.seen).toHaveLength(5);
    expect((await result).text).toBe(WHOLE);
  });

  test("is not waited for when something else of the page has reached the server", async () => {
    random = () => 1;
    server.faults = [{ after: 0 }, "unreachable", "unreachable", "unreachable"];
    const result = send().then(read);
    await vi.advanceTimersByTimeAsync(4000);
    reconnection.wake();
    await vi.advanceTimersByTimeAsync(0);
    expect((await result).text).toBe(WHOLE);
  });

  test.each([
    ["Try now", () => reconnection.tryNow(), 0],
    ["online", () => dispatchEvent(new Event("online")), 4000],
  ])("that a try hangs is over with %s", async (_, wake, after) => {
    random = () => 0.1;
    server.faults = [{ after: 0 }, "silent"];
    const result = send().then(read);
    await vi.advanceTimersByTimeAsync(100 + after);
    expect(server.seen).toHaveLength(2);
    wake();
    await vi.advanceTimersByTimeAsync(1);
    expect(server.seen).toHaveLength(3);
    expect((await result).text).toBe(WHOLE);
  });

  test("that a try hangs is over when the user gives up", async () => {
    server.faults = [{ after: 60 }, "silent"];
    const result = send().then(read);
    await vi.advanceTimersByTimeAsync(3000);
    reconnection.giveUp();
    await vi.advanceTimersByTimeAsync(1);
    expect(String((await result).error)).toMatch(/Reload the conversation/);
    expect(reconnection.trouble()).toBeNull();
  });

  test("of a try that has only begun is its own, whoever comes back", async () => {
    server.faults = [{ after: 60 }, "silent"];
    void send().then(read);
    await vi.advanceTimersByTimeAsync(1000);
    dispatchEvent(new Event("focus"));
    await vi.advanceTimersByTimeAsync(1000);
    expect(server.seen).toHaveLength(2);
    reconnection.giveUp();
  });

  test("of silence is a cut after three heartbeats", async () => {
    server.faults = [{ after: 60, how: "hang" }];
    const result = send().then(read);
    await vi.advanceTimersByTimeAsync(44_000);
    expect(server.seen).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1500);
    expect((await result).text).toBe(WHOLE);
    expect(server.open).toBe(0);
  });

  test("of silence is suspicious sooner when the network comes back", async () => {
    server.faults = [{ after: 60, how: "hang" }];
    const result = send().then(read);
    await vi.advanceTimersByTimeAsync(15_000);
    dispatchEvent(new Event("online"));
    await vi.advanceTimersByTimeAsync(5500);
    expect(server.seen).toHaveLength(1);
    dispatchEvent(new Event("online"));
    await vi.advanceTimersByTimeAsync(1);
    expect((await result).text).toBe(WHOLE);
  });

  test("without a network is a cut, and said at once", async () => {
    const onLine = vi.spyOn(navigator, "onLine", "get").mockReturnValue(true);
    server.faults = [{ after: 60, how: "hang" }, "unreachable", "unreachable"];
    random = () => 1;
    const result = send().then(read);
    await vi.advanceTimersByTimeAsync(1);
    onLine.mockReturnValue(false);
    dispatchEvent(new Event("offline"));
    await vi.advanceTimersByTimeAsync(0);
    expect(reconnection.trouble()).toMatchObject({ offline: true });
    await vi.advanceTimersByTimeAsync(2000);
    onLine.mockReturnValue(true);
    dispatchEvent(new Event("online"));
    await vi.advanceTimersByTimeAsync(0);
    expect((await result).text).toBe(WHOLE);
    expect(reconnection.trouble()).toBeNull();
  });

  test("with heartbeats is no silence", async () => {
    let beats = 0;
    const pull = async (controller: ReadableStreamDefaultController<Uint8Array>) => {
      await new Promise((resolve) => setTimeout(resolve, 15_000));
      controller.enqueue(beats++ < 10 ? PING : concat([...FRAMES, END]));
    };
    const headers = { "Content-Type": "text/event-stream", "X-Run-Id": "run_1" };
    server.faults = [new Response(new ReadableStream({ pull }), { headers })];
    const result = send().then(read);
    await vi.advanceTimersByTimeAsync(11 * 15_000);
    expect((await result).text.replaceAll(": ping\n\n", "")).toBe(WHOLE);
    expect(server.seen).toHaveLength(1);
  });

  test("is bounded: a reply that can't be had is given up", async () => {
    server.faults = [{ after: 60 }, ...Array<"unreachable">(999).fill("unreachable")];
    random = () => 0.5;
    const result = send().then(read);
    await vi.advanceTimersByTimeAsync(140_000);
    expect((await result).error).toBeInstanceOf(Error);
    expect(reconnection.trouble()).toBeNull();
  });
});

describe("a message", () => {
  beforeEach(() => vi.useFakeTimers());

  test("that nobody answers is sent again under the same key", async () => {
    server.faults = ["unreachable", 502, "unreachable"];
    const result = send().then(read);
    await vi.advanceTimersByTimeAsync(10);
    expect((await result).text).toBe(WHOLE);
    expect(keys()).toEqual(["key-1", "key-1", "key-1", "key-1"]);
  });

  test("is given up in the end, and sent again by the user it is the same action", async () => {
    server.faults = Array<"unreachable">(999).fill("unreachable");
    random = () => 1;
    const failed = send().catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(40_000);
    expect(await failed).toBeInstanceOf(TypeError);
    server.faults = [];
    expect((await read(await send())).text).toBe(WHOLE);
    expect(new Set(keys())).toEqual(new Set(["key-1"]));
    await send();
    expect(keys().at(-1)).toBe("key-2");
  });

  test("that a server about to restart refuses waits until it is back, as often as it asks", async () => {
    const leaving = () =>
      Response.json({ code: "shutting_down" }, { status: 503, headers: { "Retry-After": "1" } });
    server.faults = Array.from({ length: 30 }, leaving);
    const result = send().then(read);
    await vi.advanceTimersByTimeAsync(29_000);
    expect(reconnection.trouble()).toMatchObject({ busy: true });
    await vi.advanceTimersByTimeAsync(2_000);
    expect((await result).text).toBe(WHOLE);
    expect(keys()).toHaveLength(31);
    expect(new Set(keys()).size).toBe(1);
  });

  test("whose reply was begun is done: the same words later are meant anew", async () => {
    server.faults = [{ after: 60 }, ...Array<"unreachable">(99).fill("unreachable")];
    random = () => 1;
    const lost = send().then(read);
    await vi.advanceTimersByTimeAsync(100);
    reconnection.giveUp();
    expect((await lost).error).toBeTruthy();
    server.faults = [];
    await send();
    expect(keys()).toEqual(["key-1", "key-2"]);
  });

  test("of other words is another action", async () => {
    server.faults = Array<"unreachable">(999).fill("unreachable");
    const failed = send().catch(() => null);
    await vi.advanceTimersByTimeAsync(0);
    reconnection.giveUp();
    await failed;
    server.faults = [];
    await send(undefined, BODY.replace("milk", "eggs"));
    expect(keys().at(-1)).toBe("key-2");
  });

  test("that is equal to one still running is an action of its own", async () => {
    server.faults = [{ after: 0, how: "hang" }];
    await send();
    await send();
    expect(keys()).toEqual(["key-1", "key-2"]);
  });

  test.each([400, 401, 403, 409, 422, 429, 500])(
    "that is refused (%i) is not repeated",
    async (status) => {
      server.faults = [status];
      const response = await send();
      expect(response.status).toBe(status);
      expect(await response.json()).toEqual({ detail: "No." });
      expect(server.seen).toHaveLength(1);
    },
  );

  test("whose reply was given up joins it when it is sent again", async () => {
    server.faults = [{ after: 0 }, ...Array<"unreachable">(99).fill("unreachable")];
    random = () => 1;
    const lost = send().then(read);
    await vi.advanceTimersByTimeAsync(100);
    reconnection.giveUp();
    expect((await lost).error).toBeTruthy();
    server.faults = [];
    await send();
    expect(keys()).toEqual(["key-1", "key-1"]);
  });
});

describe("Stop", () => {
  beforeEach(() => vi.useFakeTimers());

  test("stops the run and ends the stream", async () => {
    server.faults = [{ after: 60, how: "hang" }];
    const controller = new AbortController();
    const result = send(controller.signal).then(read);
    await vi.advanceTimersByTimeAsync(0);
    controller.abort();
    await vi.advanceTimersByTimeAsync(0);
    expect((await result).error).toMatchObject({ name: "AbortError" });
    expect(server.count("/runs/run_1/cancel")).toBe(1);
    expect(server.open).toBe(0);
  });

  test("stops the run while it reconnects, and tries no more", async () => {
    random = () => 1;
    server.faults = [{ after: 60 }, ...Array<"unreachable">(99).fill("unreachable")];
    const controller = new AbortController();
    const result = send(controller.signal).then(read);
    await vi.advanceTimersByTimeAsync(2000);
    controller.abort();
    await vi.advanceTimersByTimeAsync(0);
    const tries = server.count("/events");
    expect((await result).error).toMatchObject({ name: "AbortError" });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(server.count("/events")).toBe(tries);
    expect(server.count("/cancel")).toBe(1);
    expect(reconnection.trouble()).toBeNull();
  });

  test("is through before the next message is sent, or has failed to get there", async () => {
    server.faults = [{ after: 60, how: "hang" }];
    const controller = new AbortController();
    const stopped = send(controller.signal).then(read);
    await vi.advanceTimersByTimeAsync(0);
    let answerCancel: () => void = () => undefined;
    server.cancelled = new Promise<void>((resolve) => {
      answerCancel = resolve;
    });
    controller.abort();
    await stopped;
    const next = send().then(read);
    await vi.advanceTimersByTimeAsync(1000);
    expect(server.count("/chat")).toBe(1);
    answerCancel();
    expect((await next).text).toBe(WHOLE);
  });

  test("before the answer stops the run once it is known", async () => {
    let answer: (response: Response) => void = () => undefined;
    const later = new Promise<Response>((resolve) => {
      answer = resolve;
    });
    const inner = server.fetch;
    const send_: typeof fetch = (input, init) =>
      String(input) === URL_ ? later : inner(input, init);
    const unsent = new UnsentActions("user_1", null);
    const slow = createResumingChat({ url: URL_, send: send_, reconnection, unsent, onGone });
    const controller = new AbortController();
    const failed = slow
      .fetch(URL_, { method: "POST", body: BODY, signal: controller.signal })
      .catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(0);
    controller.abort();
    expect(await failed).toMatchObject({ name: "AbortError" });
    answer(await inner(URL_, {}));
    await vi.advanceTimersByTimeAsync(0);
    expect(server.count("/cancel")).toBe(1);
  });

  test("of a message that is not sent yet sends it no more", async () => {
    random = () => 1;
    server.faults = Array<"unreachable">(99).fill("unreachable");
    const controller = new AbortController();
    const failed = send(controller.signal).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(2000);
    const tries = server.seen.length;
    controller.abort();
    expect(await failed).toMatchObject({ name: "AbortError" });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(server.seen).toHaveLength(tries);
  });
});

test("a server that names no run is left alone", async () => {
  const plain = new Response("data: {}\n\n", { headers: { "Content-Type": "text/event-stream" } });
  server.faults = [plain];
  expect(await send()).toBe(plain);
});

test("requests without a stream are passed on as they are", async () => {
  const body = JSON.stringify({ type: "threads.list", params: {} });
  server.faults = ["unreachable"];
  await expect(send(undefined, body)).rejects.toThrow("Failed to fetch");
  expect(server.seen).toHaveLength(1);
  expect(keys()).toEqual([]);
});
