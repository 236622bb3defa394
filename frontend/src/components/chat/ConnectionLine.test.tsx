import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ChatProvider, useAssistant } from "@/components/ChatProvider";
import type { Reconnection } from "@/lib/reconnection";
import { ConnectionLine } from "./ConnectionLine";

vi.mock("@/lib/chatkit-script", () => ({ loadChatKit: async () => undefined }));

let reconnection: Reconnection;

function Line() {
  reconnection = useAssistant().reconnection;
  return <ConnectionLine />;
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, "random").mockReturnValue(1);
  vi.stubGlobal("fetch", async () => Response.json({}));
  render(
    <ChatProvider userId="user_1">
      <Line />
    </ChatProvider>,
  );
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

const status = () => screen.getByRole("status").textContent;
const pass = (milliseconds: number) => act(() => vi.advanceTimersByTimeAsync(milliseconds));

test("what is mended within 2 s is not worth a word, a lost connection is", async () => {
  const outage = reconnection.begin({ patience: 60_000 });
  void outage.wait();
  await pass(1900);
  expect(status()).toBe("");
  await pass(100);
  expect(status()).toMatch(/^Connection lost\. Trying again/);
  act(() => outage.end());
  expect(status()).toBe("");
  expect(screen.queryByRole("button")).toBeNull();
});

test("counts down to the next try; Try now does not wait for it", async () => {
  const outage = reconnection.begin({ patience: 60_000 });
  for (const wait of [500, 1000, 2000]) {
    void outage.wait();
    await pass(wait);
  }
  const waiting = outage.wait();
  await pass(0);
  expect(status()).toBe("Connection lost. Trying again in 4 s.");
  await pass(1250);
  expect(status()).toBe("Connection lost. Trying again in 3 s.");
  fireEvent.click(screen.getByRole("button", { name: "Try now" }));
  await pass(0);
  expect(await waiting).toBe(true);
  expect(status()).toBe("Connection lost. Trying again …");
});

test("a server that asks for time is not called lost", async () => {
  const outage = reconnection.begin({ patience: 60_000 });
  void outage.wait(5000);
  await pass(2000);
  expect(status()).toBe("The server can’t answer right now. Trying again in 4 s.");
  await pass(3500);
  void outage.wait();
  await pass(0);
  expect(status()).toMatch(/^Connection lost\./);
});

test("Give up ends it", async () => {
  const outage = reconnection.begin({ patience: 60_000 });
  void outage.wait();
  await pass(2000);
  const waiting = outage.wait();
  await pass(0);
  fireEvent.click(screen.getByRole("button", { name: "Give up" }));
  expect(await waiting).toBe(false);
});

test("without a network it says so at once, and the time does not count", async () => {
  const onLine = vi.spyOn(navigator, "onLine", "get").mockReturnValue(false);
  const outage = reconnection.begin({ patience: 5_000 });
  void outage.wait();
  await pass(0);
  expect(status()).toMatch(/You are offline/);
  await pass(60_000);
  void outage.wait();
  onLine.mockReturnValue(true);
  act(() => {
    dispatchEvent(new Event("online"));
  });
  await pass(0);
  expect(status()).toMatch(/Connection lost/);
  const again = outage.wait();
  await pass(15_000);
  expect(await again).toBe(true);
});

test("several lost connections are one line, which names the next try", async () => {
  const first = reconnection.begin({ patience: 60_000 });
  void first.wait(30_000);
  await pass(2000);
  const second = reconnection.begin({ patience: 60_000 });
  void second.wait(5_000);
  await pass(2000);
  expect(status()).toMatch(/in 4 s\.$/);
  act(() => second.end());
  expect(status()).toMatch(/in 27 s\.$/);
});
