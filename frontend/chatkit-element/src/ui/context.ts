import { createContext } from "preact";
import { useContext, useLayoutEffect, useReducer } from "preact/hooks";
import type { Messages, Words } from "../locales/index.ts";
import type { Chat } from "../state/chat.ts";
import type { Options } from "../state/options.ts";
import type { Store } from "../state/store.ts";

export interface ChatScope {
  chat: Chat;
  options: Options;
  messages: Messages;
  words: Words;
  /** Of the chat's title; what is in the thread is one below. */
  headingLevel: number;
}

export const ChatContext = createContext<ChatScope | null>(null);

export function useChat(): ChatScope {
  const scope = useContext(ChatContext);
  if (!scope) throw new Error("Drawn outside of an <openai-chatkit>.");
  return scope;
}

/** Draws anew whenever the store tells. */
export function useStore<S extends object>(store: Store<S>): S {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  useLayoutEffect(() => store.subscribe(() => redraw(undefined as never)), [store]);
  return store.value;
}
