/** The element and the page around it: methods, events, options, the document. */
import { afterEach, describe, expect, test, vi } from "vitest";
import {
  composer,
  find,
  helloServer,
  mountElement,
  optionsFor,
  press,
  shadowOf,
  type,
} from "./testing/element.ts";
import {
  events,
  FakeServer,
  items,
  json,
  LiveStream,
  reply,
  settled,
  stream,
  thread,
} from "./testing/server.ts";

afterEach(async () => {
  document.body.replaceChildren();
  sessionStorage.clear();
  await settled(2);
});

describe("methods and events", () => {
  test("thread.change tells of a new thread, thread.load.* of a stored one", async () => {
    const server = new FakeServer((request) =>
      request.type === "threads.get_by_id"
        ? json({
            ...thread("thr_7", { title: "Seven" }),
            items: { data: [items.user("old")], has_more: false },
          })
        : stream(reply("hi", "Hello")),
    );
    const { element, root, seen } = await mountElement(optionsFor(server));
    await element.sendUserMessage({ text: "hi" });
    await element.setThreadId("thr_7");
    await settled();
    expect(find(root, ".title").textContent).toBe("Seven");
    expect(find(root, ".bubble").textContent).toContain("old");
    await element.setThreadId(null);
    await settled();
    expect(seen.filter(({ name }) => name.startsWith("thread"))).toEqual([
      { name: "thread.change", detail: { threadId: "thr_1" } },
      { name: "thread.change", detail: { threadId: "thr_7" } },
      { name: "thread.load.start", detail: { threadId: "thr_7" } },
      { name: "thread.load.end", detail: { threadId: "thr_7" } },
      { name: "thread.change", detail: { threadId: null } },
    ]);
  });

  test("an initial thread that is gone becomes a start screen that says so", async () => {
    const server = new FakeServer(() => json({ detail: "No such thread.", code: "not_found" }, 404));
    const { root, seen } = await mountElement(optionsFor(server, { initialThread: "thr_gone" }));
    expect(find(root, ".start").textContent).toContain("no longer there");
    expect(seen.findLast(({ name }) => name === "thread.change")?.detail).toEqual({ threadId: null });
  });

  test("leaving a running reply does not stop it, and coming back shows it", async () => {
    let live: LiveStream | null = null;
    const server = new FakeServer((request) => {
      live = new LiveStream(request);
      return live.response;
    });
    const { element, root } = await mountElement(optionsFor(server));
    void element.sendUserMessage({ text: "hi" });
    await settled();
    const running = live as unknown as LiveStream;
    await running.send(events.created(), events.user("hi"), events.added(items.assistant("")));
    await element.setThreadId(null);
    await settled();
    expect(find(root, ".start")).toBeTruthy();
    expect(server.requests[0]?.signal?.aborted).toBe(false);
    await running.send(events.delta("msg_a", "Still here"));
    await element.setThreadId("thr_1");
    await settled();
    expect(find(root, ".answer").textContent).toBe("Still here");
    await running.close();
  });

  test("client effects are events; effects of unknown kinds are not", async () => {
    const effect = { type: "client_effect", name: "confetti", data: { pieces: 9 } };
    const server = new FakeServer(() =>
      stream([events.created(), effect, { type: "run_code", code: "alert(1)" }]),
    );
    const { element, seen } = await mountElement(optionsFor(server));
    await element.sendUserMessage({ text: "hi" });
    expect(seen.filter(({ name }) => name === "effect")).toEqual([
      { name: "effect", detail: { name: "confetti", data: { pieces: 9 } } },
    ]);
  });

  test("client tools get the host's answer, and its failures are told to the assistant", async () => {
    const server = new FakeServer((_request, index) =>
      index === 0
        ? stream([events.created(), events.user("x"), events.done(items.toolCall("page"))])
        : stream([]),
    );
    const onClientTool = vi.fn(() => Promise.reject(new Error("No page.")));
    const { element, seen } = await mountElement(optionsFor(server, { onClientTool }));
    await element.sendUserMessage({ text: "hi" });
    await settled();
    expect(onClientTool).toHaveBeenCalledWith({ name: "page", params: {} });
    expect(server.requests[1]?.params.result).toEqual({ error: "No page." });
    expect(seen.some(({ name }) => name === "error")).toBe(true);
  });

  test("setComposerValue, focusComposer, showHistory and hideHistory", async () => {
    const server = new FakeServer(() => json({ data: [], has_more: false }));
    const { element, root, seen } = await mountElement(optionsFor(server));
    await element.setComposerValue({ text: "draft" });
    await settled();
    expect(composer(root).value).toBe("draft");
    await element.focusComposer();
    expect(root.activeElement).toBe(composer(root));
    await element.showHistory();
    await settled();
    expect(find(root, ".empty").textContent).toContain("No conversations yet");
    await element.hideHistory();
    await settled();
    expect(seen.map(({ name }) => name)).toEqual(["ready", "history.open", "history.close"]);
    expect(composer(root).value).toBe("draft");
  });

  test("sendUserMessage rejects when the message was not taken; sendCustomAction goes to the thread", async () => {
    const server = new FakeServer((_request, index) =>
      index === 0 ? json({}, 500) : stream(reply("hi", "Hello")),
    );
    const { element } = await mountElement(optionsFor(server));
    await expect(element.sendUserMessage({ text: "hi" })).rejects.toThrow();
    await expect(element.sendUserMessage({ text: "  " })).rejects.toThrow("needs text");
    await expect(element.sendCustomAction({ type: "a" })).rejects.toThrow("no thread");
    await element.sendUserMessage({ text: "hi", toolChoice: { id: "t" }, model: "m", reply: "quoted" });
    expect(server.requests[1]?.params.input).toMatchObject({
      quoted_text: "quoted",
      inference_options: { tool_choice: { id: "t" }, model: "m" },
    });
    await element.sendCustomAction({ type: "a", payload: { b: 1 } }, "wid_1");
    expect(server.requests[2]).toMatchObject({
      type: "threads.custom_action",
      params: { thread_id: "thr_1", item_id: "wid_1", action: { type: "a", payload: { b: 1 } } },
    });
  });

  test("methods before the element is in use say so", async () => {
    const element = document.createElement("openai-chatkit");
    await expect(element.focusComposer()).rejects.toThrow("setOptions");
  });
});

