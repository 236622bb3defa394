/** Sources of an answer: in the text where they belong, and listed below it. */
import type { Entity } from "@openai/chatkit";
import { afterEach, expect, test, vi } from "vitest";
import { find, mountElement } from "../testing/element.ts";
import {
  events,
  FakeServer,
  items,
  json,
  LiveStream,
  type SeenRequest,
  settled,
  thread,
} from "../testing/server.ts";

afterEach(async () => {
  document.body.replaceChildren();
  await settled(2);
});

async function show(text: string, annotations: object[], options: object = {}) {
  const item = { ...items.assistant(""), content: [{ type: "output_text", text, annotations }] };
  const server = new FakeServer(() => json({ ...thread(), items: { data: [item], has_more: false } }));
  const { root } = await mountElement({
    api: { url: "/chatkit", domainKey: "x", fetch: server.fetch },
    locale: "en",
    initialThread: "thr_1",
    ...options,
  });
  return root;
}

const url = (title: string, href: string, more: object = {}) => ({ type: "url", title, url: href, ...more });
const at = (index: number | null, source: object) => ({ type: "annotation", source, index });

test("a place in the text has its source there, by host, name or label", async () => {
  const onClick = vi.fn();
  const root = await show(
    "Tea is a **drink**.",
    [
      at(3, url("The encyclopaedia", "https://www.example.com/tea")),
      at(16, { type: "file", title: "", filename: "minutes.pdf" }),
      at(19, { type: "entity", id: "ada", title: "Ada", inline_label: "A. L.", interactive: true }),
      at(19, { type: "entity", id: "bob", title: "Bob", icon: "user" }),
      at(null, url("Of all of it", "https://b.example/")),
      at(0, url("Run", "javascript:alert(1)")),
    ],
    { entities: { onClick: (entity: Entity) => onClick(entity.id) } },
  );
  expect(find(root, ".md p").textContent).toBe(
    "Tea example.com The encyclopaedia is a drink minutes.pdf. A. L. Ada  Bob",
  );
  const link = find<HTMLAnchorElement>(root, "a.source-mark");
  expect(link.href).toBe("https://www.example.com/tea");
  expect(link.rel).toContain("noreferrer");
  expect(root.querySelectorAll(".md .source-mark")).toHaveLength(4);
  find(root, "button.source-mark").click();
  expect(onClick).toHaveBeenCalledExactlyOnceWith("ada");
  // All of them are listed below, too.
  expect(root.querySelectorAll(".sources li")).toHaveLength(6);
});

test("sources of a group are listed under its name, those without one first", async () => {
  const root = await show("Tea", [
    at(null, url("A", "https://a.example/", { group: "Books" })),
    at(null, url("B", "https://b.example/")),
    at(null, url("C", "https://c.example/", { group: "Books" })),
  ]);
  const lists = [...root.querySelectorAll(".sources")];
  expect(lists.map((list) => list.getAttribute("aria-label"))).toEqual(["Sources", "Sources: Books"]);
  expect(
    lists.map((list) => [...list.querySelectorAll("a")].map((link) => link.firstChild?.textContent)),
  ).toEqual([["B"], ["A", "C"]]);
  expect(find(root, ".sources-group").textContent).toBe("Books");
});

test("a source that comes while the text is streamed stays at its place as the text grows", async () => {
  let live: LiveStream | null = null;
  const server = new FakeServer((request: SeenRequest) => {
    live = new LiveStream(request);
    return live.response;
  });
  const { element, root } = await mountElement({
    api: { url: "/chatkit", domainKey: "x", fetch: server.fetch },
    locale: "en",
  });
  void element.sendUserMessage({ text: "hi" });
  await settled();
  const reply = live as unknown as LiveStream;
  await reply.send(
    events.created(),
    events.user("hi"),
    events.added(items.assistant("")),
    events.delta("msg_a", "Tea."),
  );
  await reply.send(
    events.update("msg_a", {
      type: "assistant_message.content_part.annotation_added",
      content_index: 0,
      annotation_index: 0,
      annotation: at(4, url("T", "https://t.example/")),
    }),
  );
  const words = () => find(root, ".answer .md").textContent;
  expect(words()).toBe("Tea. t.example T");
  await reply.send(events.delta("msg_a", " It is hot.\n\nAnd **green"));
  expect(words()).toBe("Tea. t.example T It is hot.And green");
  await reply.close();
});
