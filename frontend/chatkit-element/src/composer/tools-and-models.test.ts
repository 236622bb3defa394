/** The menus of the composer: tools and models. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { chatServer, focused, inputOf, texts } from "../testing/composer.ts";
import { button, composer, find, mountElement, optionsFor, press, type } from "../testing/element.ts";
import { settled } from "../testing/server.ts";

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
    expect(texts(root, '[role="menuitemcheckbox"]')).toEqual(["Search the web", "Draw"]);
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
