import { expect, test, vi } from "vitest";
import { json } from "@/testing/fixtures";
import { createChatFetch } from "./chat-fetch";

const send = vi.fn<typeof fetch>();
const note = vi.fn();
const chatFetch = createChatFetch(send, note);

test.each([
  [401, { kind: "signed-out", remedy: "Sign in" }],
  [403, { kind: "forbidden", message: "Said by the server." }],
  [409, { kind: "busy" }],
  [429, { kind: "busy" }],
  [503, { kind: "server", message: "Said by the server." }],
])("a %i is noted in words, and its body still there to read", async (status, error) => {
  const body = { detail: "Said by the server.", code: "x" };
  send.mockResolvedValueOnce(json(body, status));
  const response = await chatFetch("/chat");
  expect(note).toHaveBeenLastCalledWith(expect.objectContaining(error));
  expect(await response.json()).toEqual(body);
});

test("no answer is noted; a stopped reply is no failure", async () => {
  send.mockRejectedValueOnce(new TypeError("offline"));
  await expect(chatFetch("/chat")).rejects.toThrow();
  expect(note).toHaveBeenLastCalledWith(expect.objectContaining({ kind: "offline" }));
  send.mockRejectedValueOnce(new DOMException("stopped", "AbortError"));
  await expect(chatFetch("/chat")).rejects.toThrow();
  expect(note).toHaveBeenLastCalledWith(null);
});

test("a stream is passed on untouched", async () => {
  const stream = new Response("data: {}\n\n", { headers: { "Content-Type": "text/event-stream" } });
  send.mockResolvedValueOnce(stream);
  expect(await chatFetch("/chat")).toBe(stream);
  expect(stream.bodyUsed).toBe(false);
});
