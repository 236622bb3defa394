import type { ChatKitOptions } from "@openai/chatkit-react";
import { act, cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ChatProvider, useAssistant } from "@/components/ChatProvider";
import { tokens } from "@/lib/auth-client";
import { aToken, json } from "@/testing/fixtures";
import { AssistantToggle } from "./AssistantToggle";
import { ChatAssistant } from "./ChatAssistant";

/** As much of `<openai-chatkit>` as the site touches. */
class StubChatKit extends HTMLElement {
  options: ChatKitOptions | null = null;
  focusComposer = vi.fn(async () => undefined);
  setThreadId = vi.fn(async () => undefined);
  fetchUpdates = vi.fn(async () => undefined);

  constructor() {
    super();
    this.attachShadow({ mode: "open" });
  }

  setOptions(options: ChatKitOptions): void {
    this.options = options;
  }

  emit(name: string, detail: unknown = null): void {
    act(() => {
      this.dispatchEvent(new CustomEvent(`chatkit.${name}`, { detail }));
    });
  }
}
if (!customElements.get("openai-chatkit")) customElements.define("openai-chatkit", StubChatKit);

const send = vi.fn<typeof fetch>();

beforeEach(() => {
  localStorage.clear();
  tokens.forget();
  tokens.remember(aToken({ exp: Date.now() / 1000 + 900 }));
  send.mockReset();
  send.mockImplementation(async () => json({ provider: "openai", model: "m", words: "" }));
  vi.stubGlobal("fetch", send);
});
afterEach(cleanup);

function Page() {
  const { pageRef, onThreadEvent } = useAssistant();
  return (
    <>
      <div ref={pageRef}>
        <AssistantToggle />
        <button
          onClick={() => onThreadEvent({ type: "thread.updated", thread_id: "thr_1" })}
          type="button"
        >
          Elsewhere
        </button>
      </div>
      <ChatAssistant />
    </>
  );
}

function show(): StubChatKit {
  render(
    <ChatProvider userId="user/1">
      <Page />
    </ChatProvider>,
  );
  const element = document.querySelector<StubChatKit>("openai-chatkit");
  if (!element) throw new Error("There is no <openai-chatkit>.");
  return element;
}

const panel = () => screen.getByLabelText("Assistant", { selector: "aside" });
const press = (name: string) => fireEvent.click(screen.getByRole("button", { name }));
const api = (element: StubChatKit) => element.options?.api as { url: string; fetch: typeof fetch };

test("the element gets the user's address and a fetch that carries the token", async () => {
  const element = show();
  expect(api(element).url).toBe("https://tasks.example/api/user%2F1/chat");
  const renew = vi.spyOn(tokens, "renew").mockResolvedValue("second");
  send.mockResolvedValueOnce(json({}, 401)).mockResolvedValueOnce(json({ ok: true }));
  const response = await api(element).fetch(api(element).url, { method: "POST", body: "{}" });
  expect(await response.json()).toEqual({ ok: true });
  const headers = new Headers(send.mock.lastCall?.[1]?.headers);
  expect(headers.get("Authorization")).toBe("Bearer second");
  expect(headers.get("X-Time-Zone")).toBeTruthy();
  expect(renew).toHaveBeenCalledOnce();
});

test("the offline assistant says what it is, once", async () => {
  const words = "Built-in assistant";
  send.mockImplementation(async () => json({ provider: "offline", model: "offline", words }));
  const element = show();
  await waitFor(() => expect(element.options?.disclaimer?.text).toBe(words));
});

test("the toggle opens and closes; the focus goes in and comes back; the element stays", () => {
  const element = show();
  element.emit("ready");
  expect(panel().inert).toBe(true);
  screen.getByRole("button", { name: "Open assistant" }).focus();
  press("Open assistant");
  expect(panel().inert).toBe(false);
  expect(element.focusComposer).toHaveBeenCalledOnce();
  act(() => document.body.focus());
  press("Close assistant");
  expect(panel().inert).toBe(true);
  expect(document.querySelector("openai-chatkit")).toBe(element);
  expect(document.activeElement).toBe(screen.getByRole("button", { name: "Open assistant" }));
});

test("until the element is ready the panel has its own Close, then the element's header", () => {
  const element = show();
  press("Open assistant");
  press("Close");
  expect(panel().inert).toBe(true);
  press("Open assistant");
  element.emit("ready");
  expect(screen.queryByRole("button", { name: "Close" })).toBeNull();
  const { header } = element.options ?? {};
  expect(header?.rightAction?.icon).toBe("close");
  act(() => header?.rightAction?.onClick());
  expect(panel().inert).toBe(true);
});

test("Escape closes, but not when something else used it", () => {
  show().emit("ready");
  press("Open assistant");
  const used = new KeyboardEvent("keydown", { key: "Escape", bubbles: true, cancelable: true });
  used.preventDefault();
  document.dispatchEvent(used);
  fireEvent.keyDown(document.body, { key: "Escape", isComposing: true });
  expect(panel().inert).toBe(false);
  fireEvent.keyDown(document.body, { key: "Escape" });
  expect(panel().inert).toBe(true);
});

test("open state and thread are kept across reloads, for this user", () => {
  const element = show();
  press("Open assistant");
  element.emit("thread.change", { threadId: "thr_1" });
  cleanup();
  const reloaded = show();
  expect(panel().inert).toBe(false);
  expect(reloaded.options?.initialThread).toBe("thr_1");
  reloaded.emit("ready");
  // Nobody asked for the focus.
  expect(reloaded.focusComposer).not.toHaveBeenCalled();
});

test("a reply in another window shows up here, this window's own is no news", () => {
  const element = show();
  element.emit("ready");
  element.emit("thread.change", { threadId: "thr_1" });
  press("Elsewhere");
  expect(element.fetchUpdates).toHaveBeenCalledOnce();
  element.emit("response.start");
  press("Elsewhere");
  element.emit("response.end");
  press("Elsewhere");
  expect(element.fetchUpdates).toHaveBeenCalledOnce();
});
