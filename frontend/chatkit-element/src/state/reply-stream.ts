/** Reads one reply's stream, and tells a reply that ended from one that was cut, failed or was interrupted. */
import { ChatKitError, hostWords } from "../protocol/errors.ts";
import type { StreamFailure } from "../protocol/reducer.ts";
import type { OpenStream } from "../protocol/requests.ts";
import { readEventStream, type StreamHandlers } from "../protocol/sse.ts";

interface ReplyHandlers extends StreamHandlers {
  /** What an `error` event of this stream said. */
  failure(): StreamFailure | null;
}

/** Resolves when the reply is complete, or was cancelled; rejects with a ChatKitError when it is neither. */
export async function readReply(
  stream: OpenStream,
  handlers: ReplyHandlers,
): Promise<"complete" | "cancelled"> {
  const end = await readToEnd(stream, handlers);
  const failure = handlers.failure();
  if (failure) {
    const { code, message } = failure;
    const words = message ?? `The reply failed (${code}).`;
    throw new ChatKitError("reply_failed", words, { code, detail: message ?? undefined });
  }
  if (end === null && stream.provesEnd) throw new ChatKitError("cut", "The reply's stream was cut.");
  if (end === "interrupted") throw new ChatKitError("interrupted", "The server stopped during the reply.");
  if (end === "failed") throw new ChatKitError("reply_failed", "The reply failed.");
  return end === "cancelled" ? "cancelled" : "complete";
}

async function readToEnd(stream: OpenStream, handlers: StreamHandlers): Promise<string | null> {
  try {
    return await readEventStream(stream.body, handlers);
  } catch (cause) {
    const detail = hostWords(cause);
    throw new ChatKitError("cut", "The connection was lost during the reply.", { cause, detail });
  }
}
