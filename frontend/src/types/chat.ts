import type { ColorScheme } from "@openai/chatkit-react";
import type { ReactNode } from "react";

/** What the site decides about its ChatKit; the rest of the options follows from it. */
export interface ChatKitConfig {
  /** `CONFIG.API_BASE_URL + '/api/{user_id}/chat'`. */
  url: string;
  domainKey: string;
  /** Puts the bearer token on each request of ChatKit's. */
  fetch: typeof fetch;
  colorScheme: ColorScheme;
  /** The thread that was open when the page was left. */
  initialThread: string | null;
  /** Said below the composer; null for nothing. */
  disclaimer: string | null;
}

export interface ChatProviderProps {
  /** The JWT's `sub`. */
  userId: string;
  children: ReactNode;
}

/** What went wrong with the assistant, in words, and what the user can do about it. */
export interface ChatError {
  kind: "signed-out" | "forbidden" | "busy" | "offline" | "server" | "script" | "unknown";
  message: string;
  /** What to do, as the label of a button; null when there is nothing but to go on. */
  remedy: "Sign in" | "Try again" | null;
}