describe("the page around it", () => {
  test("two elements keep to themselves", async () => {
    const one = helloServer();
    const two = helloServer();
    const a = await mountElement(optionsFor(one, { theme: "dark" }));
    const b = await mountElement(optionsFor(two, { theme: "light" }));
    await a.element.sendUserMessage({ text: "hi" });
    await settled();
    expect(a.root.querySelector(".answer")).toBeTruthy();
    expect(b.root.querySelector(".answer")).toBeNull();
    expect(two.requests).toEqual([]);
    expect(b.seen.map(({ name }) => name)).toEqual(["ready"]);
    expect(find(a.root, ".ck").dataset.scheme).toBe("dark");
    expect(find(b.root, ".ck").dataset.scheme).toBe("light");
  });

  test("a move keeps the chat; taken out and put back it shows the same thread", async () => {
    const server = new FakeServer((request) =>
      request.type === "threads.get_by_id"
        ? json({ ...thread(), items: { data: [items.user("stored")], has_more: false } })
        : stream(reply("hi", "Hello")),
    );
    const { element, root, seen } = await mountElement(optionsFor(server));
    await element.sendUserMessage({ text: "hi" });
    const box = document.createElement("div");
    document.body.append(box);
    box.append(element);
    await settled();
    expect(find(root, ".answer").textContent).toBe("Hello");
    element.remove();
    await settled();
    expect(root.querySelector(".ck")).toBeNull();
    document.body.append(element);
    await settled();
    expect(find(root, ".bubble").textContent).toContain("stored");
    expect(seen.filter(({ name }) => name === "ready")).toHaveLength(1);
  });

  test("options of the wrong kind fall back", async () => {
    const nonsense = {
      api: 7,
      theme: { colorScheme: "purple", radius: 3, color: [], typography: "x", density: null },
      header: "yes",
      startScreen: { prompts: [{ label: 1 }, null, { label: "ok", prompt: "p" }] },
      locale: "not a locale!",
      composer: { tools: "none" },
      entities: { onTagSearch: async () => [] },
      commands: { enabled: true },
    };
    const { root } = await mountElement(nonsense as never);
    expect(root.querySelectorAll(".prompt")).toHaveLength(1);
    type(composer(root), "hi");
    press(composer(root), "Enter");
    await settled();
    expect(find(root, ".failure").textContent).toContain("not set up");
    expect(composer(root).value).toBe("hi");
  });

  test("the shadow root is open, and the tag is not defined twice", async () => {
    const { element } = await mountElement(optionsFor(helloServer()));
    expect(shadowOf(element).mode).toBe("open");
    await expect(import("./define.ts?again" as string)).resolves.toBeTruthy();
  });
});

