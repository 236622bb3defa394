import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { Conversation } from "../state/conversation.ts";
import { useChat, useStore } from "./context.ts";
import { Icon } from "./Icon.tsx";

/** Beyond so many lines the text scrolls inside. */
const MAX_LINES = 6;

/** Of a key that belongs to an input method: it confirms a word, it does not send. */
const IME_KEY_CODE = 229;

export function Composer({ conversation }: { conversation: Conversation }) {
  const { chat, options, words } = useChat();
  const draft = useStore(chat.draft);
  const { run, thread } = useStore(conversation.store);
  const field = useRef<HTMLTextAreaElement>(null);
  const replying = run === "reply";
  const status = thread.info?.status;

  useEffect(() => {
    chat.onFocusComposer(() => field.current?.focus());
    return () => chat.onFocusComposer(() => {});
  }, [chat]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text decides the height of the field that shows it
  useLayoutEffect(() => fitHeight(field.current), [draft.text]);

  if (status && status.type !== "active") {
    return (
      <div class="locked">
        <Icon name="lock" />
        <span>{status.reason ?? (status.type === "locked" ? words.locked : words.closed)}</span>
      </div>
    );
  }

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === IME_KEY_CODE)
      return;
    event.preventDefault();
    void chat.sendDraft();
  };
  const tool = options.composer.tools.find((entry) => entry.id === draft.toolId);
  const placeholder = tool?.placeholderOverride ?? options.composer.placeholder ?? words.placeholder;
  const empty = draft.text.trim() === "";

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        void chat.sendDraft();
      }}
    >
      {draft.reply ? (
        <Chip label={draft.reply} lead={words.replyingTo} onRemove={() => chat.setDraft({ reply: null })} />
      ) : null}
      {draft.attachments.map((attachment) => (
        <Chip
          key={attachment.id}
          label={attachment.name}
          lead={words.attachment}
          onRemove={() =>
            chat.setDraft({ attachments: draft.attachments.filter((other) => other.id !== attachment.id) })
          }
        />
      ))}
      {tool ? (
        <Chip label={tool.shortLabel ?? tool.label} onRemove={() => chat.setDraft({ toolId: null })} />
      ) : null}
      <div class="composer-row">
        <textarea
          ref={field}
          class="input"
          rows={1}
          value={draft.text}
          placeholder={placeholder}
          aria-label={words.message}
          dir="auto"
          enterkeyhint="send"
          onInput={(event) => chat.setDraft({ text: event.currentTarget.value, content: null })}
          onKeyDown={onKeyDown}
        />
        {replying ? (
          <button
            type="button"
            class="send"
            aria-label={words.stop}
            title={words.stop}
            disabled={!thread.canStop}
            onClick={() => conversation.stop()}
          >
            <Icon name="stop" />
          </button>
        ) : (
          <button type="submit" class="send" aria-label={words.send} title={words.send} disabled={empty}>
            <Icon name="arrow-up" />
          </button>
        )}
      </div>
    </form>
  );
}

function fitHeight(field: HTMLTextAreaElement | null): void {
  if (!field) return;
  field.style.height = "auto";
  const style = getComputedStyle(field);
  const padding = Number.parseFloat(style.paddingTop) + Number.parseFloat(style.paddingBottom);
  const max = Number.parseFloat(style.lineHeight) * MAX_LINES + padding;
  const height = Number.isFinite(max) ? Math.min(field.scrollHeight, max) : field.scrollHeight;
  field.style.height = `${height}px`;
  field.style.overflowY = field.scrollHeight > height + 1 ? "auto" : "hidden";
}

interface ChipProps {
  label: string;
  lead?: string;
  onRemove: () => void;
}

function Chip({ label, lead, onRemove }: ChipProps) {
  const { words } = useChat();
  return (
    <div class="chip">
      {lead ? <span class="quiet">{lead}</span> : null}
      <span class="chip-label">{label}</span>
      <button
        type="button"
        class="icon-button small"
        aria-label={`${words.remove}: ${label}`}
        onClick={onRemove}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}
