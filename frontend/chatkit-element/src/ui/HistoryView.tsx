import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { ThreadInfo } from "../protocol/types.ts";
import { useChat, useStore } from "./context.ts";
import { friendlyDate } from "./dates.ts";
import { FailureCard } from "./FailureCard.tsx";
import { Icon } from "./Icon.tsx";

export function HistoryView() {
  const { chat, words } = useChat();
  const { threads, hasMore, loading, loaded, error } = useStore(chat.history.store);
  const pane = useRef<HTMLDivElement>(null);
  useEffect(() => pane.current?.focus(), []);
  return (
    <div class="history" part="history" ref={pane} tabIndex={-1}>
      {error && !loaded ? (
        <FailureCard
          error={error}
          title={words.historyFailed}
          action={{ label: words.retry, run: () => void chat.history.refresh() }}
        />
      ) : null}
      {error && loaded ? (
        <p class="notice notice-danger" role="alert">
          {words.historyChangeFailed}
        </p>
      ) : null}
      {loaded && threads.length === 0 && !error ? (
        <div class="empty">
          <Icon name="history" />
          <p>{words.historyEmpty}</p>
          <p class="quiet">{words.historyEmptyText}</p>
        </div>
      ) : null}
      {!loaded && loading ? <Skeleton label={words.loading} /> : null}
      <ul class="history-list">
        {threads.map((thread) => (
          <HistoryRow key={thread.id} thread={thread} />
        ))}
      </ul>
      {hasMore ? (
        <button
          type="button"
          class="button ghost"
          disabled={loading}
          onClick={() => void chat.history.more()}
        >
          {words.loadMore}
        </button>
      ) : null}
    </div>
  );
}

function Skeleton({ label }: { label: string }) {
  return (
    <div class="skeletons" role="status" aria-label={label}>
      {[70, 45, 60, 52].map((width) => (
        <div key={width} class="skeleton" style={{ width: `${width}%` }} />
      ))}
    </div>
  );
}

function HistoryRow({ thread }: { thread: ThreadInfo }) {
  const { chat, options, messages, words } = useChat();
  const { conversation } = chat;
  const [mode, setMode] = useState<"show" | "rename" | "delete">("show");
  const title = thread.title ?? words.untitled;
  const { showRename, showDelete } = options.history;
  const row = useRef<HTMLLIElement>(null);
  const back = () => {
    setMode("show");
    // The button that was pressed is gone; its row takes the focus instead of the page.
    requestAnimationFrame(() => row.current?.querySelector<HTMLElement>(".history-open")?.focus());
  };

  if (mode === "rename") {
    const rename = (value: string) => {
      const next = value.trim();
      if (next && next !== thread.title) void chat.renameThread(thread.id, next);
      back();
    };
    return (
      <li class="history-row editing" ref={row}>
        <RenameForm title={thread.title ?? ""} onSave={rename} onCancel={back} />
      </li>
    );
  }
  if (mode === "delete") {
    return (
      <li class="history-row editing" ref={row}>
        <DeleteQuestion title={title} onDelete={() => void chat.deleteThread(thread.id)} onCancel={back} />
      </li>
    );
  }
  const current = conversation.threadId === thread.id;
  return (
    <li class={current ? "history-row current" : "history-row"} ref={row}>
      <button
        type="button"
        class="history-open"
        aria-current={current ? "true" : undefined}
        onClick={() => {
          void chat.setThreadId(thread.id);
          chat.closeHistory();
        }}
      >
        <span class="history-title" dir="auto">
          {title}
        </span>
        <span class="history-date">{friendlyDate(thread.created_at, messages)}</span>
      </button>
      <span class="row-actions">
        {showRename ? (
          <RowButton icon="write" label={`${words.rename}: ${title}`} onClick={() => setMode("rename")} />
        ) : null}
        {showDelete ? (
          <RowButton icon="trash" label={`${words.delete}: ${title}`} onClick={() => setMode("delete")} />
        ) : null}
      </span>
    </li>
  );
}

function RowButton({ icon, label, onClick }: { icon: string; label: string; onClick: () => void }) {
  return (
    <button
      type="button"
      class="icon-button small row-action"
      aria-label={label}
      title={label}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}

interface RenameProps {
  title: string;
  onSave: (title: string) => void;
  onCancel: () => void;
}

function RenameForm({ title, onSave, onCancel }: RenameProps) {
  const { words } = useChat();
  const input = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    input.current?.focus();
    input.current?.select();
  }, []);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onSave(input.current?.value ?? "");
      }}
      onKeyDown={(event) => cancelOnEscape(event, onCancel)}
    >
      <input
        ref={input}
        class="field"
        defaultValue={title}
        aria-label={words.title}
        maxLength={200}
        dir="auto"
      />
      <button type="submit" class="button primary">
        {words.save}
      </button>
      <button type="button" class="button ghost" onClick={onCancel}>
        {words.cancel}
      </button>
    </form>
  );
}

interface DeleteProps {
  title: string;
  onDelete: () => void;
  onCancel: () => void;
}

function DeleteQuestion({ title, onDelete, onCancel }: DeleteProps) {
  const { words } = useChat();
  const cancel = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => cancel.current?.focus(), []);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset has no question, a dialog would cover the list it is about
    <div
      class="question"
      role="group"
      aria-label={words.deleteQuestion}
      onKeyDown={(event) => cancelOnEscape(event, onCancel)}
    >
      <p>
        {words.deleteQuestion} <span class="quiet">{title}</span>
      </p>
      <div class="question-buttons">
        <button type="button" class="button danger" onClick={onDelete}>
          {words.delete}
        </button>
        <button ref={cancel} type="button" class="button ghost" onClick={onCancel}>
          {words.cancel}
        </button>
      </div>
    </div>
  );
}

function cancelOnEscape(event: KeyboardEvent, cancel: () => void): void {
  if (event.key !== "Escape") return;
  event.preventDefault();
  event.stopPropagation();
  cancel();
}
