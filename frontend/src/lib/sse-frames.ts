/** One server-sent event or comment, up to and with the blank line that ends it. */
export interface Frame {
  bytes: Uint8Array<ArrayBuffer>;
  /** Of its `id:` line. */
  id: number | null;
  /** Of the comment `: end <status>`, which proves that the stream is complete. */
  end: string | null;
}

const LF = 0x0a;
const CR = 0x0d;

/**
 * Cuts a stream into whole frames. It looks at bytes and never at characters, so a chunk may end
 * anywhere. A frame whose end never comes is dropped with the cutter.
 */
export class FrameCutter {
  #held: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  /** Where in `#held` the line begins that has no end yet. */
  #line = 0;

  push(chunk: Uint8Array): Frame[] {
    const searched = this.#held.length;
    const bytes = concat([this.#held, chunk]);
    const frames: Frame[] = [];
    let frame = 0;
    let line = this.#line;
    for (let at = bytes.indexOf(LF, searched); at !== -1; at = bytes.indexOf(LF, at + 1)) {
      const blank = at === line || (at === line + 1 && bytes[line] === CR);
      line = at + 1;
      if (!blank) continue;
      frames.push(readFrame(bytes.subarray(frame, line)));
      frame = line;
    }
    this.#held = bytes.slice(frame);
    this.#line = line - frame;
    return frames;
  }
}

const decoder = new TextDecoder();

function readFrame(bytes: Uint8Array<ArrayBuffer>): Frame {
  const text = decoder.decode(bytes);
  const id = /^id: ?(\d+)\r?$/m.exec(text)?.[1];
  const end = /^: ?end (\S+)\r?$/m.exec(text)?.[1];
  return { bytes, id: id === undefined ? null : Number(id), end: end ?? null };
}

export function concat(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
