/** The unmodified @openai/chatkit-react on top of this element, and what one can trip over there. */
import type { OpenAIChatKit } from "@openai/chatkit";
import { ChatKit, type UseChatKitOptions, type UseChatKitReturn, useChatKit } from "@openai/chatkit-react";
import { act, createElement, StrictMode, useState } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { button, composer, find, press, shadowOf, type } from "./testing/element.ts";
import { FakeServer, json, reply, settled, stream, thread } from "./testing/server.ts";

declare global {
  var IS_REACT_ACT_ENVIRONMENT: boolean;
}

globalThis.IS_REACT_ACT_ENVIRONMENT = true;

let container: HTMLElement;
let root: Root;

beforeEach(() => {
  container = document.createElement("div");
  document.body.append(container);
  root = createRoot(container);
});

afterEach(async () => {
  await act(async () => root.unmount());
  container.remove();
});

interface Host {
  chat: UseChatKitReturn;
  /** Draws the host again, with other options. */
  change: (options: UseChatKitOptions) => Promise<void>;
  element: OpenAIChatKit;
  shadow: ShadowRoot;
}

interface Handle {
  chat: UseChatKitReturn;
  setOptions: (options: UseChatKitOptions) => void;
}

function Page({ first, expose }: { first: UseChatKitOptions; expose: (handle: Handle) => void }) {
  const [options, setOptions] = useState(first);
  const chat = useChatKit(options);
  expose({ chat, setOptions });
  return createElement(ChatKit, { control: chat.control, className: "panel" });
}

async function renderHost(first: UseChatKitOptions): Promise<Host> {
  const handle: { current: Handle | null } = { current: null };
  const expose = (next: Handle) => {
    handle.current = next;
  };
  const current = () => {
    if (!handle.current) throw new Error("Not rendered.");
    return handle.current;
  };
  await act(async () => root.render(createElement(StrictMode, null, createElement(Page, { first, expose }))));
  await act(async () => settled());
  const element = find<OpenAIChatKit>(container, "openai-chatkit");
  return {
    get chat() {
      return current().chat;
    },
    async change(options) {
      await act(async () => current().setOptions(options));
      await act(async () => settled());
    },
    element,
    shadow: shadowOf(element),
  };
}

function optionsFor(server: FakeServer, more: Partial<UseChatKitOptions> = {}): UseChatKitOptions {
  return {
    api: { url: "/chatkit", domainKey: "x", fetch: (i, o) => server.fetch(i, o) },
    locale: "en",
    ...more,
  };
}

const helloServer = () => new FakeServer(() => stream(reply("hi", "Hello")));

