import { useEffect, useRef, useState } from "preact/hooks";
import type { Conversation } from "../state/conversation.ts";
import { newsOf, type Said } from "./announce.ts";
import { useStore } from "./context.ts";

/** Older lines are of no use to anyone: they were read. */
const KEPT = 12;

/** Tells screen readers what the reply says. A stored thread is not read out. */
export function Announcer({ conversation }: { conversation: Conversation }) {
  const { thread, run } = useStore(conversation.store);
  const [lines, setLines] = useState<{ id: number; text: string }[]>([]);
  const memory = useRef<{ of: Conversation; said: Said; live: boolean }>({
    of: conversation,
    said: new Map(),
    live: false,
  });
  const count = useRef(0);

  useEffect(() => {
    const before = memory.current;
    const same = before.of === conversation;
    const live = run !== "none";
    const news = newsOf(thread.items, same ? before.said : new Map(), !live);
    memory.current = { of: conversation, said: news.said, live };
    const heard = same && (live || before.live);
    if (!heard || news.sentences.length === 0) return;
    const added = news.sentences.map((text) => ({ id: ++count.current, text }));
    setLines((shown) => [...shown, ...added].slice(-KEPT));
  }, [conversation, thread, run]);

  return (
    <div class="for-readers" aria-live="polite" aria-relevant="additions" aria-atomic="false">
      {lines.map(({ id, text }) => (
        <p key={id}>{text}</p>
      ))}
    </div>
  );
}
