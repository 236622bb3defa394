/** Everything that the composer has besides its text: tools, models, files, mentions, commands, dictation. */
import type { ChatKitOptions } from "@openai/chatkit";
import { afterEach, describe, expect, test, vi } from "vitest";
import { button, composer, find, mountElement, press, type } from "./testing/element.ts";
import {
  FakeServer,
  items,
  json,
  LiveStream,
  reply,
  type SeenRequest,
  settled,
  stream,
} from "./testing/server.ts";

function optionsFor(server: FakeServer, more: Partial<ChatKitOptions> = {}): ChatKitOptions {
  return { api: { url: "/chatkit", domainKey: "x", fetch: server.fetch }, ...more };
}

/** Takes every message, and answers what `other` says to other requests. */
function chatServer(
  other: (request: SeenRequest) => Response | Promise<Response> = () => json({}),
): FakeServer {
  return new FakeServer((request) =>
    /^threads\.(create|add_user_message)$/.test(request.type) ? stream(reply("x", "Fine")) : other(request),
  );
}

const inputOf = (server: FakeServer) =>
  server.requests.findLast(({ params }) => params.input)?.params.input as Record<string, unknown>;

function text(root: ParentNode, selector: string): string[] {
  return [...root.querySelectorAll(selector)].map((node) => node.textContent?.trim() ?? "");
}

function focused(root: ShadowRoot): string {
  return root.activeElement?.getAttribute("aria-label") ?? root.activeElement?.textContent?.trim() ?? "";
}

afterEach(() => {
  document.body.replaceChildren();
  sessionStorage.clear();
  vi.unstubAllGlobals();
});

describe("tools", () => {
  const tools = [
    {
      id: "search",
      label: "Search the web",
      shortLabel: "Search",
      icon: "globe" as const,
      placeholderOverride: "Search for",
    },
    { id: "image", label: "Draw", icon: "images" as const, persistent: true },
    { id: "deep", label: "Think hard", icon: "lightbulb" as const, pinned: true },
  ];

  test("are chosen from a menu by keyboard, shown, sent, and gone after the message", async () => {
    const server = chatServer();
    const { root, seen } = await mountElement(optionsFor(server, { composer: { tools } }));
    const opener = button(root, "Tools");
    expect(opener.getAttribute("aria-haspopup")).toBe("menu");
    opener.focus();
    press(opener, "ArrowDown");
    await settled();
    expect(opener.getAttribute("aria-expanded")).toBe("true");
    expect(text(root, '[role="menuitemcheckbox"]')).toEqual(["Search the web", "Draw"]);
    expect(focused(root)).toBe("Search the web");
    press(root.activeElement as HTMLElement, "End");
    expect(focused(root)).toBe("Draw");
    press(root.activeElement as HTMLElement, "s");
    expect(focused(root)).toBe("Search the web");
    (root.activeElement as HTMLElement).click();
    await settled();
    expect(root.querySelector('[role="menu"]')).toBeNull();
    expect(root.activeElement).toBe(composer(root));
    expect(composer(root).placeholder).toBe("Search for");
    expect(find(root, '[aria-label="Remove: Search the web"]').textContent).toBe("Search");
    type(composer(root), "cats");
    press(composer(root), "Enter");
    await settled();
    expect(inputOf(server).inference_options).toEqual({ tool_choice: { id: "search" } });
    expect(composer(root).placeholder).toBe("Message the AI");
    expect(seen.filter(({ name }) => name === "tool.change").map(({ detail }) => detail)).toEqual([
      { toolId: "search" },
      { toolId: null },
    ]);
  });

  test("that are persistent stay, and can be taken away", async () => {
    const server = chatServer();
    const { element, root } = await mountElement(optionsFor(server, { composer: { tools } }));
    await element.setComposerValue({ text: "a cat", selectedToolId: "image" });
    await settled();
    press(composer(root), "Enter");
    await settled();
    expect(inputOf(server).inference_options).toEqual({ tool_choice: { id: "image" } });
    button(root, "Remove: Draw").click();
    await settled();
    expect(root.querySelector('[aria-label="Remove: Draw"]')).toBeNull();
  });

  test("that are pinned are buttons of their own, on or off", async () => {
    const { root, seen } = await mountElement(optionsFor(chatServer(), { composer: { tools } }));
    const pinned = button(root, "Think hard");
    expect(pinned.ariaPressed ?? pinned.getAttribute("aria-pressed")).toBe("false");
    pinned.click();
    await settled();
    expect(button(root, "Think hard").getAttribute("aria-pressed")).toBe("true");
    button(root, "Think hard").click();
    await settled();
    expect(seen.filter(({ name }) => name === "tool.change").map(({ detail }) => detail)).toEqual([
      { toolId: "deep" },
      { toolId: null },
    ]);
  });

  test("Escape closes the menu alone and gives the focus back; so does a press elsewhere", async () => {
    const { root } = await mountElement(optionsFor(chatServer(), { composer: { tools } }));
    button(root, "Tools").click();
    await settled();
    const pressed = press(root.activeElement as HTMLElement, "Escape");
    await settled();
    expect(pressed.defaultPrevented).toBe(true);
    expect(root.querySelector('[role="menu"]')).toBeNull();
    expect(focused(root)).toBe("Tools");
    button(root, "Tools").click();
    await settled();
    document.body.dispatchEvent(new Event("pointerdown", { bubbles: true, composed: true }));
    await settled();
    expect(root.querySelector('[role="menu"]')).toBeNull();
  });
});

