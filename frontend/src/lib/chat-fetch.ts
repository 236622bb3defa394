import type { ChatError } from "@/types/chat";

/**
 * ChatKit's `fetch`: the authenticated one, and a note of why a request failed. ChatKit's own error
 * event says no more than that one did.
 */
export function createChatFetch(
  send: typeof fetch,
  note: (error: ChatError | null) => void,
): typeof fetch {
  return async (input, init) => {
    let response: Response;
    try {
      response = await send(input, init);
    } catch (error) {
      const aborted = init?.signal?.aborted || (error as Error | null)?.name === "AbortError";
      note(aborted ? null : OFFLINE);
      throw error;
    }
    note(response.ok ? null : await describeRefusal(response.clone()));
    return response;
  };
}

const OFFLINE: ChatError = {
  kind: "offline",
  message: "The assistant can’t be reached. Check your connection and try again.",
  remedy: null,
};

async function describeRefusal(response: Response): Promise<ChatError> {
  const body = (await response.json().catch(() => null)) as { detail?: unknown } | null;
  const detail = typeof body?.detail === "string" && body.detail ? body.detail : null;
  switch (response.status) {
    case 401:
      return {
        kind: "signed-out",
        message: "You are signed out. Sign in again to go on; your message is kept.",
        remedy: "Sign in",
      };
    case 403:
      return {
        kind: "forbidden",
        message: detail ?? "This conversation belongs to another account.",
        remedy: null,
      };
    case 409:
    case 429:
      return {
        kind: "busy",
        message: detail ?? "The assistant is busy. Wait a moment and try again.",
        remedy: null,
      };
  }
  const message = detail ?? "The assistant has a problem right now. Try again in a moment.";
  return { kind: response.status >= 500 ? "server" : "unknown", message, remedy: null };
}
