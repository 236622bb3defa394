/** The element in a document, and what a person finds in it. */
import type { ChatKitOptions, OpenAIChatKit } from "@openai/chatkit";
import "../define.ts";
import { FakeServer, reply, settled, stream } from "./server.ts";

export interface Mounted {
  element: OpenAIChatKit;
  root: ShadowRoot;
  seen: { name: string; detail: unknown }[];
}

const EVENTS = [
  "ready",
  "error",
  "response.start",
  "response.end",
  "thread.change",
  "thread.load.start",
  "thread.load.end",
  "history.open",
  "history.close",
  "tool.change",
  "effect",
  "deeplink",
];

export function optionsFor(server: FakeServer, more: Partial<ChatKitOptions> = {}): ChatKitOptions {
  return { api: { url: "/chatkit", domainKey: "x", fetch: server.fetch }, locale: "en", ...more };
}

export const helloServer = () => new FakeServer(() => stream(reply("hi", "Hello **you**")));

export async function mountElement(options: ChatKitOptions): Promise<Mounted> {
  const element = document.createElement("openai-chatkit");
  const seen: Mounted["seen"] = [];
  for (const name of EVENTS) {
    element.addEventListener(`chatkit.${name}`, (event: Event) => {
      seen.push({ name, detail: (event as CustomEvent).detail });
    });
  }
  element.setOptions(options);
  document.body.append(element);
  await settled();
  return { element, root: shadowOf(element), seen };
}

export function shadowOf(element: Element): ShadowRoot {
  if (!element.shadowRoot) throw new Error("There is no shadow root.");
  return element.shadowRoot;
}

export function find<E extends HTMLElement>(root: ParentNode, selector: string): E {
  const node = root.querySelector<E>(selector);
  if (!node) throw new Error(`There is no ${selector} in ${(root as unknown as HTMLElement).innerHTML}`);
  return node;
}

export function button(root: ParentNode, name: string): HTMLButtonElement {
  const found = [...root.querySelectorAll("button")].find(
    (node) => (node.getAttribute("aria-label") ?? node.textContent ?? "").trim() === name,
  );
  if (!found)
    throw new Error(`There is no button "${name}" in ${(root as unknown as HTMLElement).innerHTML}`);
  return found;
}

export function composer(root: ParentNode): HTMLTextAreaElement {
  return find<HTMLTextAreaElement>(root, ".composer textarea");
}

export function type(field: HTMLTextAreaElement | HTMLInputElement, text: string): void {
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

export function press(target: HTMLElement, key: string, init: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent("keydown", {
    key,
    bubbles: true,
    cancelable: true,
    composed: true,
    ...init,
  });
  target.dispatchEvent(event);
  return event;
}
