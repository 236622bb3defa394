import { useEffect, useRef, useState } from "preact/hooks";
import type { Conversation } from "../state/conversation.ts";
import { newsOf, type Said } from "./announce.ts";
import { useStore } from "./context.ts";

/** Lines leave the region when they must have been read, so that the text is on the page only once. */
const KEPT_MS = 3000;

interface Notifying extends Element {
  ariaNotify?: (text: string, options?: { priority: "normal" | "high" }) => void;
}

/** Tells screen readers what the reply says. A stored thread is not read out. */
export function Announcer({ conversation }: { conversation: Conversation }) {
  const { thread, run } = useStore(conversation.store);
  const region = useRef<HTMLDivElement>(null);
  const memory = useRef<{ of: Conversation; said: Said; live: boolean }>({
    of: conversation,
    said: new Map(),
    live: false,
  });
  const { lines, say } = useLines(region);

  useEffect(() => {
    const before = memory.current;
    const same = before.of === conversation;
    const live = run !== "none";
    const news = newsOf(thread.items, same ? before.said : new Map(), !live);
    memory.current = { of: conversation, said: news.said, live };
    if (same && (live || before.live)) say(news.sentences);
  }, [conversation, thread, run, say]);

  return (
    <div ref={region} class="for-readers" aria-live="polite" aria-relevant="additions" aria-atomic="false">
      {lines.map(({ id, text }) => (
        <p key={id}>{text}</p>
      ))}
    </div>
  );
}

/** By the browser's own voice where it has one (ariaNotify), else as lines of the live region. */
function useLines(region: { current: Notifying | null }) {
  const [lines, setLines] = useState<readonly { id: number; text: string }[]>([]);
  const [say] = useState(() => {
    let count = 0;
    return (sentences: readonly string[]) => {
      if (sentences.length === 0) return;
      if (region.current?.ariaNotify) return region.current.ariaNotify(sentences.join(" "));
      const added = sentences.map((text) => ({ id: ++count, text }));
      setLines((shown) => [...shown, ...added]);
    };
  });
  useEffect(() => {
    if (lines.length === 0) return;
    const timer = setTimeout(() => setLines([]), KEPT_MS);
    return () => clearTimeout(timer);
  }, [lines]);
  return { lines, say };
}
