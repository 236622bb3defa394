/** Answers as they are drawn, and what stands below them. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { button, find, helloServer, mountElement, optionsFor } from "../testing/element.ts";
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
} from "../testing/server.ts";

afterEach(async () => {
  document.body.replaceChildren();
  sessionStorage.clear();
  await settled(2);
});

describe("answers", () => {
  test("have copy, feedback and retry when the options say so", async () => {
    const server = new FakeServer((request) =>
      request.type === "items.feedback" ? json({}) : stream(reply("hi", "Hello")),
    );
    const actions = { threadItemActions: { feedback: true, retry: true } };
    const { element, root } = await mountElement(optionsFor(server, actions));
    await element.sendUserMessage({ text: "hi" });
    await settled();
    button(root, "Good response").click();
    await settled();
    expect(server.requests[1]).toMatchObject({ params: { item_ids: ["msg_a"], kind: "positive" } });
    expect(button(root, "Good response").getAttribute("aria-pressed")).toBe("true");
    button(root, "Try again").click();
    await settled();
    expect(server.requests[2]).toMatchObject({
      type: "threads.retry_after_item",
      params: { item_id: "msg_u" },
    });
    element.setOptions(optionsFor(server));
    await settled();
    expect(root.querySelector('[aria-label="Try again"]')).toBeNull();
  });

  test("steps of a workflow are lines that open", async () => {
    const task = {
      type: "custom",
      title: "Added buy groceries",
      icon: "plus",
      content: "**Result** `ok`",
      status_indicator: "complete",
    };
    const server = new FakeServer(() =>
      stream([events.created(), events.user("hi"), events.done(items.workflow([task]))]),
    );
    const { element, root } = await mountElement(optionsFor(server));
    await element.sendUserMessage({ text: "hi" });
    await settled();
    const line = button(root, "Added buy groceries");
    expect(line.getAttribute("aria-expanded")).toBe("false");
    line.click();
    await settled();
    expect(find(root, ".fold-body").textContent).toBe("Result ok");
  });

  test("are told to screen readers by the sentence, stored ones are not", async () => {
    let live: LiveStream | null = null;
    const server = new FakeServer((request) => {
      if (request.type === "threads.get_by_id") {
        return json({
          ...thread(),
          items: { data: [items.assistant("An old answer.", "old")], has_more: false },
        });
      }
      live = new LiveStream(request);
      return live.response;
    });
    const { element, root } = await mountElement(optionsFor(server, { initialThread: "thr_1" }));
    const region = find(root, "[aria-live=polite]");
    void element.sendUserMessage({ text: "hi" });
    await settled();
    const running = live as unknown as LiveStream;
    await running.send(
      events.user("hi"),
      events.added(items.assistant("")),
      events.delta("msg_a", "One. Tw"),
    );
    await settled();
    expect([...region.children].map((node) => node.textContent)).toEqual(["One."]);
    await running.send(events.delta("msg_a", "o, and more"));
    await running.close();
    await settled();
    expect([...region.children].map((node) => node.textContent)).toEqual(["One.", "Two, and more"]);
  });

  test("use the browser's own voice where it has one", async () => {
    const ariaNotify = vi.fn();
    Object.assign(HTMLElement.prototype, { ariaNotify });
    const { element, root } = await mountElement(optionsFor(helloServer()));
    await element.sendUserMessage({ text: "hi" });
    await settled();
    Reflect.deleteProperty(HTMLElement.prototype, "ariaNotify");
    expect(ariaNotify.mock.calls.flat()).toEqual(["Hello you"]);
    expect(find(root, "[aria-live=polite]").textContent).toBe("");
  });

  test("one that cannot be drawn leaves the rest alone", async () => {
    const broken = items.widget({ type: "Card", children: [{ type: "Text", value: { toString: null } }] });
    const server = new FakeServer(() =>
      stream([
        events.created(),
        events.user("hi"),
        events.done(broken),
        events.done(items.assistant("Fine")),
      ]),
    );
    const { element, root } = await mountElement(optionsFor(server));
    await element.sendUserMessage({ text: "hi" });
    await settled();
    expect(find(root, ".answer").textContent).toBe("Fine");
  });
});
