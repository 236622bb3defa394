/** The menu behind a slash. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { chatServer, inputOf, texts } from "../testing/composer.ts";
import { composer, mountElement, optionsFor, press, type } from "../testing/element.ts";
import { settled } from "../testing/server.ts";

afterEach(() => {
  document.body.replaceChildren();
  sessionStorage.clear();
  vi.unstubAllGlobals();
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
    expect(texts(root, '[role="option"]')).toEqual([
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
    expect(texts(root, '[role="option"]')).toEqual(["Home", "Work"]);
    press(field, "Escape");
    await settled();
    expect(texts(root, '[role="option"]')).toEqual(["Move toanother list", "Ping"]);
    press(field, "Enter");
    await settled();
    type(field, "/ho");
    await settled(50);
    expect(texts(root, '[role="option"]')).toEqual(["Home"]);
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
