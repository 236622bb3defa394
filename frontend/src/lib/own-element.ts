/** What our `<openai-chatkit>` offers beyond its vendor's; see its README. */
export interface OwnChatKit extends HTMLElement {
  followReply(threadId: string, open: (signal: AbortSignal) => Promise<Response>): Promise<void>;
}

/** The page's element when it is ours; the vendor's script draws into an iframe and can't do this. */
export function ownChatKit(): OwnChatKit | null {
  const element = document.querySelector<OwnChatKit>("openai-chatkit");
  return typeof element?.followReply === "function" ? element : null;
}

/** Whether something is being typed that must not be overwritten. */
export function isComposing(): boolean {
  return Boolean(ownChatKit()?.shadowRoot?.querySelector("textarea")?.value);
}
