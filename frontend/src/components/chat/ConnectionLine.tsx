"use client";

import { useEffect, useState, useSyncExternalStore } from "react";
import { createPortal } from "react-dom";
import { useAssistant } from "@/components/ChatProvider";
import { ownChatKit } from "@/lib/own-element";
import type { ConnectionTrouble } from "@/lib/reconnection";

/**
 * "Connection lost. Trying again in 4 s.": one quiet line above the composer, or below a foreign
 * element, which has no place for it.
 */
export function ConnectionLine() {
  const element = ownChatKit();
  return element ? createPortal(<Line />, element) : <Line />;
}

function Line() {
  const { reconnection } = useAssistant();
  const trouble = useSyncExternalStore(reconnection.subscribe, reconnection.trouble, () => null);
  return (
    <div className="connection" slot="notice">
      {/* Always there: screen readers tell what changes in it. */}
      <p role="status">{trouble && <Words {...trouble} />}</p>
      {trouble && (
        <span className="flex gap-4">
          <button className="link" onClick={reconnection.tryNow} type="button">
            Try now
          </button>
          <button className="link" onClick={reconnection.giveUp} type="button">
            Give up
          </button>
        </span>
      )}
    </div>
  );
}

function Words({ offline, busy, retryAt }: ConnectionTrouble) {
  const seconds = useSecondsUntil(retryAt);
  if (offline) return "You are offline. Trying again.";
  return (
    <>
      {busy ? "The server can’t answer right now." : "Connection lost."}{" "}
      {/* Counting aloud would drown everything else. */}
      <span aria-hidden="true">
        {seconds === null ? "Trying again …" : `Trying again in ${seconds} s.`}
      </span>
    </>
  );
}

function useSecondsUntil(time: number | null): number | null {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (time === null) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 250);
    return () => clearInterval(timer);
  }, [time]);
  return time === null ? null : Math.max(1, Math.ceil((time - now) / 1000));
}
