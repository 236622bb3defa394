import { useEffect, useState } from "react";

const MINUTE_MS = 60_000;

/** The time, anew each minute and whenever the page is looked at again: "today" must not grow old. */
export function useNow(): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const controller = new AbortController();
    const update = () => setNow(new Date());
    const timer = setInterval(update, MINUTE_MS);
    document.addEventListener("visibilitychange", update, { signal: controller.signal });
    return () => {
      clearInterval(timer);
      controller.abort();
    };
  }, []);
  return now;
}
