/**
 * Reads a reply's stream. Events are JSON in `data:` lines; a server that can prove its end closes with the
 * comment `: end <status>`, which is how a finished reply is told from a connection that was cut.
 */
import { createParser } from "eventsource-parser";

/** One event never comes near this; beyond it the server is broken or hostile. */
const MAX_EVENT_CHARS = 8_000_000;

export interface StreamHandlers {
  onEvent(event: unknown): void;
  /** Something that is no JSON; the stream goes on. */
  onMalformed?(data: string): void;
}

/** Resolves with the status of `: end <status>`, or null when the stream closed without one. Rejects when it broke. */
export async function readEventStream(
  body: ReadableStream<Uint8Array>,
  handlers: StreamHandlers,
): Promise<string | null> {
  let end: string | null = null;
  let fault: Error | null = null;
  let closed = false;
  const parser = createParser({
    maxBufferSize: MAX_EVENT_CHARS,
    onEvent({ data }) {
      if (end !== null) return;
      const event = parseJson(data);
      if (event === undefined && closed) fault = new Error("The stream ended in the middle of an event.");
      else if (event === undefined) handlers.onMalformed?.(data);
      else handlers.onEvent(event);
    },
    onComment(comment) {
      const status = /^\s*end(?:\s+(\S+))?\s*$/.exec(comment);
      if (status) end = status[1] ?? "completed";
    },
    onError(error) {
      if (error.type === "max-buffer-size-exceeded") fault = error;
    },
  });
  const reader = body.getReader();
  const decoder = new TextDecoder();
  try {
    while (end === null && fault === null) {
      const { done, value } = await reader.read();
      if (done) break;
      parser.feed(decoder.decode(value, { stream: true }));
    }
    // An event whose blank line never came: whole, if it can be read, and otherwise the proof of a cut.
    closed = true;
    if (end === null && fault === null) parser.feed("\n\n");
  } finally {
    // After the proven end, or a fault, nothing more is wanted; the connection is given back either way.
    reader.cancel().catch(() => {});
  }
  if (fault !== null) throw fault;
  return end;
}

function parseJson(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}
