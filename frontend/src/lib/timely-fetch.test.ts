import { expect, test, vi } from "vitest";
import { createTimelyFetch } from "./timely-fetch";

/** Answers never, and stops waiting like the browser's own. */
const silent: typeof fetch = (_, init) =>
  new Promise((_resolve, reject) => {
    init?.signal?.addEventListener("abort", () => reject(init.signal?.reason));
  });

test("no answer in time is a lost connection", async () => {
  vi.useFakeTimers();
  const failed = createTimelyFetch(30_000, silent)("/x").catch((error: unknown) => error);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(await failed).toBeInstanceOf(TypeError);
  vi.useRealTimers();
});

test("giving up is passed on", async () => {
  const controller = new AbortController();
  const failed = createTimelyFetch(30_000, silent)("/x", { signal: controller.signal });
  controller.abort();
  await expect(failed).rejects.toMatchObject({ name: "AbortError" });
});

test("the answer's body has all the time it needs", async () => {
  vi.useFakeTimers();
  let seen: AbortSignal | null | undefined;
  const send: typeof fetch = async (_, init) => {
    seen = init?.signal;
    return new Response("slow");
  };
  await createTimelyFetch(30_000, send)("/x");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(seen?.aborted).toBe(false);
  vi.useRealTimers();
});