describe("under React, in strict mode", () => {
  test("onReady is called, once, though listeners come after the options", async () => {
    const onReady = vi.fn();
    await renderHost(optionsFor(helloServer(), { onReady }));
    expect(onReady).toHaveBeenCalledOnce();
  });

  test("every method works through the hook", async () => {
    const server = new FakeServer((request) => {
      if (request.type === "threads.list") return json({ data: [], has_more: false });
      if (request.type === "threads.get_by_id") return json({ ...thread("thr_2"), items: { data: [] } });
      return stream(reply("hi", "Hello"));
    });
    const onThreadChange = vi.fn();
    const { chat, shadow } = await renderHost(optionsFor(server, { onThreadChange }));
    await act(async () => {
      await chat.sendUserMessage({ text: "hi" });
      await chat.sendCustomAction({ type: "a" });
      await chat.fetchUpdates();
      await chat.setThreadId("thr_2");
      await chat.showHistory();
      await settled();
    });
    expect(shadow.querySelector(".history")).toBeTruthy();
    await act(async () => {
      await chat.hideHistory();
      await chat.setComposerValue({ text: "draft" });
      await settled();
      await chat.focusComposer();
    });
    expect(composer(shadow).value).toBe("draft");
    expect(shadow.activeElement).toBe(composer(shadow));
    expect(onThreadChange.mock.calls.flat()).toEqual([{ threadId: "thr_1" }, { threadId: "thr_2" }]);
    expect(server.types()).toEqual([
      "threads.create",
      "threads.custom_action",
      "threads.get_by_id",
      "threads.get_by_id",
      "threads.list",
    ]);
  });

  test("changed options change the look and keep thread and draft", async () => {
    const server = helloServer();
    const { chat, change, shadow } = await renderHost(
      optionsFor(server, { theme: "light", initialThread: null }),
    );
    await act(async () => chat.sendUserMessage({ text: "hi" }));
    type(composer(shadow), "half a thought");
    await change(
      optionsFor(server, {
        theme: { colorScheme: "dark", color: { accent: { primary: "#f60", level: 2 } } },
        initialThread: "thr_other",
        header: { title: { text: "Fixed" } },
        composer: { placeholder: "Say it" },
      }),
    );
    expect(find(shadow, ".ck").dataset.scheme).toBe("dark");
    expect(find(shadow, ".title").textContent).toBe("Fixed");
    expect(composer(shadow).placeholder).toBe("Say it");
    expect(composer(shadow).value).toBe("half a thought");
    expect(find(shadow, ".answer").textContent).toBe("Hello");
    expect(server.types()).toEqual(["threads.create"]);
  });

  test("only another address begins anew", async () => {
    const server = helloServer();
    const { chat, change, shadow } = await renderHost(optionsFor(server));
    await act(async () => chat.sendUserMessage({ text: "hi" }));
    const same = new URL("/chatkit", document.baseURI).href;
    await change(
      optionsFor(server, { api: { url: same, domainKey: "y", fetch: (i, o) => server.fetch(i, o) } }),
    );
    expect(shadow.querySelector(".answer")).toBeTruthy();
    await change(
      optionsFor(server, { api: { url: "/other", domainKey: "y", fetch: (i, o) => server.fetch(i, o) } }),
    );
    expect(shadow.querySelector(".answer")).toBeNull();
    await act(async () => chat.sendUserMessage({ text: "hi" }));
    expect(server.requests.at(-1)).toMatchObject({ type: "threads.create", url: "/other" });
  });

  test("functions that change alone are the newest when called", async () => {
    const server = helloServer();
    const seen: string[] = [];
    const with_ = (name: string) =>
      optionsFor(server, {
        header: { rightAction: { icon: "close", onClick: () => seen.push(name) } },
        onResponseEnd: () => seen.push(`end ${name}`),
      });
    const { change, chat, shadow } = await renderHost(with_("first"));
    await change(with_("second"));
    button(shadow, "Close").click();
    await act(async () => chat.sendUserMessage({ text: "hi" }));
    expect(seen).toEqual(["second", "end second"]);
  });

  test("handlers without a detail get null", async () => {
    const onResponseStart = vi.fn();
    const { chat } = await renderHost(optionsFor(helloServer(), { onResponseStart }));
    await act(async () => chat.sendUserMessage({ text: "hi" }));
    expect(onResponseStart).toHaveBeenCalledWith(null);
  });

  test("errors reach onError as an Error", async () => {
    const onError = vi.fn();
    const { shadow } = await renderHost(optionsFor(new FakeServer(() => json({}, 500)), { onError }));
    await act(async () => {
      type(composer(shadow), "hi");
      press(composer(shadow), "Enter");
      await settled();
    });
    expect(onError).toHaveBeenCalledOnce();
    expect(onError.mock.calls[0]?.[0].error).toBeInstanceOf(Error);
  });

  test("the default fetch is called without a receiver", async () => {
    const calls: unknown[] = [];
    vi.stubGlobal("fetch", function (this: unknown) {
      calls.push(this);
      return Promise.resolve(stream(reply("hi", "Hello")));
    });
    const { chat } = await renderHost({ api: { url: "/chatkit", domainKey: "x" } });
    await act(async () => chat.sendUserMessage({ text: "hi" }));
    vi.unstubAllGlobals();
    expect(calls).toEqual([undefined]);
  });

  test("html attributes go to the element, and unmounting aborts its requests", async () => {
    const server = new FakeServer(() => new Promise<Response>(() => {}));
    const { chat, element } = await renderHost(optionsFor(server));
    expect(element.className).toBe("panel");
    void chat.sendUserMessage({ text: "hi" }).catch(() => {});
    await settled();
    await act(async () => root.render(null));
    await settled();
    expect(server.requests[0]?.signal?.aborted).toBe(true);
  });
});
