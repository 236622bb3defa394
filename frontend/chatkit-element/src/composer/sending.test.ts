/** What is typed: sent, put back, kept. */
import { afterEach, describe, expect, test } from "vitest";
import {
  button,
  composer,
  find,
  helloServer,
  mountElement,
  optionsFor,
  press,
  type,
} from "../testing/element.ts";
import { events, FakeServer, json, LiveStream, reply, settled, stream, thread } from "../testing/server.ts";

afterEach(async () => {
  document.body.replaceChildren();
  sessionStorage.clear();
  await settled(2);
});

describe("the composer", () => {
  test("Enter sends, the field empties, the reply is drawn", async () => {
    const server = helloServer();
    const { root } = await mountElement(optionsFor(server));
    const field = composer(root);
    expect(button(root, "Send message").disabled).toBe(true);
    type(field, "hi");
    await settled();
    expect(button(root, "Send message").disabled).toBe(false);
    const event = press(field, "Enter");
    expect(event.defaultPrevented).toBe(true);
    await settled();
    expect(server.requests[0]?.params).toEqual({
      input: {
        content: [{ type: "input_text", text: "hi" }],
        attachments: [],
        quoted_text: null,
        inference_options: {},
      },
    });
    expect(field.value).toBe("");
    expect(find(root, ".answer strong").textContent).toBe("you");
    expect(root.querySelectorAll("textarea, input").length).toBe(1);
  });

  test.each([
    ["Shift+Enter", { shiftKey: true }],
    ["Enter of an input method", { isComposing: true }],
    ["Enter of an input method that says so only by its code", { keyCode: 229 }],
  ])("%s does not send", async (_name, init) => {
    const server = helloServer();
    const { root } = await mountElement(optionsFor(server));
    type(composer(root), "hi");
    expect(press(composer(root), "Enter", init).defaultPrevented).toBe(false);
    await settled();
    expect(server.requests).toEqual([]);
  });

  test("Send becomes Stop while a reply runs, and Enter waits", async () => {
    let live: LiveStream | null = null;
    const server = new FakeServer((request) => {
      live = new LiveStream(request);
      return live.response;
    });
    const { root, seen } = await mountElement(optionsFor(server));
    type(composer(root), "hi");
    press(composer(root), "Enter");
    await settled();
    await (live as unknown as LiveStream).send(events.created(), events.user("hi"));
    type(composer(root), "next");
    press(composer(root), "Enter");
    await settled();
    expect(server.requests).toHaveLength(1);
    expect(composer(root).value).toBe("next");
    button(root, "Stop").click();
    await settled();
    expect(button(root, "Send message").disabled).toBe(false);
    expect(seen.map(({ name }) => name)).toEqual([
      "ready",
      "response.start",
      "thread.change",
      "response.end",
    ]);
  });

  test("keeps the text when sending fails, and Retry sends it as edited", async () => {
    const server = new FakeServer((_request, index) =>
      index === 0
        ? json({ detail: "Busy here.", code: "run_active" }, 409)
        : stream(reply("hi there", "Hello")),
    );
    const { root, seen } = await mountElement(optionsFor(server));
    type(composer(root), "hi");
    press(composer(root), "Enter");
    await settled();
    expect(composer(root).value).toBe("hi");
    expect(find(root, ".failure").textContent).toContain("Busy here.");
    expect(seen.some(({ name }) => name === "error")).toBe(true);
    type(composer(root), "hi there");
    button(root, "Retry").click();
    await settled();
    expect(server.requests[1]?.params).toMatchObject({ input: { content: [{ text: "hi there" }] } });
    expect(root.querySelector(".failure")).toBeNull();
    expect(composer(root).value).toBe("");
  });

  test("a start prompt is sent, also when it fails and is retried", async () => {
    const server = new FakeServer((_request, index) =>
      index === 0 ? Promise.reject(new TypeError("offline")) : stream(reply("Show", "Here")),
    );
    const startScreen = {
      greeting: "Hello?",
      prompts: [{ label: "Show tasks", prompt: "Show", icon: "notebook" as const }],
    };
    const { root } = await mountElement(optionsFor(server, { startScreen }));
    expect(find(root, ".greeting").textContent).toBe("Hello?");
    button(root, "Show tasks").click();
    await settled();
    button(root, "Retry").click();
    await settled();
    expect(find(root, ".answer").textContent).toBe("Here");
  });

  test("a locked thread has no composer but says why", async () => {
    const body = {
      ...thread("thr_1", { status: { type: "locked", reason: "Closed by staff." } }),
      items: { data: [] },
    };
    const { root } = await mountElement(
      optionsFor(new FakeServer(() => json(body)), { initialThread: "thr_1" }),
    );
    expect(root.querySelector("textarea")).toBeNull();
    expect(find(root, ".locked").textContent).toBe("Closed by staff.");
  });
});
