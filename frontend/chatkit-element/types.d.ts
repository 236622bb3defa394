/** The element's types: the vendor's, and what is this element's own. */
import type { OpenAIChatKit } from "@openai/chatkit";

export interface ChatKitElement extends OpenAIChatKit {
  /** Joins a reply that runs elsewhere. `open` gives a response with its stream, from the first event on. */
  followReply(threadId: string, open: (signal: AbortSignal) => Promise<Response>): Promise<void>;
}

export declare const ChatKitElement: { new (): ChatKitElement; prototype: ChatKitElement };
