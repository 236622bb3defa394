"use client";

import { ChatKit } from "@openai/chatkit-react";
import { useEffect, useRef } from "react";
import { useAssistant } from "@/components/ChatProvider";
import { CloseIcon } from "@/components/ui/icons";
import { ownChatKit } from "@/lib/own-element";
import { reopenSignIn } from "@/lib/sign-in-again";
import { ConnectionLine } from "./ConnectionLine";
import { usePanel } from "./use-panel";

/**
 * The panel at the right. It is never taken down: closed, it is inert and out of sight, and the
 * conversation in it goes on.
 */
export function ChatAssistant() {
  const { isOpen, isReady, control } = useAssistant();
  const panel = useRef<HTMLElement>(null);
  usePanel(panel);

  return (
    <aside
      aria-label="Assistant"
      className="panel"
      data-open={isOpen}
      id="assistant"
      inert={!isOpen}
      ref={panel}
    >
      {!isReady && <NotReady />}
      {isReady && <ErrorNote />}
      <ChatKit className={isReady ? "" : "invisible absolute inset-0"} control={control} />
      {isReady && <ConnectionLine />}
    </aside>
  );
}

/** Until the element is there, and instead of it when it can't be had. */
function NotReady() {
  const { close, error, loadScript } = useAssistant();
  return (
    <>
      <div className="flex h-(--header) flex-none items-center justify-between border-b border-line pr-3 pl-5 font-semibold">
        Assistant
        <button
          aria-label="Close"
          className="button button-quiet button-icon"
          data-close
          onClick={close}
          type="button"
        >
          <CloseIcon size={20} />
        </button>
      </div>
      {error?.kind === "script" ? (
        <div className="m-auto flex flex-col items-center gap-4 p-6 text-center" role="alert">
          <p className="max-w-[280px]">{error.message}</p>
          <button className="button button-primary" onClick={loadScript} type="button">
            {error.remedy}
          </button>
        </div>
      ) : (
        <div aria-busy="true" className="m-auto w-full p-8">
          <span className="sr-only">Loading the assistant</span>
          <span className="skeleton mx-auto block h-5 w-2/3" />
        </div>
      )}
    </>
  );
}

/** Our own element shows failures where they happen; a foreign one leaves them to the page. */
function ErrorNote() {
  const { error, dismissError } = useAssistant();
  useEffect(() => {
    if (error) console.warn(`Assistant: ${error.kind}: ${error.message}`);
  }, [error]);
  if (!error || ownChatKit()) return null;
  return (
    <div className="problem m-3 flex items-center gap-3" role="alert">
      <span className="flex-1">{error.message}</span>
      {error.remedy === "Sign in" && (
        <button
          className="button button-secondary button-small"
          onClick={reopenSignIn}
          type="button"
        >
          Sign in
        </button>
      )}
      <button
        aria-label="Dismiss"
        className="button button-quiet button-icon button-small"
        onClick={dismissError}
        type="button"
      >
        <CloseIcon size={16} />
      </button>
    </div>
  );
}
