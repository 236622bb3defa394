/** Defines `<openai-chatkit>`, unless the page already has one (the vendor's script, or this one twice). */
import type { OpenAIChatKit } from "@openai/chatkit";
import { ChatKitElement } from "./element.ts";

declare global {
  interface HTMLElementTagNameMap {
    "openai-chatkit": OpenAIChatKit;
  }
}

const TAG = "openai-chatkit";

if (!customElements.get(TAG)) customElements.define(TAG, ChatKitElement);

export { ChatKitElement };
