/** What went wrong with a conversation, and what can be done about it. */
import { ChatKitError, type FailureKind } from "../protocol/errors.ts";
import type { ThreadState } from "../protocol/reducer.ts";
import type { ThreadItem, UserMessageInput } from "../protocol/types.ts";

/** What can be done about a failure, and with what. */
export type Remedy =
  | { do: "resend"; input: UserMessageInput }
  | { do: "retry_after"; itemId: string }
  | { do: "load"; threadId: string }
  | { do: "reload" }
  | { do: "new_chat" }
  | { do: "none" };

export interface Failure {
  error: ChatKitError;
  remedy: Remedy;
}

/** What was asked for when it failed, and what is known of it. */
interface Attempt {
  remedy: Remedy;
  /** The message was not stored as far as anyone knows. */
  unsent: boolean;
  /** The reply was asked for elsewhere. */
  following: boolean;
  thread: ThreadState;
}

export function remedyFor(error: ChatKitError, { remedy, unsent, following, thread }: Attempt): Remedy {
  if (error.kind === "thread_gone") return { do: "new_chat" };
  if (error.kind === "reply_failed" && thread.failure?.allow_retry === false) return { do: "none" };
  if (unsent || remedy.do === "retry_after" || remedy.do === "load") return remedy;
  const message = lastUserMessage(thread.items);
  const ended = error.kind === "interrupted" || error.kind === "reply_failed";
  const canAskAgain = remedy.do === "resend" || (following && ended);
  return canAskAgain && message ? { do: "retry_after", itemId: message.id } : remedy;
}

const REFUSALS: readonly FailureKind[] = [
  "rejected",
  "server",
  "thread_gone",
  "wrong_address",
  "cut",
  "reply_failed",
];

/** What is in the message may be why: it reached the server, and nobody has to wait or sign in. */
export function isRefusal({ kind }: ChatKitError): boolean {
  return REFUSALS.includes(kind);
}

export function lastUserMessage(items: readonly ThreadItem[]): ThreadItem | undefined {
  return items.findLast((item) => item.type === "user_message");
}

/** The user's message at or before an item. */
export function userMessageAt(items: readonly ThreadItem[], itemId: string): ThreadItem | undefined {
  const at = items.findIndex((item) => item.id === itemId);
  return lastUserMessage(items.slice(0, at + 1));
}

export function asError(cause: unknown): ChatKitError {
  if (cause instanceof ChatKitError) return cause;
  return new ChatKitError("server", cause instanceof Error ? cause.message : "Something failed.", { cause });
}

/** What the host's own function failed with. */
export function hostError(what: string, cause: unknown): Error {
  return new ChatKitError("rejected", `${what}: ${cause instanceof Error ? cause.message : String(cause)}`, {
    cause,
  });
}
