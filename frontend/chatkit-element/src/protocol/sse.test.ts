import { describe, expect, test, vi } from "vitest";
import { readEventStream } from "./sse.ts";

const encoder = new TextEncoder();

function bodyOf(chunks: Uint8Array[], fault?: Error): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull(controller) {
      const chunk = chunks.shift();
      if (chunk) controller.enqueue(chunk);
      else if (fault) controller.error(fault);
      else controller.close();
    },
  });
}

async function read(chunks: Uint8Array[], fault?: Error) {
  const seen: unknown[] = [];
  const malformed: string[] = [];
  const end = await readEventStream(bodyOf(chunks, fault), {
    onEvent: (event) => seen.push(event),
    onMalformed: (data) => malformed.push(data),
  });
  return { seen, malformed, end };
}

const TEXT =
  'id: 1\ndata: {"a":"é🙂"}\n\n: ping\n\nid: 2\r\ndata: {"b":\r\ndata: 2}\r\n\r\n: end completed\n\n';

describe("the stream", () => {
  test("is the same wherever the network cuts it, inside characters too", async () => {
    const bytes = encoder.encode(TEXT);
    for (let at = 0; at <= bytes.length; at++) {
      const { seen, end } = await read([bytes.slice(0, at), bytes.slice(at)]);
      expect(seen).toEqual([{ a: "é🙂" }, { b: 2 }]);
      expect(end).toBe("completed");
    }
    const { seen } = await read([...bytes].map((byte) => Uint8Array.of(byte)));
    expect(seen).toHaveLength(2);
  });

  test.each([
    [": end completed\n\n", "completed"],
    [":end interrupted\n\n", "interrupted"],
    [": end\n\n", "completed"],
    [": ending soon\n\n", null],
    [": ping\n\n", null],
    ["", null],
  ])("%j ends with %s", async (text, status) => {
    expect((await read([encoder.encode(text)])).end).toBe(status);
  });

  test("what is no JSON is passed over", async () => {
    const text = 'data: nonsense\n\ndata: {"a":1}\n\ndata: [DONE]\n\n';
    const { seen, malformed } = await read([encoder.encode(text)]);
    expect(seen).toEqual([{ a: 1 }]);
    expect(malformed).toEqual(["nonsense", "[DONE]"]);
  });

  test("an event without its blank line counts when it is whole", async () => {
    const { seen } = await read([encoder.encode('data: {"a":1}\n\ndata: {"b":2}')]);
    expect(seen).toEqual([{ a: 1 }, { b: 2 }]);
  });

  test.each(['data: {"b":', 'data: {"b":2,\n', "dat", ": pi", ""])("ends after %j", async (tail) => {
    const half = tail.startsWith("data:");
    const reading = read([encoder.encode(`data: {"a":1}\n\n${tail}`)]);
    if (half) await expect(reading).rejects.toThrow("in the middle of an event");
    else await expect(reading).resolves.toMatchObject({ seen: [{ a: 1 }], end: null });
  });

  test("nothing after the end counts, and the connection is given back", async () => {
    const cancel = vi.fn();
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(encoder.encode(': end completed\n\ndata: {"late":1}\n\n')),
      cancel,
    });
    const onEvent = vi.fn();
    await expect(readEventStream(body, { onEvent })).resolves.toBe("completed");
    expect(onEvent).not.toHaveBeenCalled();
    expect(cancel).toHaveBeenCalled();
  });

  test("a broken connection rejects", async () => {
    await expect(read([encoder.encode('data: {"a":1}\n\n')], new TypeError("network"))).rejects.toThrow(
      "network",
    );
  });

  test("an event without end is refused instead of filling the memory", async () => {
    const chunk = encoder.encode("data: ".padEnd(1_000_000, "x"));
    const endless = Array.from({ length: 12 }, () => chunk);
    await expect(read(endless)).rejects.toThrow();
    expect(endless.length).toBeGreaterThan(0);
  });
});
