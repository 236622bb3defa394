import { afterEach, describe, expect, test } from "vitest";
import { button, find, type Mounted, mountElement } from "../testing/element.ts";
import { FakeServer, items, json, LiveStream, reply, settled, stream, thread } from "../testing/server.ts";

let mounted: Mounted;
afterEach(() => mounted.element.remove());

const ended = (status: string, words: string | null, itemId: string | null = "msg_u") => ({
  run_id: "run_1",
  status,
  code: "",
  words,
  retry_after_item_id: itemId,
});

async function open(lastRun: unknown, said = "Half a sen", fields: object = {}): Promise<FakeServer> {
  const server = new FakeServer(({ type }) =>
    type === "threads.get_by_id"
      ? json({
          ...thread("thr_1", fields),
          items: { data: [items.user("hi"), items.assistant(said)] },
          last_run: lastRun,
        })
      : stream(reply("hi", "The whole sentence."), { runId: "run_2", end: "completed" }),
  );
  mounted = await mountElement({
    api: { url: "/chatkit", domainKey: "any", fetch: server.fetch },
    initialThread: "thr_1",
    threadItemActions: { retry: true, feedback: true },
  });
  return server;
}

const buttons = (name: string) =>
  [...mounted.root.querySelectorAll("button")].filter(
    (node) => (node.getAttribute("aria-label") ?? node.textContent ?? "").trim() === name,
  );

describe("a stored thread whose last reply", () => {
  test.each([
    ["interrupted", "The reply was interrupted"],
    ["failed", "The reply failed"],
  ])("was %s says so quietly, below what was said", async (status, title) => {
    const server = await open(ended(status, "Words of the server."));
    const note = find(mounted.root, ".failure");
    expect(note.textContent).toContain(title);
    expect(note.textContent).toContain("Words of the server.");
    // It is news to nobody: no alert that interrupts.
    expect(note.getAttribute("role")).toBe("status");
    expect(mounted.seen.map(({ name }) => name)).not.toContain("error");
    expect(buttons("Try again")).toHaveLength(1);
    button(note, "Try again").click();
    await settled();
    expect(server.requests.at(-1)).toMatchObject({
      type: "threads.retry_after_item",
      params: { thread_id: "thr_1", item_id: "msg_u" },
    });
    expect(mounted.root.querySelector(".failure")).toBeNull();
    expect(mounted.root.textContent).toContain("The whole sentence.");
  });

  test("failed in a closed thread says so, and offers nothing that the thread would not take", async () => {
    await open(ended("failed", "Words of the server."), "Half", { status: { type: "closed" } });
    expect(find(mounted.root, ".failure").textContent).toContain("Words of the server.");
    expect(buttons("Try again")).toEqual([]);
    expect(mounted.root.querySelector("[aria-pressed]")).toBeNull();
    expect(buttons("Copy")).toHaveLength(1);
  });

  test("was stopped says so in one line, without alarm", async () => {
    await open(ended("cancelled", "You stopped this reply."));
    const note = find(mounted.root, ".stopped");
    expect(note.textContent).toContain("You stopped this reply.");
    expect(mounted.root.querySelector(".failure")).toBeNull();
    expect(buttons("Try again")).toHaveLength(1);
  });

  test("cannot be asked for again has no button", async () => {
    await open(ended("failed", null, null));
    expect(find(mounted.root, ".failure").textContent).toContain("Something went wrong");
    expect(mounted.root.querySelector(".failure button")).toBeNull();
  });

  test.each([null, undefined])(
    "is complete, or of a server that does not say (%s), has no mark",
    async (run) => {
      await open(run);
      expect(mounted.root.querySelector(".failure, .stopped")).toBeNull();
      expect(buttons("Try again")).toHaveLength(1);
    },
  );
});

test("a reply that is stopped says so at once", async () => {
  let live: LiveStream | null = null;
  const server = new FakeServer((request) => {
    live = new LiveStream(request, { runId: "run_1" });
    return live.response;
  });
  mounted = await mountElement({ api: { url: "/chatkit", domainKey: "any", fetch: server.fetch } });
  void mounted.element.sendUserMessage({ text: "hi" });
  await settled();
  await (live as unknown as LiveStream).send(...reply("hi", "Half a sen"));
  await settled();
  button(mounted.root, "Stop").click();
  await settled();
  expect(mounted.root.textContent).toContain("Half a sen");
  expect(find(mounted.root, ".stopped").textContent).toContain("You stopped this reply.");
});