describe("models", () => {
  const models = [
    { id: "small", label: "Small", description: "Quick" },
    { id: "big", label: "Big", default: true },
    { id: "huge", label: "Huge", disabled: true },
  ];

  test("the default goes with the message until another is chosen, which stays", async () => {
    const server = chatServer();
    const { root } = await mountElement(optionsFor(server, { composer: { models } }));
    type(composer(root), "one");
    press(composer(root), "Enter");
    await settled();
    expect(inputOf(server).inference_options).toEqual({ model: "big" });
    button(root, "Model: Big").click();
    await settled();
    expect(focused(root)).toBe("Big");
    const [small, , huge] = [...root.querySelectorAll<HTMLElement>('[role="menuitemradio"]')];
    expect(small?.textContent).toBe("SmallQuick");
    expect(huge?.getAttribute("aria-disabled")).toBe("true");
    huge?.click();
    small?.click();
    await settled();
    expect(button(root, "Model: Small")).toBeTruthy();
    for (const words of ["two", "three"]) {
      type(composer(root), words);
      press(composer(root), "Enter");
      await settled();
      expect(inputOf(server).inference_options).toEqual({ model: "small" });
    }
  });

  test("setComposerValue chooses one", async () => {
    const { element, root } = await mountElement(optionsFor(chatServer(), { composer: { models } }));
    await element.setComposerValue({ selectedModelId: "small" });
    await settled();
    expect(button(root, "Model: Small")).toBeTruthy();
  });
});

