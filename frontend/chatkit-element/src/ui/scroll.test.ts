import { h, render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { useScroll } from "./scroll.ts";

/** A box whose layout the test decides. */
const layout = { width: 400, height: 500, content: 2000, top: 0 };
let resized: () => void = () => {};

beforeEach(() => {
  Object.assign(layout, { width: 400, height: 500, content: 2000, top: 0 });
  vi.stubGlobal(
    "ResizeObserver",
    class {
      constructor(callback: () => void) {
        resized = callback;
      }
      observe() {}
      disconnect() {}
    },
  );
});
afterEach(() => vi.unstubAllGlobals());

interface Seen {
  log: { current: HTMLElement };
  scroll: ReturnType<typeof useScroll> | null;
}

function Log({ seen }: { seen: Seen }) {
  seen.scroll = useScroll(seen.log, { follow: true, first: "a" });
  return null;
}

function mountLog() {
  const box = document.createElement("div");
  Object.defineProperties(box, {
    clientWidth: { get: () => layout.width },
    clientHeight: { get: () => layout.height },
    scrollHeight: { get: () => layout.content },
    scrollTop: {
      get: () => layout.top,
      set: (top: number) => {
        layout.top = Math.max(0, Math.min(top, layout.content - layout.height));
      },
    },
  });
  const seen: Seen = { log: { current: box }, scroll: null };
  act(() => render(h(Log, { seen }), document.createElement("div")));
  const scroll = () => {
    if (!seen.scroll) throw new Error("Not drawn.");
    return seen.scroll;
  };
  scroll().settle();
  resized();
  return {
    settle: () => act(() => scroll().settle()),
    scrollTo: (top: number) => {
      box.scrollTop = top;
      act(() => scroll().onScroll());
    },
    /** What a browser does when the box becomes narrow: longer content, an event of its own, then the observer. */
    rewrap: () => {
      Object.assign(layout, { width: 390, content: 2600 });
      act(() => scroll().onScroll());
      resized();
    },
    fromEnd: () => layout.content - layout.top - layout.height,
  };
}

describe("a reader", () => {
  test("at the end is there again when lines are broken anew, whatever events that makes", () => {
    const log = mountLog();
    expect(log.fromEnd()).toBe(0);
    log.rewrap();
    expect(log.fromEnd()).toBe(0);
  });

  test("who scrolled up stays there, also when something comes", () => {
    const log = mountLog();
    log.scrollTo(300);
    log.rewrap();
    layout.content += 100;
    log.settle();
    expect(layout.top).toBe(300);
  });

  test("at the end follows what comes", () => {
    const log = mountLog();
    layout.content += 100;
    log.settle();
    expect(log.fromEnd()).toBe(0);
  });
});
