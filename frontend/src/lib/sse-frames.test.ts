import { expect, test } from "vitest";
import { END, FRAMES, PING, text, WHOLE } from "@/testing/run-server";
import { concat, type Frame, FrameCutter } from "./sse-frames";

const STREAM = concat([...FRAMES, PING, END]);

function cut(chunks: Uint8Array[]): Frame[] {
  const cutter = new FrameCutter();
  return chunks.flatMap((chunk) => cutter.push(chunk));
}

const bytesOf = (frames: Frame[]) => text(frames.map((frame) => frame.bytes));

test("frames have their id, the last comment its status", () => {
  const frames = cut([STREAM]);
  expect(frames.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, null, null]);
  expect(frames.map(({ end }) => end)).toEqual([null, null, null, null, null, null, "completed"]);
});

test("a chunk may end at any byte, also inside a character", () => {
  const whole = cut([STREAM]);
  for (let at = 0; at <= STREAM.length; at += 1) {
    expect(cut([STREAM.subarray(0, at), STREAM.subarray(at)])).toEqual(whole);
  }
  expect(cut([...STREAM].map((byte) => Uint8Array.of(byte)))).toEqual(whole);
});

test("what is not whole is held back", () => {
  for (let at = 0; at <= STREAM.length; at += 1) {
    const frames = bytesOf(cut([STREAM.subarray(0, at)]));
    expect(text([STREAM]).startsWith(frames)).toBe(true);
    expect(frames === "" || frames.endsWith("\n\n")).toBe(true);
  }
});

test("lines may end with CR LF, and a blank line alone is a frame without anything", () => {
  const encoder = new TextEncoder();
  const stream = encoder.encode("\n\r\nid:7\r\ndata: x\r\n\r\n: end failed\r\n\r\n");
  for (let at = 0; at <= stream.length; at += 1) {
    const frames = cut([stream.subarray(0, at), stream.subarray(at)]);
    expect(frames.map(({ id, end }) => [id, end])).toEqual([
      [null, null],
      [null, null],
      [7, null],
      [null, "failed"],
    ]);
  }
});

test("words that look like the protocol are words", () => {
  const data = JSON.stringify({ delta: "\n: end completed\n\nid: 9" });
  const [frame] = cut([new TextEncoder().encode(`id: 3\ndata: ${data}\n\n`)]);
  expect(frame).toMatchObject({ id: 3, end: null });
  expect(WHOLE).toContain("end completed");
});
