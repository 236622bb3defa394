/** What can be done with a message. */
import type { ChatKitOptions } from "@openai/chatkit";
import { afterEach, expect, test, vi } from "vitest";
import { chatServer } from "../testing/composer.ts";
import { button, mountElement, optionsFor } from "../testing/element.ts";
import { settled } from "../testing/server.ts";

afterEach(() => {
  document.body.replaceChildren();
  sessionStorage.clear();
  vi.unstubAllGlobals();
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
