import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { HeaderAction } from "../state/options.ts";
import { useChat, useStore } from "./context.ts";
import { Heading } from "./Heading.tsx";
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
    <header class="header" part="header">
      {inHistory ? (
        <IconButton icon="back-large" label={words.closeHistory} onClick={() => chat.closeHistory()} />
      ) : header.leftAction ? (
        <ActionButton action={header.leftAction} option="header.leftAction" />
      ) : null}
      {title && (header.titleEnabled || inHistory) ? (
        <Heading class="title" part="title" title={title} dir="auto">
          {title}
        </Heading>
      ) : (
        <>
          <HiddenTitle />
          <span class="title" />
        </>
      )}
      {history.enabled && !inHistory ? (
        <IconButton
          buttonRef={historyButton}
          icon="history"
          label={words.history}
          onClick={() => chat.openHistory()}
        />
      ) : null}
      {inHistory || !isNew ? (
        <IconButton icon="compose" label={words.newChat} onClick={() => chat.newChat()} />
      ) : null}
      {header.rightAction ? <ActionButton action={header.rightAction} option="header.rightAction" /> : null}
    </header>
  );
}

/** Where no title is shown there still is one, so that what is below it has something to be below. */
export function HiddenTitle() {
  const { options, words } = useChat();
  return <Heading class="for-readers">{options.title ?? words.chat}</Heading>;
}

interface IconButtonProps {
  icon: string;
  label: string;
  onClick: () => void;
  buttonRef?: RefObject<HTMLButtonElement | null>;
}

function IconButton({ icon, label, onClick, buttonRef }: IconButtonProps) {
  return (
    <button
      ref={buttonRef}
      type="button"
      class="icon-button"
      aria-label={label}
      title={label}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
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
    <IconButton
      icon={action.icon}
      label={name}
      onClick={() => chat.callHost(`${option}.onClick`, action.onClick)}
    />
  );
}