describe("files", () => {
  const file = (name: string, body = "text", mime = "text/plain") => new File([body], name, { type: mime });
  const attachment = (id: string, name: string) => ({ id, type: "file", name, mime_type: "text/plain" });
  const enabled = { composer: { attachments: { enabled: true } } };

  /** Announces files under ids of their own and keeps what is put where it says. */
  function uploadServer(
    answer: (url: string, init: RequestInit) => Response | Promise<Response> = () => json({}),
  ) {
    const puts: { url: string; init: RequestInit }[] = [];
    const server = chatServer((request) => {
      if (request.type !== "attachments.create") return json({});
      const name = String(request.params.name);
      const upload_descriptor = { url: `/put/${name}`, method: "PUT", headers: { "X-Key": "k" } };
      return json({ ...attachment(`atc_${name}`, name), upload_descriptor });
    });
    const ask = server.fetch;
    const fetchAll: typeof fetch = async (input, init) => {
      if (!String(input).includes("/put/") && !String(input).includes("/upload")) return ask(input, init);
      puts.push({ url: String(input), init: init ?? {} });
      return answer(String(input), init ?? {});
    };
    return { server, puts, api: { url: "/chatkit", domainKey: "x", fetch: fetchAll } };
  }

  function pick(root: ParentNode, ...files: File[]): void {
    const picker = find<HTMLInputElement>(root, 'input[type="file"]');
    Object.defineProperty(picker, "files", { value: files, configurable: true });
    picker.dispatchEvent(new Event("change", { bubbles: true }));
  }

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
    expect(text(root, ".file-name")).toEqual(["notes.txt"]);
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
    expect(text(root, '[role="status"]').join()).toContain("a.txt is attached");
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
    expect(text(root, ".file-name")).toEqual(["pasted.txt", "dropped.txt", "given.txt"]);
  });

  test("what is too large, too many or of the wrong kind is refused, in words", async () => {
    const { server, api } = uploadServer();
    const attachments = { enabled: true, maxSize: 1024, maxCount: 1, accept: { "text/*": [".txt"] } };
    const { root } = await mountElement({ api, composer: { attachments } });
    expect(find(root, 'input[type="file"]').getAttribute("accept")).toBe("text/*,.txt");
    pick(root, file("big.txt", "x".repeat(2000)), file("a.exe", "x", "application/octet-stream"));
    await settled();
    expect(text(root, '[role="alert"] li')).toEqual([
      "big.txt is larger than 1 kB.",
      "a.exe is of a kind that is not accepted here.",
    ]);
    pick(root, file("one.txt"), file("two.txt"), file("three.txt"));
    await settled();
    expect(text(root, '[role="alert"] li')).toEqual(["A message takes at most 1 file."]);
    expect(text(root, ".file-name")).toEqual(["one.txt"]);
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
    expect(text(root, ".file-failure")).toEqual(["The disk is full."]);
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
    expect(text(root, ".file-name")).toEqual(["a.txt"]);
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
    expect(text(root, ".attachment")).toEqual(["far.png"]);
  });
});

