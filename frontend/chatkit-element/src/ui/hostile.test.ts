/** Whatever a server sends or has stored, all of it that can be drawn is, and the chat goes on. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { composer, find, mountElement, press, type } from "../testing/element.ts";
import { hostileEvents, hostileItems, nested } from "../testing/hostile.ts";
import { events, FakeServer, items, json, reply, settled, stream, thread } from "../testing/server.ts";
import { Boundary } from "./Boundary.tsx";

const broken = vi.spyOn(Boundary, "getDerivedStateFromError");
const problems: unknown[] = [];
const note = (event: ErrorEvent | PromiseRejectionEvent) => problems.push(event);

beforeEach(() => {
  window.addEventListener("error", note);
  window.addEventListener("unhandledrejection", note);
});

afterEach(async () => {
  document.body.replaceChildren();
  await settled(2);
  window.removeEventListener("error", note);
  window.removeEventListener("unhandledrejection", note);
  broken.mockClear();
  problems.length = 0;
});

const options = (server: FakeServer, more: object = {}) => ({
  api: { url: "/chatkit", domainKey: "x", fetch: server.fetch },
  locale: "en" as const,
  entities: { onClick: () => {}, onRequestPreview: async () => ({ preview: null }) },
  threadItemActions: { feedback: true, retry: true },
  ...more,
});

/** Nothing of what came is an element that it was not meant to be. */
function expectSound(root: ShadowRoot): void {
  expect(broken.mock.calls).toEqual([]);
  expect(problems).toEqual([]);
  expect(root.querySelectorAll("script, [onerror], [href^=javascript]")).toHaveLength(0);
}

/** Everything that folds, unfolded. */
async function openAll(root: ShadowRoot): Promise<void> {
  for (const fold of root.querySelectorAll<HTMLElement>('button.step[aria-expanded="false"]')) fold.click();
  await settled();
}

test.each([1, 2, 3, 4, 5, 6, 7, 8])(
  "a hostile stream is drawn, and the next message gets its answer (%i)",
  async (seed) => {
    let answer = () =>
      stream([events.created(), events.user("hi"), ...(hostileEvents(seed, 80) as object[])]);
    const server = new FakeServer(() => answer());
    const { root } = await mountElement(options(server));
    type(composer(root), "hi");
    press(composer(root), "Enter");
    await settled();
    await openAll(root);
    expectSound(root);
    // Whatever it said of the thread, it is still one to write to, or says that it is not.
    if (root.querySelector(".locked")) return;
    answer = () => stream(reply("again", "Still here.").slice(1));
    type(composer(root), "again");
    press(composer(root), "Enter");
    await settled();
    expect(find(root, ".thread").textContent).toContain("Still here.");
    expectSound(root);
  },
);

test.each([11, 12, 13, 14, 15, 16, 17, 18])(
  "a hostile thread as it is stored is drawn (%i)",
  async (seed) => {
    const stored = hostileItems(seed, 40, 0.08).map((item, at) =>
      typeof item === "object" && item !== null ? { ...item, id: `i${at}` } : item,
    );
    const server = new FakeServer(() => json({ ...thread(), items: { data: stored, has_more: false } }));
    const { root } = await mountElement(options(server, { initialThread: "thr_1" }));
    await openAll(root);
    expectSound(root);
    expect(find(root, ".thread").childElementCount).toBeGreaterThan(0);
  },
);

test("what is nested or long without end is drawn as far as it goes, beside the rest", async () => {
  // Written by hand: what is read without end cannot be written so.
  const deep = "IN EACH OTHER";
  const lists = `${"[".repeat(20_000)}${"]".repeat(20_000)}`;
  const source = { type: "entity", id: "e", title: "Deep source", interactive: true, data: { deep } };
  const stored = [
    items.user("Before"),
    items.widget({ type: "Card", children: [nested(90, { type: "Text", value: "Deep enough" })] }, "w1"),
    items.widget({ type: "Card", children: [nested(1_000)] }, "w2"),
    { ...items.toolCall("deep_tool", { deep }), status: "completed", output: deep },
    {
      ...items.assistant("", "a1"),
      content: [
        { type: "output_text", text: "Text", annotations: [{ source, index: 4 }] },
        { type: "output_text", text: `${"> ".repeat(10_000)}x`, annotations: [] },
        { type: "output_text", text: "[".repeat(20_000), annotations: [] },
      ],
    },
    items.assistant("After", "a2"),
  ];
  const body = JSON.stringify({ ...thread(), items: { data: stored, has_more: false } });
  const server = new FakeServer(() => new Response(body.replaceAll(JSON.stringify(deep), lists)));
  const { root } = await mountElement(options(server, { initialThread: "thr_1" }));
  await openAll(root);
  const words = find(root, ".thread").textContent;
  for (const word of ["Before", "Deep enough", "Deep tool", "Deep source", "After"])
    expect(words).toContain(word);
  expectSound(root);
});

test("an effect of the wrong kind is an effect without a name, and ends no reply", async () => {
  const liar = { toString: 1, valueOf: 2 };
  const server = new FakeServer(() =>
    stream([
      ...reply("hi", "Fine").slice(0, -1),
      { type: "client_effect", name: liar, data: liar },
      reply("", "Fine").at(-1) as object,
    ]),
  );
  const { element, root, seen } = await mountElement(options(server));
  await element.sendUserMessage({ text: "hi" });
  await settled();
  expect(seen.filter(({ name }) => name === "effect")).toEqual([
    { name: "effect", detail: { name: "", data: liar } },
  ]);
  expect(root.querySelector(".failure")).toBeNull();
});
