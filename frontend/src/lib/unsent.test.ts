import { beforeEach, expect, test, vi } from "vitest";
import { forgetUnsent, UnsentActions } from "./unsent";

const message = (text: string, threadId?: string) =>
  JSON.stringify({
    type: threadId ? "threads.add_user_message" : "threads.create",
    params: { thread_id: threadId, input: { content: [{ type: "input_text", text }] } },
  });

let keys = 0;
const actions = (userId = "user_1") =>
  new UnsentActions(userId, sessionStorage, () => `key-${++keys}`);

beforeEach(() => {
  keys = 0;
  sessionStorage.clear();
});

test("each action has a key of its own", () => {
  const unsent = actions();
  expect([unsent.begin(message("a")), unsent.begin(message("a"))]).toEqual(["key-1", "key-2"]);
  expect(new UnsentActions("user_1", null).begin("{}")).toMatch(/^[0-9a-f]{32}$/);
});

test("one whose fate is unknown keeps it, once, and not for ever", () => {
  vi.useFakeTimers();
  const unsent = actions();
  unsent.leave(unsent.begin(message("a")), message("a"));
  expect(unsent.begin(message("a"))).toBe("key-1");
  expect(unsent.begin(message("a"))).toBe("key-2");
  unsent.leave("key-2", message("a"));
  vi.advanceTimersByTime(600_001);
  expect(unsent.begin(message("a"))).toBe("key-3");
  vi.useRealTimers();
});

test("a message that was on its way outlives a reload, with its key and its thread", () => {
  actions().begin(message("add milk", "thr_1"));
  const reloaded = actions();
  expect(reloaded.message()).toEqual({ text: "add milk", threadId: "thr_1" });
  expect(reloaded.begin(message("add milk", "thr_1"))).toBe("key-1");
});

test("one that was answered does not", () => {
  const unsent = actions();
  unsent.settle(unsent.begin(message("a")));
  expect(actions().message()).toBeNull();
});

test("nobody else gets it, and sign-out forgets it", () => {
  actions().begin(message("a"));
  expect(actions("user_2").message()).toBeNull();
  forgetUnsent(sessionStorage);
  expect(actions().message()).toBeNull();
});

test("only messages have words to give back", () => {
  actions().begin(JSON.stringify({ type: "threads.custom_action", params: {} }));
  expect(actions().message()).toBeNull();
  sessionStorage.setItem("taskchat.unsent", "{broken");
  expect(actions().message()).toBeNull();
});
