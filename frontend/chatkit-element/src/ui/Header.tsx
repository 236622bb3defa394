import { useLayoutEffect, useRef } from "preact/hooks";
import type { HeaderAction } from "../state/options.ts";
import { useChat, useStore } from "./context.ts";
import { Icon } from "./Icon.tsx";

export function Header() {
  const { chat, options, words } = useChat();
  const { conversation, view } = useStore(chat.store);
  const { thread, pending } = useStore(conversation.store);
  const { header, history } = options;
  const inHistory = view === "history";
  const historyButton = useRef<HTMLButtonElement>(null);

  // Focus comes back to the button that opened the history, unless something else has taken it.
  const wasInHistory = useRef(inHistory);
  useLayoutEffect(() => {
    const root = historyButton.current?.getRootNode();
    if (wasInHistory.current && !inHistory && root instanceof ShadowRoot && !root.activeElement) {
      if (root.host.ownerDocument.activeElement === root.host || lostFocus(root))
        historyButton.current?.focus();
    }
    wasInHistory.current = inHistory;
  }, [inHistory]);

  const title = inHistory ? words.history : (header.titleText ?? thread.info?.title ?? "");
  const isNew = thread.info === null && pending === null;
  return (
    <header class="header">
      {header.leftAction ? <ActionButton action={header.leftAction} option="header.leftAction" /> : null}
      {header.titleEnabled || inHistory ? (
        <h2 class="title" title={title} dir="auto">
          {title}
        </h2>
      ) : (
        <span class="title" />
      )}
      {history.enabled ? (
        <button
          ref={historyButton}
          type="button"
          class="icon-button"
          aria-label={inHistory ? words.closeHistory : words.history}
          title={inHistory ? words.closeHistory : words.history}
          aria-expanded={inHistory}
          onClick={() => (inHistory ? chat.closeHistory() : chat.openHistory())}
        >
          <Icon name={inHistory ? "back-large" : "history"} />
        </button>
      ) : null}
      {inHistory || !isNew ? (
        <button
          type="button"
          class="icon-button"
          aria-label={words.newChat}
          title={words.newChat}
          onClick={() => chat.newChat()}
        >
          <Icon name="compose" />
        </button>
      ) : null}
      {header.rightAction ? <ActionButton action={header.rightAction} option="header.rightAction" /> : null}
    </header>
  );
}

/** The focused node was removed with the view that held it. */
function lostFocus(root: ShadowRoot): boolean {
  return root.host.ownerDocument.activeElement === root.host.ownerDocument.body;
}

function ActionButton({ action, option }: { action: HeaderAction; option: string }) {
  const { chat, words } = useChat();
  // The option has no words; its icon says what it is for.
  const name = words.headerAction[action.icon] ?? action.icon.replaceAll("-", " ");
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={name}
      title={name}
      onClick={() => chat.callHost(`${option}.onClick`, action.onClick)}
    >
      <Icon name={action.icon} />
    </button>
  );
}