describe("mentions", () => {
  const people = [
    { id: "u1", title: "Anna Lee", group: "People", icon: "user", interactive: true, data: { mail: "a@x" } },
    { id: "d1", title: "Annual plan", group: "Documents" },
    { id: "u2", title: "Andy", group: "People" },
  ];
  const search = () =>
    vi.fn(async (query: string) => people.filter(({ title }) => title.toLowerCase().includes(query)));

  test("@ searches; arrows and Enter take one; it is sent as a tag", async () => {
    const server = chatServer();
    const onTagSearch = search();
    const { root } = await mountElement(optionsFor(server, { entities: { onTagSearch } }));
    const field = composer(root);
    expect(field.getAttribute("aria-autocomplete")).toBe("list");
    field.focus();
    type(field, "ask @");
    await settled();
    type(field, "ask @an");
    await settled(50);
    expect(onTagSearch.mock.calls.map(([query]) => query)).toEqual(["", "an"]);
    // Each group in one place.
    expect(text(root, '[role="option"]')).toEqual(["Anna Lee", "Andy", "Annual plan"]);
    expect(
      [...root.querySelectorAll('[role="group"]')].map((node) => node.getAttribute("aria-label")),
    ).toEqual(["People", "Documents"]);
    const active = () => root.getElementById(field.getAttribute("aria-activedescendant") ?? "")?.textContent;
    expect(active()).toBe("Anna Lee");
    press(field, "ArrowDown");
    await settled();
    expect(active()).toBe("Andy");
    press(field, "ArrowUp");
    await settled();
    press(field, "Enter");
    await settled();
    expect(root.querySelector('[role="listbox"]')).toBeNull();
    expect(field.value).toBe("ask Anna Lee ");
    expect(find(root, ".input-mirror mark").textContent).toBe("Anna Lee");
    expect(root.activeElement).toBe(field);
    type(field, "ask Anna Lee today");
    press(field, "Enter");
    await settled();
    expect(inputOf(server).content).toEqual([
      { type: "input_text", text: "ask " },
      {
        type: "input_tag",
        id: "u1",
        text: "Anna Lee",
        group: "People",
        data: { mail: "a@x" },
        interactive: true,
      },
      { type: "input_text", text: " today" },
    ]);
  });

  test("Escape closes the list and leaves the text; Enter then sends", async () => {
    const server = chatServer();
    const { root } = await mountElement(optionsFor(server, { entities: { onTagSearch: search() } }));
    type(composer(root), "@an");
    await settled();
    press(composer(root), "Escape");
    await settled();
    type(composer(root), "@ann");
    await settled(50);
    expect(root.querySelector('[role="listbox"]')).toBeNull();
    press(composer(root), "Enter");
    await settled();
    expect(inputOf(server).content).toEqual([{ type: "input_text", text: "@ann" }]);
  });

  test("a Backspace behind a tag takes it out as a whole", async () => {
    const { element, root } = await mountElement(optionsFor(chatServer()));
    const tag = { type: "input_tag" as const, id: "u1", text: "Anna Lee" };
    await element.setComposerValue({ content: [{ type: "input_text", text: "ask " }, tag] });
    await settled();
    const field = composer(root);
    field.setSelectionRange(12, 12);
    expect(press(field, "Backspace").defaultPrevented).toBe(true);
    await settled();
    expect(field.value).toBe("ask ");
    expect(root.querySelector("mark")).toBeNull();
  });

  test("a search that fails says so and is reported; late answers are dropped", async () => {
    const answers: ((value: never[]) => void)[] = [];
    const onTagSearch = vi
      .fn()
      .mockImplementationOnce(() => new Promise((resolve) => answers.push(resolve)))
      .mockRejectedValueOnce(new Error("down"));
    const { root, seen } = await mountElement(optionsFor(chatServer(), { entities: { onTagSearch } }));
    type(composer(root), "@");
    await settled();
    type(composer(root), "@a");
    await settled(50);
    expect(find(root, ".menu-note").textContent).toContain("The search failed");
    answers[0]?.([]);
    await settled();
    expect(find(root, ".menu-note").textContent).toContain("The search failed");
    expect(
      seen.some(
        ({ name, detail }) =>
          name === "error" && String((detail as { error: Error }).error).includes("onTagSearch"),
      ),
    ).toBe(true);
  });

  test("a button begins one, where the host wants it", async () => {
    const entities = { onTagSearch: search(), showComposerMenu: true };
    const { root } = await mountElement(optionsFor(chatServer(), { entities }));
    type(composer(root), "ask");
    button(root, "Mention").click();
    await settled();
    expect(composer(root).value).toBe("ask @");
    expect(root.activeElement).toBe(composer(root));
    expect(root.querySelectorAll('[role="option"]')).toHaveLength(3);
    find(root, '[role="option"]').click();
    await settled();
    expect(composer(root).value).toBe("ask Anna Lee ");
  });

  test("a tag in a message is previewed while focused, closed by Escape, and clicked", async () => {
    const onClick = vi.fn();
    const preview = {
      type: "Basic" as const,
      children: [{ type: "Text" as const, value: "Works in sales" }],
    };
    const onRequestPreview = vi.fn(async () => ({ preview: preview as never }));
    const message = {
      ...items.user("x"),
      content: [
        { type: "input_tag", id: "u1", text: "Anna Lee", group: "People", data: { n: 1 }, interactive: true },
        { type: "input_tag", id: "u2", text: "Andy", data: {}, interactive: false },
      ],
    };
    const server = new FakeServer(() =>
      json({ id: "thr_1", created_at: "2026-01-02T03:04:05Z", items: { data: [message], has_more: false } }),
    );
    const entities = { onClick, onRequestPreview };
    const { root } = await mountElement(optionsFor(server, { initialThread: "thr_1", entities }));
    const entity = { id: "u1", title: "Anna Lee", group: "People", interactive: true, data: { n: "1" } };
    expect(root.querySelectorAll("button.tag")).toHaveLength(1);
    const tag = button(root, "Anna Lee");
    tag.focus();
    await settled();
    expect(onRequestPreview).toHaveBeenCalledExactlyOnceWith(entity);
    const tooltip = root.getElementById(tag.getAttribute("aria-describedby") ?? "");
    expect(tooltip?.textContent).toContain("Works in sales");
    press(tag, "Escape");
    await settled();
    expect(root.querySelector('[role="tooltip"]')).toBeNull();
    tag.click();
    expect(onClick).toHaveBeenCalledExactlyOnceWith(entity);
  });
});

