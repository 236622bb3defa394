/** Files of a message: picked, uploaded, refused, sent. */
import { afterEach, describe, expect, test, vi } from "vitest";
import {
  attachment,
  chatServer,
  file,
  focused,
  inputOf,
  pick,
  texts,
  uploadServer,
} from "../testing/composer.ts";
import { button, composer, find, mountElement, optionsFor, press, type } from "../testing/element.ts";
import { FakeServer, items, json, settled } from "../testing/server.ts";

afterEach(() => {
  document.body.replaceChildren();
  sessionStorage.clear();
  vi.unstubAllGlobals();
});

describe("files", () => {
  const enabled = { composer: { attachments: { enabled: true } } };

  test("in two phases: announced, put where the server says, sent with the message and shown in it", async () => {
    const { server, puts, api } = uploadServer();
    const { root } = await mountElement({ api, ...enabled });
    pick(root, file("notes.txt"));
    await settled();
    expect(server.requests[0]).toMatchObject({
      type: "attachments.create",
      params: { name: "notes.txt", size: 4, mime_type: "text/plain" },
    });
    expect(puts[0]).toMatchObject({
      url: "/put/notes.txt",
      init: { method: "PUT", headers: { "X-Key": "k" } },
    });
    expect(texts(root, ".file-name")).toEqual(["notes.txt"]);
    type(composer(root), "read this");
    press(composer(root), "Enter");
    await settled();
    expect(inputOf(server).attachments).toEqual(["atc_notes.txt"]);
    expect(root.querySelector(".file")).toBeNull();
  });

  test("directly: posted as a form to the one address", async () => {
    const { server, puts, api } = uploadServer(() => json(attachment("atc_1", "notes.txt")));
    const uploadStrategy = { type: "direct" as const, uploadUrl: "/upload" };
    const { root } = await mountElement({ api: { ...api, uploadStrategy }, ...enabled });
    pick(root, file("notes.txt"));
    await settled();
    const form = puts[0]?.init.body;
    expect(form instanceof FormData && form.get("file")).toMatchObject({ name: "notes.txt" });
    expect(puts[0]?.init.method).toBe("POST");
    // A file alone is a message, too.
    find<HTMLButtonElement>(root, 'button[type="submit"]').click();
    await settled();
    expect(inputOf(server)).toMatchObject({ content: [], attachments: ["atc_1"] });
  });

  test("a store elsewhere gets what it asked for by XMLHttpRequest, with progress, and nothing of the host's fetch", async () => {
    const sent: { url: string; headers: Record<string, string>; body: unknown }[] = [];
    let arrive = () => {};
    class FakeXhr {
      upload: { onprogress?: (event: object) => void } = {};
      status = 200;
      responseText = "";
      onload = () => {};
      onloadend = () => {};
      #seen = { url: "", headers: {} as Record<string, string>, body: null as unknown };
      open(_method: string, url: string) {
        this.#seen.url = url;
      }
      setRequestHeader(name: string, value: string) {
        this.#seen.headers[name] = value;
      }
      send(body: unknown) {
        sent.push({ ...this.#seen, body });
        this.upload.onprogress?.({ lengthComputable: true, loaded: 1, total: 4 });
        arrive = () => {
          this.onload();
          this.onloadend();
        };
      }
    }
    vi.stubGlobal("XMLHttpRequest", FakeXhr);
    const upload_descriptor = { url: "https://store.example/1", method: "PUT", headers: { "X-Sig": "s" } };
    const server = chatServer(() => json({ ...attachment("atc_1", "a.txt"), upload_descriptor }));
    const { root } = await mountElement(optionsFor(server, enabled));
    pick(root, file("a.txt"));
    await settled();
    expect(find<HTMLProgressElement>(root, "progress").value).toBe(0.25);
    expect(find(root, "progress").getAttribute("aria-label")).toBe("Uploading a.txt");
    expect(find<HTMLButtonElement>(root, 'button[type="submit"]').disabled).toBe(true);
    expect(sent[0]).toMatchObject({ url: "https://store.example/1", headers: { "X-Sig": "s" } });
    arrive();
    await settled();
    expect(root.querySelector("progress")).toBeNull();
    expect(texts(root, '[role="status"]').join()).toContain("a.txt is attached");
  });

  test("pasted, dropped, or given by setComposerValue", async () => {
    const { api } = uploadServer();
    const { element, root } = await mountElement({ api, ...enabled });
    const paste = Object.assign(new Event("paste", { bubbles: true, cancelable: true }), {
      clipboardData: { files: [file("pasted.txt")], types: ["Files"] },
    });
    const words = Object.assign(new Event("paste", { bubbles: true, cancelable: true }), {
      clipboardData: { files: [file("picture of the words.png")], types: ["text/plain", "Files"] },
    });
    composer(root).dispatchEvent(words);
    expect(words.defaultPrevented).toBe(false);
    composer(root).dispatchEvent(paste);
    expect(paste.defaultPrevented).toBe(true);
    const dataTransfer = { files: [file("dropped.txt")], types: ["Files"] };
    for (const name of ["dragover", "drop"]) {
      const event = Object.assign(new Event(name, { bubbles: true, cancelable: true, composed: true }), {
        dataTransfer,
      });
      find(root, ".thread").dispatchEvent(event);
      await settled();
      expect(root.querySelector(".drop-hint") !== null).toBe(name === "dragover");
    }
    await element.setComposerValue({ files: [file("given.txt")] });
    await settled();
    expect(texts(root, ".file-name")).toEqual(["pasted.txt", "dropped.txt", "given.txt"]);
  });

  test("what is too large, too many or of the wrong kind is refused, in words", async () => {
    const { server, api } = uploadServer();
    const attachments = { enabled: true, maxSize: 1024, maxCount: 1, accept: { "text/*": [".txt"] } };
    const { root } = await mountElement({ api, composer: { attachments } });
    expect(find(root, 'input[type="file"]').getAttribute("accept")).toBe("text/*,.txt");
    pick(root, file("big.txt", "x".repeat(2000)), file("a.exe", "x", "application/octet-stream"));
    await settled();
    expect(texts(root, '[role="alert"] li')).toEqual([
      "big.txt is larger than 1 kB.",
      "a.exe is of a kind that is not accepted here.",
    ]);
    pick(root, file("one.txt"), file("two.txt"), file("three.txt"));
    await settled();
    expect(texts(root, '[role="alert"] li')).toEqual(["A message takes at most 1 file."]);
    expect(texts(root, ".file-name")).toEqual(["one.txt"]);
    expect(server.types()).toEqual(["attachments.create"]);
  });

  test("one that failed says why, can be tried again, and holds the message back", async () => {
    let fails = true;
    const { server, api } = uploadServer(() =>
      fails ? json({ detail: "The disk is full.", code: "full" }, 507) : json({}),
    );
    const { root, seen } = await mountElement({ api, ...enabled });
    pick(root, file("a.txt"));
    await settled();
    expect(texts(root, ".file-failure")).toEqual(["The disk is full."]);
    expect(seen.some(({ name }) => name === "error")).toBe(true);
    type(composer(root), "hi");
    press(composer(root), "Enter");
    await settled();
    expect(server.types()).not.toContain("threads.create");
    fails = false;
    button(root, "Retry: a.txt").click();
    await settled();
    press(composer(root), "Enter");
    await settled();
    expect(inputOf(server).attachments).toEqual(["atc_a.txt"]);
  });

  test("one that is removed is deleted on the server; the focus stays", async () => {
    const { server, api } = uploadServer();
    const { root } = await mountElement({ api, ...enabled });
    pick(root, file("a.txt"), file("b.txt"));
    await settled();
    button(root, "Remove: a.txt").click();
    await settled();
    expect(focused(root)).toBe("Remove: b.txt");
    expect(server.requests.at(-1)).toMatchObject({
      type: "attachments.delete",
      params: { attachment_id: "atc_a.txt" },
    });
    button(root, "Remove: b.txt").click();
    await settled();
    expect(root.activeElement).toBe(composer(root));
  });

  test("come back with the message when it could not be sent", async () => {
    const { api } = uploadServer();
    const failing: typeof fetch = async (input, init) =>
      String(init?.body).includes("threads.create") ? json({}, 500) : api.fetch(input, init);
    const { root } = await mountElement({ api: { ...api, fetch: failing }, ...enabled });
    pick(root, file("a.txt"));
    await settled();
    type(composer(root), "hi");
    press(composer(root), "Enter");
    await settled();
    expect(texts(root, ".file-name")).toEqual(["a.txt"]);
    expect(composer(root).value).toBe("hi");
  });

  test("that the host has uploaded are shown and sent, and left on the server when removed", async () => {
    const server = chatServer();
    const { element, root } = await mountElement(optionsFor(server));
    const given = { type: "file" as const, id: "atc_9", name: "given.pdf", mime_type: "application/pdf" };
    await element.setComposerValue({ text: "see", attachments: [given] });
    await settled();
    button(root, "Remove: given.pdf").click();
    await settled();
    expect(server.requests).toHaveLength(0);
    await element.setComposerValue({ attachments: [given] });
    await settled();
    press(composer(root), "Enter");
    await settled();
    expect(inputOf(server).attachments).toEqual(["atc_9"]);
  });

  test("of a stored message: a picture of the page's own server or an allowed domain is shown, one of another is named", async () => {
    const image = (id: string, preview_url: string) => ({
      id,
      type: "image",
      name: `${id}.png`,
      mime_type: "image/png",
      preview_url,
    });
    const message = {
      ...items.user("look"),
      attachments: [
        image("own", "/files/1.png"),
        image("allowed", "https://files.good.example/1.png"),
        image("far", "https://evil.example/1.png"),
      ],
    };
    const server = new FakeServer(() =>
      json({
        allowed_image_domains: ["good.example"],
        id: "thr_1",
        created_at: "2026-01-02T03:04:05Z",
        items: { data: [message], has_more: false },
      }),
    );
    const { root } = await mountElement(optionsFor(server, { initialThread: "thr_1" }));
    const pictures = [...root.querySelectorAll<HTMLImageElement>(".attached img")];
    expect(pictures.map(({ alt }) => alt)).toEqual(["own.png", "allowed.png"]);
    expect(texts(root, ".attachment")).toEqual(["far.png"]);
  });
});
