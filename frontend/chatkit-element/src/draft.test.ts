/** The message that is being written, over a reload of the page: here another element in the same tab. */
import { afterEach, expect, test, vi } from "vitest";
import { recallFiles, recallMessage } from "./state/draft-memory.ts";
import { chatServer, file, inputOf, pick, texts, uploadServer } from "./testing/composer.ts";
import {
  button,
  composer,
  find,
  type Mounted,
  mountElement,
  optionsFor,
  press,
  type,
} from "./testing/element.ts";
import { FakeServer, json, LiveStream, settled } from "./testing/server.ts";

afterEach(async () => {
  document.body.replaceChildren();
  sessionStorage.clear();
  await settled(2);
});

const enabled = { composer: { attachments: { enabled: true } } };

async function reload(mounted: Mounted, options: Parameters<typeof mountElement>[0]): Promise<Mounted> {
  mounted.element.remove();
  await settled();
  return mountElement(options);
}

test("its text is there again, for its server alone, and gone once it is sent", async () => {
  const server = chatServer();
  const before = await mountElement(optionsFor(server));
  type(composer(before.root), "half a sen");
  await settled();
  const other = await reload(before, { api: { url: "/other", domainKey: "x", fetch: server.fetch } });
  expect(composer(other.root).value).toBe("");
  const after = await reload(other, optionsFor(server));
  expect(composer(after.root).value).toBe("half a sen");
  press(composer(after.root), "Enter");
  await settled();
  const last = await reload(after, optionsFor(server));
  expect(composer(last.root).value).toBe("");
});

test("its tags are tags again, with their data, and what it answers is there", async () => {
  const server = chatServer();
  const before = await mountElement(optionsFor(server));
  const tag = {
    type: "input_tag" as const,
    id: "ada",
    text: "Ada",
    group: "People",
    data: { mail: "a@x" },
    interactive: true,
  };
  await before.element.setComposerValue({
    content: [{ type: "input_text", text: "Ask " }, tag, { type: "input_text", text: " now" }],
    reply: "What she said",
  });
  await settled();
  const { root } = await reload(before, optionsFor(server));
  expect(composer(root).value).toBe("Ask Ada now");
  expect(texts(root, ".input-mirror mark")).toEqual(["Ada"]);
  expect(find(root, ".composer").textContent).toContain("What she said");
  press(composer(root), "Enter");
  await settled();
  expect(inputOf(server)).toMatchObject({
    content: [{ type: "input_text", text: "Ask " }, tag, { type: "input_text", text: " now" }],
    quoted_text: "What she said",
  });
});

test("files that are on the server go with the message, without a second upload", async () => {
  const { server, puts, api } = uploadServer();
  const before = await mountElement({ api, ...enabled });
  pick(before.root, file("notes.txt"));
  await settled();
  const after = await reload(before, { api, ...enabled });
  expect(texts(after.root, ".file-name")).toEqual(["notes.txt"]);
  expect(after.root.querySelector('[role="alert"]')).toBeNull();
  find<HTMLButtonElement>(after.root, 'button[type="submit"]').click();
  await settled();
  expect(inputOf(server).attachments).toEqual(["atc_notes.txt"]);
  expect(puts).toHaveLength(1);
  const last = await reload(after, { api, ...enabled });
  expect(last.root.querySelector(".file")).toBeNull();
});

test("one that is taken away is deleted on the server and stays away; one of the host's is kept there", async () => {
  const { server, api } = uploadServer();
  const before = await mountElement({ api, ...enabled });
  const given = { id: "atc_given", type: "file" as const, name: "given.txt", mime_type: "text/plain" };
  await before.element.setComposerValue({ attachments: [given] });
  pick(before.root, file("mine.txt"));
  await settled();
  const after = await reload(before, { api, ...enabled });
  button(after.root, "Remove: given.txt").click();
  button(after.root, "Remove: mine.txt").click();
  await settled();
  const deleted = server.requests.filter((request) => request.type === "attachments.delete");
  expect(deleted.map(({ params }) => params.attachment_id)).toEqual(["atc_mine.txt"]);
  expect((await reload(after, { api, ...enabled })).root.querySelector(".file")).toBeNull();
});

test("an upload that was under way is over, in words, once", async () => {
  const { api } = uploadServer((url) => (url.endsWith("slow.txt") ? new Promise(() => {}) : json({})));
  const before = await mountElement({ api, ...enabled });
  pick(before.root, file("quick.txt"), file("slow.txt"));
  await settled();
  const after = await reload(before, { api, ...enabled });
  expect(texts(after.root, ".file-name")).toEqual(["quick.txt"]);
  expect(texts(after.root, '[role="alert"] li')).toEqual([
    "slow.txt was not uploaded yet when the page was loaded anew. Add it again.",
  ]);
  const last = await reload(after, { api, ...enabled });
  expect(texts(last.root, ".file-name")).toEqual(["quick.txt"]);
  expect(last.root.querySelector('[role="alert"]')).toBeNull();
});