describe("commands", () => {
  const found = [
    { id: "move", label: "Move to", description: "another list", icon: "suitcase" as const },
    { id: "ping", label: "Ping" },
  ];

  test("/ lists the host's and the composer's own; one that does something leaves no trace", async () => {
    const onSelect = vi.fn(async () => undefined);
    const commands = { enabled: true, onSearch: async () => found, onSelect };
    const tools = [{ id: "search", label: "Search the web", icon: "globe" as const }];
    const options = { commands, composer: { tools, attachments: { enabled: true } } };
    const { root, seen } = await mountElement(optionsFor(chatServer(), options));
    type(composer(root), "do /");
    await settled();
    expect(text(root, '[role="option"]')).toEqual([
      "Move toanother list",
      "Ping",
      "Add files",
      "Search the web",
    ]);
    press(composer(root), "ArrowDown");
    press(composer(root), "Tab");
    await settled();
    expect(onSelect).toHaveBeenCalledExactlyOnceWith(found[1]);
    expect(composer(root).value).toBe("do ");
    type(composer(root), "do /web");
    await settled(50);
    press(composer(root), "ArrowUp");
    press(composer(root), "Enter");
    await settled();
    expect(seen.at(-1)).toEqual({ name: "tool.change", detail: { toolId: "search" } });
    expect(composer(root).value).toBe("do ");
  });

  test("one may open a menu, from which Escape leads back, and insert an entity", async () => {
    const inner = { id: "home", label: "Home" };
    const onSelect = vi.fn(async (command: { id: string }) =>
      command.id === "move"
        ? { type: "menu" as const, commands: [inner, { id: "work", label: "Work" }] }
        : { type: "entity" as const, entity: { id: "l1", title: "Home list" } },
    );
    const commands = { enabled: true, onSearch: async () => found, onSelect };
    const server = chatServer();
    const { root } = await mountElement(optionsFor(server, { commands }));
    const field = composer(root);
    type(field, "/mo");
    await settled(50);
    press(field, "Enter");
    await settled();
    expect(field.value).toBe("/");
    expect(text(root, '[role="option"]')).toEqual(["Home", "Work"]);
    press(field, "Escape");
    await settled();
    expect(text(root, '[role="option"]')).toEqual(["Move toanother list", "Ping"]);
    press(field, "Enter");
    await settled();
    type(field, "/ho");
    await settled(50);
    expect(text(root, '[role="option"]')).toEqual(["Home"]);
    press(field, "Enter");
    await settled();
    expect(onSelect).toHaveBeenLastCalledWith(inner);
    press(field, "Enter");
    await settled();
    expect(inputOf(server).content).toMatchObject([{ type: "input_tag", id: "l1", text: "Home list" }]);
  });

  test("without the option, / is a letter", async () => {
    const { root } = await mountElement(optionsFor(chatServer()));
    type(composer(root), "/");
    await settled();
    expect(root.querySelector('[role="listbox"]')).toBeNull();
  });
});

