import { useEffect, useMemo, useRef, useState } from "react";
import type { Task } from "@/types/task";
import type { News } from "./task-list";
import { newsWords } from "./words";

const SETTLING_MS = 1200;
const GLOW_MS = 2400;

/** Ids and when each came in. */
type Moments = ReadonlyMap<string, number>;

/** A set whose members leave by themselves after a while. */
function useMoments(milliseconds: number) {
  const [moments, setMoments] = useState<Moments>(new Map());
  useEffect(() => {
    if (moments.size === 0) return;
    const oldest = Math.min(...moments.values());
    const timer = setTimeout(
      () => setMoments((current) => younger(current, Date.now() - milliseconds)),
      oldest + milliseconds - Date.now(),
    );
    return () => clearTimeout(timer);
  }, [milliseconds, moments]);
  const ids = useMemo(() => new Set(moments.keys()), [moments]);
  return [ids, setMoments] as const;
}

function younger(moments: Moments, than: number): Moments {
  return new Map([...moments].filter(([, since]) => since > than));
}

/** Tasks completed or reopened a moment ago: they stay in their place until that was seen. */
export function useSettling(tasks: readonly Task[]): ReadonlySet<string> {
  const [settling, setSettling] = useMoments(SETTLING_MS);
  const [before, setBefore] = useState(tasks);
  // State adjusted while rendering, so that a row is never drawn in its new place first.
  if (before !== tasks) {
    setBefore(tasks);
    const flipped = findFlipped(before, tasks);
    if (flipped.length > 0) setSettling((current) => toggled(current, flipped));
  }
  return settling;
}

function findFlipped(before: readonly Task[], after: readonly Task[]): string[] {
  const completed = new Map(before.map((task) => [task.id, task.completed]));
  return after
    .filter((task) => (completed.get(task.id) ?? task.completed) !== task.completed)
    .map((task) => task.id);
}

/** Flipped twice is back where it was: nothing to wait for. */
function toggled(moments: Moments, ids: readonly string[]): Moments {
  const result = new Map(moments);
  for (const id of ids) if (!result.delete(id)) result.set(id, Date.now());
  return result;
}

/** What came from elsewhere: which rows glow, and what a screen reader says. */
export function useNews(news: readonly News[]): { glowing: ReadonlySet<string>; words: string } {
  const [glowing, setGlowing] = useMoments(GLOW_MS);
  const [words, setWords] = useState("");
  const seen = useRef(0);
  useEffect(() => {
    const fresh = news.filter((item) => item.sequence > seen.current);
    if (fresh.length === 0) return;
    seen.current = fresh.at(-1)?.sequence ?? seen.current;
    const now = Date.now();
    setGlowing((current) => new Map([...current, ...fresh.map(({ id }) => [id, now] as const)]));
    setWords(fresh.map(newsWords).join(". "));
  }, [news, setGlowing]);
  return { glowing, words };
}
