/** Tags: searched for, sent, previewed. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { chatServer, inputOf, texts } from "../testing/composer.ts";
import { button, composer, find, mountElement, optionsFor, press, type } from "../testing/element.ts";
import { FakeServer, items, json, settled } from "../testing/server.ts";

afterEach(() => {
  document.body.replaceChildren();
  sessionStorage.clear();
  vi.unstubAllGlobals();
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
    expect(texts(root, '[role="option"]')).toEqual(["Anna Lee", "Andy", "Annual plan"]);
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