describe("dictation", () => {
  const dictation = { composer: { dictation: { enabled: true } } };
  const tracks = [{ stop: vi.fn() }];

  class FakeRecorder {
    static isTypeSupported = (type: string) => type === "audio/mp4";
    static last: FakeRecorder | null = null;
    state = "inactive";
    mimeType: string;
    ondataavailable = (_event: { data: Blob }) => {};
    onstop = () => {};
    constructor(_stream: unknown, { mimeType = "" } = {}) {
      this.mimeType = mimeType;
    }
    start() {
      this.state = "recording";
      FakeRecorder.last = this;
    }
    stop() {
      this.ondataavailable({ data: new Blob(["sound"], { type: this.mimeType }) });
      setTimeout(() => this.onstop());
    }
  }

  function microphone(getUserMedia: () => Promise<unknown>) {
    vi.stubGlobal("MediaRecorder", FakeRecorder);
    Object.defineProperty(navigator, "mediaDevices", { value: { getUserMedia }, configurable: true });
  }

  afterEach(() => {
    tracks[0]?.stop.mockClear();
    Object.defineProperty(navigator, "mediaDevices", { value: undefined, configurable: true });
  });

  test("records, has the server write it down, and puts the words where the caret is", async () => {
    microphone(async () => ({ getTracks: () => tracks }));
    const server = chatServer(() => json({ text: " milk and eggs " }));
    const { root } = await mountElement(optionsFor(server, dictation));
    type(composer(root), "Buy");
    button(root, "Dictate").focus();
    button(root, "Dictate").click();
    await settled();
    expect(find(root, '[role="timer"]').textContent).toBe("0:00");
    expect(focused(root)).toBe("Write it down");
    button(root, "Write it down").click();
    await settled();
    expect(server.requests[0]).toMatchObject({
      type: "input.transcribe",
      params: { audio_base64: btoa("sound"), mime_type: "audio/mp4" },
    });
    expect(composer(root).value).toBe("Buy milk and eggs");
    expect(root.activeElement).toBe(composer(root));
    expect(tracks[0]?.stop).toHaveBeenCalled();
  });

  test("what was said is kept when the microphone is gone", async () => {
    microphone(async () => ({ getTracks: () => tracks }));
    const server = chatServer(() => json({ text: "milk" }));
    const { root } = await mountElement(optionsFor(server, dictation));
    button(root, "Dictate").click();
    await settled();
    FakeRecorder.last?.ondataavailable({ data: new Blob(["so far"]) });
    Object.assign(FakeRecorder.last ?? {}, { state: "inactive" });
    button(root, "Write it down").click();
    await settled();
    expect(server.requests[0]?.params.audio_base64).toBe(btoa("so far"));
    expect(composer(root).value).toBe("milk");
  });

  test("can be cancelled: nothing is sent", async () => {
    microphone(async () => ({ getTracks: () => tracks }));
    const server = chatServer();
    const { root } = await mountElement(optionsFor(server, dictation));
    button(root, "Dictate").click();
    await settled();
    button(root, "Cancel dictation").click();
    await settled();
    expect(button(root, "Dictate")).toBeTruthy();
    expect(server.requests).toHaveLength(0);
    expect(tracks[0]?.stop).toHaveBeenCalled();
  });

  test.each([
    ["NotAllowedError", "may not use the microphone"],
    ["NotFoundError", "No microphone was found"],
  ])("%s is told in words", async (name, words) => {
    microphone(() => Promise.reject(new DOMException("no", name)));
    const { root } = await mountElement(optionsFor(chatServer(), dictation));
    button(root, "Dictate").click();
    await settled();
    expect(find(root, '[role="alert"]').textContent).toContain(words);
  });

  test("says so where the browser cannot, and where the server did not", async () => {
    const { root } = await mountElement(optionsFor(chatServer(), dictation));
    button(root, "Dictate").click();
    await settled();
    expect(find(root, '[role="alert"]').textContent).toMatch(/cannot record|https/);
    microphone(async () => ({ getTracks: () => tracks }));
    const failing = chatServer(() => json({}, 500));
    const other = await mountElement(optionsFor(failing, dictation));
    button(other.root, "Dictate").click();
    await settled();
    button(other.root, "Write it down").click();
    await settled();
    expect(find(other.root, '[role="alert"]').textContent).toContain("could not be written down");
    expect(other.seen.some(({ name }) => name === "error")).toBe(true);
  });
});

