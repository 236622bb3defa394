import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { LiveClient, liveUrl } from "./live";
import { Reconnection } from "./reconnection";
import { SignedOutError } from "./token";

class FakeSocket {
  static readonly OPEN = 1;
  static all: FakeSocket[] = [];
  static get last(): FakeSocket {
    const socket = FakeSocket.all.at(-1);
    if (!socket) throw new Error("No socket was opened.");
    return socket;
  }

  readyState = 0;
  sent: unknown[] = [];
  onopen: () => void = () => undefined;
  onmessage: (event: { data: string }) => void = () => undefined;
  onclose: (event: { code: number }) => void = () => undefined;

  constructor(readonly url: string) {
    FakeSocket.all.push(this);
  }

  send(data: string): void {
    this.sent.push(JSON.parse(data));
  }

  close(): void {
    this.readyState = 3;
  }

  open(): void {
    this.readyState = 1;
    this.onopen();
  }

  say(message: unknown): void {
    this.onmessage({ data: typeof message === "string" ? message : JSON.stringify(message) });
  }

  drop(code: number): void {
    this.readyState = 3;
    this.onclose({ code });
  }
}

const tokens = { get: vi.fn(), renew: vi.fn() };
const onEvent = vi.fn();
const onReady = vi.fn();
const onStatus = vi.fn();
let reconnection: Reconnection;
let client: LiveClient;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", FakeSocket);
  vi.resetAllMocks();
  FakeSocket.all = [];
  tokens.get.mockResolvedValue("token");
  tokens.renew.mockResolvedValue("renewed");
  const url = "wss://tasks.example/ws/live";
  reconnection = new Reconnection();
  const options = { url, tokens, reconnection, onEvent, onReady, onStatus };
  client = new LiveClient({ ...options, random: () => 1 });
});

afterEach(() => {
  client.stop();
  vi.useRealTimers();
});

async function connect() {
  client.start();
  await vi.advanceTimersByTimeAsync(0);
  FakeSocket.last.open();
}

test("it says who it is in the first message, never in the address", async () => {
  await connect();
  expect(FakeSocket.last.url).toBe("wss://tasks.example/ws/live");
  expect(FakeSocket.last.sent).toEqual([{ type: "auth", token: "token" }]);
});

test("ready asks for a new fetch; events are passed on; nonsense is not", async () => {
  await connect();
  FakeSocket.last.say({ type: "ready" });
  expect(onReady).toHaveBeenCalledOnce();
  expect(onStatus).toHaveBeenLastCalledWith("live");
  FakeSocket.last.say({ type: "sync" });
  FakeSocket.last.say("no JSON");
  FakeSocket.last.say({ no: "type" });
  expect(onEvent.mock.calls).toEqual([[{ type: "sync" }]]);
});

test("4401 renews the token before the next try", async () => {
  await connect();
  FakeSocket.last.drop(4401);
  await vi.advanceTimersByTimeAsync(500);
  FakeSocket.last.open();
  expect(tokens.renew).toHaveBeenCalledWith("token");
  expect(FakeSocket.last.sent).toEqual([{ type: "auth", token: "renewed" }]);
});

test("it tries again after 0.5 s, doubling to 15 s, with full jitter, reset by ready", async () => {
  const random = vi.fn(() => 1);
  client = new LiveClient({ url: "ws://x", tokens, reconnection, onEvent, onReady, random });
  await connect();
  for (const delay of [500, 1000, 2000, 4000, 8000, 15_000, 15_000]) {
    FakeSocket.last.drop(1006);
    const before = FakeSocket.all.length;
    await vi.advanceTimersByTimeAsync(delay - 1);
    expect(FakeSocket.all.length).toBe(before);
    await vi.advanceTimersByTimeAsync(1);
    expect(FakeSocket.all.length).toBe(before + 1);
  }
  FakeSocket.last.open();
  FakeSocket.last.say({ type: "ready" });
  random.mockReturnValue(0);
  FakeSocket.last.drop(1006);
  const before = FakeSocket.all.length;
  await vi.advanceTimersByTimeAsync(0);
  expect(FakeSocket.all.length).toBe(before + 1);
});

test.each([
  ["the network's return", () => dispatchEvent(new Event("online"))],
  ["what else of the page has reached the server", () => reconnection.wake()],
])("%s ends the waiting, once", async (_, wake) => {
  await connect();
  FakeSocket.last.drop(1006);
  wake();
  await vi.advanceTimersByTimeAsync(0);
  expect(FakeSocket.all.length).toBe(2);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(FakeSocket.all.length).toBe(2);
});

test("an unreachable auth server is tried again, a signed-out user is not", async () => {
  tokens.get.mockRejectedValueOnce(new TypeError("offline"));
  client.start();
  await vi.advanceTimersByTimeAsync(500);
  expect(FakeSocket.all.length).toBe(1);
  FakeSocket.last.drop(1006);
  tokens.get.mockRejectedValueOnce(new SignedOutError());
  await vi.advanceTimersByTimeAsync(60_000);
  expect(FakeSocket.all.length).toBe(1);
  expect(onStatus).toHaveBeenLastCalledWith("signed-out");
});

test("stopped is stopped, also while a token is on its way", async () => {
  client.start();
  client.stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(FakeSocket.all.length).toBe(0);
});

test("a message of a socket that was left is dropped", async () => {
  await connect();
  const left = FakeSocket.last;
  client.reconnect();
  await vi.advanceTimersByTimeAsync(0);
  left.say({ type: "sync" });
  left.drop(1006);
  expect(onEvent).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(FakeSocket.all.length).toBe(2);
});

test("the socket is as secure as the page", () => {
  expect(liveUrl("https://tasks.example")).toBe("wss://tasks.example/ws/live");
  expect(liveUrl("http://localhost:8000")).toBe("ws://localhost:8000/ws/live");
});