test("a file that the server may have forgotten says so when the message with it is refused", async () => {
  const { server, api } = uploadServer();
  const before = await mountElement({ api, ...enabled });
  pick(before.root, file("old.txt"));
  await settled();
  const after = await reload(before, { api, ...enabled });
  pick(after.root, file("new.txt"));
  await settled();
  const take = server.answer;
  server.answer = () => json({ detail: "There is no attachment atc_old.txt.", code: "not_found" }, 422);
  type(composer(after.root), "read");
  press(composer(after.root), "Enter");
  await settled();
  const failures = () =>
    [...after.root.querySelectorAll(".file")].map((row) => texts(row, ".file-failure").join());
  expect(texts(after.root, ".file-name")).toEqual(["old.txt", "new.txt"]);
  expect(failures()).toEqual(["The server may no longer have it. Remove it and add it again.", ""]);
  expect(composer(after.root).value).toBe("read");
  button(after.root, "Remove: old.txt").click();
  server.answer = take;
  press(composer(after.root), "Enter");
  await settled();
  expect(inputOf(server).attachments).toEqual(["atc_new.txt"]);
});

test("without a connection no file is suspected", async () => {
  const { server, api } = uploadServer();
  const before = await mountElement({ api, ...enabled });
  pick(before.root, file("old.txt"));
  await settled();
  const { root } = await reload(before, { api, ...enabled });
  server.answer = () => Promise.reject(new TypeError("Failed to fetch"));
  find<HTMLButtonElement>(root, 'button[type="submit"]').click();
  await settled();
  expect(texts(root, ".file-name")).toEqual(["old.txt"]);
  expect(root.querySelector(".file-failure")).toBeNull();
});

test("files stay away where the host takes none any longer", async () => {
  const { api } = uploadServer();
  const before = await mountElement({ api, ...enabled });
  pick(before.root, file("notes.txt"));
  await settled();
  const { root } = await reload(before, { api });
  expect(root.querySelector(".file")).toBeNull();
});

test("nothing is lost where the page may store nothing", async () => {
  const refuse = vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
    throw new DOMException("no", "SecurityError");
  });
  const { root } = await mountElement(optionsFor(chatServer()));
  type(composer(root), "text");
  await settled();
  expect(composer(root).value).toBe("text");
  refuse.mockRestore();
});

test.each([
  "no JSON",
  "null",
  "[]",
  '{"text":5,"tags":{},"reply":[]}',
  '{"text":"Ada","tags":[null,{"at":"0"},{"at":0},{"at":0,"tag":{"type":"input_tag","text":"Bob"}}]}',
  '{"text":"Ada","tags":[{"at":0,"tag":{"type":"input_text","text":"Ada"}},{"at":-3,"tag":{"type":"input_tag","text":"Ada"}}]}',
  '{"files":[null,{},{"attachment":{}},{"attachment":{"id":5}}],"lost":[1]}',
])("what is stored wrongly is nothing: %s", (stored) => {
  sessionStorage.setItem("chatkit.draft:/chatkit", stored);
  sessionStorage.setItem("chatkit.files:/chatkit", stored);
  expect(recallMessage("/chatkit").tags).toEqual([]);
  expect(recallFiles("/chatkit")).toEqual({ files: [], lost: [] });
});

test("a stored picture is shown only where nobody gets to know of it", () => {
  const kept = { attachment: { id: "a" }, thumbnail: "https://evil.example/pixel.png" };
  sessionStorage.setItem("chatkit.files:/chatkit", JSON.stringify({ files: [kept] }));
  expect(recallFiles("/chatkit").files).toMatchObject([{ attachment: { id: "a" }, thumbnail: null }]);
});

test("what is typed while a reply runs stays, with its files and tool", async () => {
  let live: LiveStream | null = null;
  const server = new FakeServer((request) => {
    live = new LiveStream(request);
    return live.response;
  });
  const tools = [{ id: "t", label: "T", icon: "bolt" as const, pinned: true }];
  const { element, root } = await mountElement(optionsFor(server, { composer: { tools } }));
  void element.sendUserMessage({ text: "hi" });
  await settled();
  type(composer(root), "next");
  button(root, "T").click();
  press(composer(root), "Enter");
  await settled();
  expect(server.requests).toHaveLength(1);
  expect(composer(root).value).toBe("next");
  expect(button(root, "T").getAttribute("aria-pressed")).toBe("true");
  await (live as unknown as LiveStream).close();
});