describe("once the browser is online again", () => {
  const offline = () => Promise.reject(new TypeError("Failed to fetch"));
  const comeOnline = async () => {
    window.dispatchEvent(new Event("online"));
    await settled();
  };

  test("a message that was not sent is in the composer, and nothing says that it can't be", async () => {
    const server = new FakeServer(offline);
    const { root } = await mountElement(optionsFor(server));
    type(composer(root), "hi");
    press(composer(root), "Enter");
    await settled();
    expect(root.querySelector(".failure")).not.toBeNull();
    await comeOnline();
    expect(root.querySelector(".failure")).toBeNull();
    expect(composer(root).value).toBe("hi");
    expect(server.requests).toHaveLength(1);
  });

  test("a thread that could not be loaded is", async () => {
    const server = new FakeServer(offline);
    const { root } = await mountElement(optionsFor(server, { initialThread: "thr_1" }));
    expect(root.querySelector(".failure")).not.toBeNull();
    server.answer = () =>
      json({ ...thread("thr_1"), items: { data: [items.user("hello", "a")], has_more: false } });
    await comeOnline();
    expect(root.querySelector(".failure")).toBeNull();
    expect(find(root, ".mine").textContent).toContain("hello");
  });
});

describe("headings", () => {
  const levels = (root: ParentNode) =>
    [...root.querySelectorAll("h1, h2, h3, h4, h5, h6")].map((heading) => heading.tagName);

  test("begin at the level that the page gives, in order, also where no title is shown", async () => {
    const server = new FakeServer(() => stream([]));
    const options = { api: { url: "/c", domainKey: "x", fetch: server.fetch }, locale: "en" as const };
    const { element, root } = await mountElement(options);
    expect(levels(root)).toEqual(["H2", "H3"]);
    element.setAttribute("heading-level", "4");
    await settled();
    expect(levels(root)).toEqual(["H4", "H5"]);
    element.setOptions({ ...options, header: { enabled: false } });
    await settled();
    expect(levels(root)).toEqual(["H4", "H5"]);
    for (const [wrong, first] of [
      ["0", "H1"],
      ["99", "H5"],
      ["big", "H2"],
    ] as const) {
      element.setAttribute("heading-level", wrong);
      await settled();
      expect(levels(root)[0]).toBe(first);
    }
  });
});

test("the page's style sheet goes before the theme option; the class tells its version", async () => {
  const { root } = await mountElement(
    optionsFor(helloServer(), { theme: { color: { accent: { primary: "#f60", level: 1 } } } }),
  );
  expect(find(root, ".ck").getAttribute("style")).toContain("--ck-accent: var(--chatkit-accent, #f60)");
  expect(customElements.get("openai-chatkit")).toHaveProperty("version", "0.1.0");
});