describe("a client secret", () => {
  const bearer = (init: RequestInit | undefined) => new Headers(init?.headers).get("Authorization");

  test("is asked for once, sent, and renewed when the server no longer takes it", async () => {
    const seen: { url: string; auth: string | null }[] = [];
    let good = "first";
    vi.stubGlobal("fetch", async (input: string, init?: RequestInit) => {
      seen.push({ url: String(input), auth: bearer(init) });
      if (bearer(init) !== `Bearer ${good}`) return json({ detail: "Expired." }, 401);
      return stream(reply("hi", "Hello"));
    });
    const getClientSecret = vi.fn(async (current: string | null) => (current === null ? "first" : "second"));
    const { element, root } = await mountElement({ api: { getClientSecret } });
    await element.sendUserMessage({ text: "one" });
    await element.sendUserMessage({ text: "two" });
    expect(getClientSecret.mock.calls).toEqual([[null]]);
    expect(seen[0]?.url).toBe("https://api.openai.com/v1/chatkit/conversation");
    good = "second";
    await element.sendUserMessage({ text: "three" });
    expect(getClientSecret.mock.calls).toEqual([[null], ["first"]]);
    expect(seen.map(({ auth }) => auth)).toEqual([
      "Bearer first",
      "Bearer first",
      "Bearer first",
      "Bearer second",
    ]);
    expect(root.querySelector(".failure")).toBeNull();
  });

  test("that is not to be had, or stays refused, is a failure with a way on; it is tried once", async () => {
    const fetching = vi.fn(async () => json({}, 401));
    vi.stubGlobal("fetch", fetching);
    const getClientSecret = vi.fn(async (current: string | null) => {
      if (current === null) return "old";
      throw new Error("Your session is over.");
    });
    const { element, root } = await mountElement({ api: { getClientSecret } });
    await expect(element.sendUserMessage({ text: "hi" })).rejects.toThrow("getClientSecret");
    await settled();
    expect(fetching).toHaveBeenCalledTimes(1);
    expect(find(root, ".failure").textContent).toContain("Your session is over.");
    expect(composer(root).value).toBe("hi");
  });
});

test("any of Lucide's icons can be named: those not built in are loaded, unknown ones draw nothing", async () => {
  const icons = ["lucide:zap", "lucide:accessibility", "lucide:no-such-icon", "lucide:zodiac-aries"] as const;
  const prompts = icons.map((icon) => ({ label: icon, prompt: "x", icon }));
  const { root } = await mountElement(optionsFor(chatServer(), { startScreen: { prompts } }));
  const drawn = () =>
    [...root.querySelectorAll(".prompt")].map((node) => node.querySelectorAll("svg > *").length > 0);
  await vi.waitFor(() => expect(drawn()).toEqual([true, true, false, true]), 4000);
});

test("every message can be copied: answers, and what one said oneself", async () => {
  const writeText = vi.fn(async () => {});
  Object.defineProperty(navigator, "clipboard", { value: { writeText }, configurable: true });
  const { element, root } = await mountElement(optionsFor(chatServer()));
  await element.sendUserMessage({ text: "x" });
  await settled();
  button(root, "Copy your message").click();
  button(root, "Copy").click();
  expect(writeText.mock.calls).toEqual([["x"], ["Fine"]]);
});

test("buttons of the host's own stand below an answer and are given it", async () => {
  const onClick = vi.fn();
  const actions = [
    { id: "keep", label: "Keep as a note", icon: "notebook", onClick },
    { id: "broken", label: "No handler", icon: "bolt" },
  ];
  const options = { threadItemActions: { actions } as ChatKitOptions["threadItemActions"] };
  const { element, root } = await mountElement(optionsFor(chatServer(), options));
  await element.sendUserMessage({ text: "hi" });
  await settled();
  expect(root.querySelector('[aria-label="No handler"]')).toBeNull();
  button(root, "Keep as a note").click();
  expect(onClick).toHaveBeenCalledExactlyOnceWith({ threadId: "thr_1", itemIds: ["msg_a"], text: "Fine" });
});

test("the page's style sheet goes before the theme option; the class tells its version", async () => {
  const { root } = await mountElement(
    optionsFor(chatServer(), { theme: { color: { accent: { primary: "#f60", level: 1 } } } }),
  );
  expect(find(root, ".ck").getAttribute("style")).toContain("--ck-accent: var(--chatkit-accent, #f60)");
  expect(customElements.get("openai-chatkit")).toHaveProperty("version", "0.1.0");
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
