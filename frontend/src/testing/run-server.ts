/** A chat server with one run, for tests: its log, and connections that break where a test wants. */

const encoder = new TextEncoder();

/** Frames as the server writes them, with characters of one to four bytes. */
export const FRAMES = ["Grüße", "買い物", "👩‍🌾 eggs", "a\\nb", "end"].map((text, index) =>
  encoder.encode(`id: ${index + 1}\ndata: ${JSON.stringify({ delta: text })}\n\n`),
);
export const END = encoder.encode(": end completed\n\n");
export const PING = encoder.encode(": ping\n\n");

export const text = (parts: readonly Uint8Array[]) =>
  parts.map((part) => new TextDecoder().decode(part)).join("");

/** What an uncut connection brings from after a frame. */
export const WHOLE = text([...FRAMES, END]);

/** How one connection goes: its bytes are cut after so many, in chunks of a size. */
export interface Fault {
  after?: number;
  chunk?: number;
  /** A cut that looks like a proper end of the response, or a silence instead. */
  how?: "break" | "close" | "hang";
}

export interface Seen {
  url: string;
  method: string;
  headers: Headers;
  body: string | null;
  signal: AbortSignal | null;
}

export class RunServer {
  readonly seen: Seen[] = [];
  /** One for each connection to come; none are left: without a fault. */
  faults: (Fault | number | "unreachable" | "silent" | Response)[] = [];
  /** When a Stop is answered. */
  cancelled = Promise.resolve();
  open = 0;

  readonly fetch: typeof fetch = async (input, init) => {
    const headers = new Headers(init?.headers);
    const method = init?.method ?? "GET";
    const body = (init?.body as string | undefined) ?? null;
    this.seen.push({ url: String(input), method, headers, body, signal: init?.signal ?? null });
    if (String(input).endsWith("/cancel")) {
      await this.cancelled;
      return Response.json({ status: "cancelled" });
    }
    const fault = this.faults.shift() ?? {};
    if (fault === "unreachable") throw new TypeError("Failed to fetch");
    if (fault === "silent") return silence(init?.signal);
    if (fault instanceof Response) return fault;
    if (typeof fault === "number") return Response.json({ detail: "No." }, { status: fault });
    const after = Number(headers.get("Last-Event-ID") ?? 0);
    return this.#stream([...FRAMES.slice(after), END], fault);
  };

  count(part: string): number {
    return this.seen.filter(({ url }) => url.endsWith(part)).length;
  }

  #stream(frames: Uint8Array[], { after, chunk = 7, how = "break" }: Fault): Response {
    const bytes = Uint8Array.from(frames.flatMap((frame) => [...frame]));
    const sent = bytes.subarray(0, after ?? bytes.length);
    let at = 0;
    this.open += 1;
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        if (at < sent.length) {
          controller.enqueue(sent.slice(at, at + chunk));
          at += chunk;
          return undefined;
        }
        if (how === "hang" && sent.length < bytes.length) return new Promise(() => undefined);
        this.open -= 1;
        if (sent.length === bytes.length || how === "close") controller.close();
        else controller.error(new TypeError("network error"));
        return undefined;
      },
      cancel: () => {
        this.open -= 1;
      },
    });
    const headers = { "Content-Type": "text/event-stream", "X-Run-Id": "run_1" };
    return new Response(body, { headers });
  }
}

/** No answer until nobody wants one any more. */
function silence(signal: AbortSignal | null | undefined): Promise<Response> {
  return new Promise((_resolve, reject) => {
    signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
