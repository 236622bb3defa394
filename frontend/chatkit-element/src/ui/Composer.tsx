import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Conversation } from "../state/conversation.ts";
import { acceptAttribute } from "../state/file-rules.ts";
import { tagBefore } from "../state/tags.ts";
import { AddButton, DictationControls, ModelPicker, PinnedTools, SelectedTool } from "./ComposerControls.tsx";
import { FileProblems, FileTiles, useDrop } from "./ComposerFiles.tsx";
import { useChat, useStore } from "./context.ts";
import { Icon } from "./Icon.tsx";
import { SuggestionList, suggestionId, suggestionKey } from "./SuggestionList.tsx";

/** Beyond so many lines the text scrolls inside. */
const MAX_LINES = 6;

/** Of a key that belongs to an input method: it confirms a word, it does not send. */
const IME_KEY_CODE = 229;

export function Composer({ conversation }: { conversation: Conversation }) {
  const { words } = useChat();
  const { thread } = useStore(conversation.store);
  const status = thread.info?.status;
  if (status && status.type !== "active") {
    return (
      <div class="locked">
        <Icon name="lock" />
        <span dir="auto">{status.reason ?? (status.type === "locked" ? words.locked : words.closed)}</span>
      </div>
    );
  }
  return <OpenComposer conversation={conversation} />;
}

function OpenComposer({ conversation }: { conversation: Conversation }) {
  const { chat, options, words } = useChat();
  const { run, thread } = useStore(conversation.store);
  const draft = useStore(chat.composer.draft);
  const picker = useRef<HTMLInputElement>(null);
  const { attachments, tools, models } = options.composer;
  const form = useRef<HTMLFormElement>(null);
  const dropping = useDrop(form, attachments !== null, (files) => chat.composer.attachFiles(files));
  // By the options alone: what is chosen moves nothing, so that the field keeps the focus.
  const roomy = tools.length > 0 || models.length > 0 || options.entities.showComposerMenu;
  const field = <Field key="field" picker={picker} />;

  return (
    <form
      onFocusOut={({ relatedTarget }) => {
        const within = relatedTarget instanceof Element && relatedTarget.matches("textarea, [role=listbox]");
        if (!within) chat.composer.suggestions.close();
      }}
      ref={form}
      class={dropping ? "composer dropping" : "composer"}
      part="composer"
      data-roomy={roomy}
      onSubmit={(event) => {
        event.preventDefault();
        void chat.sendDraft();
      }}
    >
      <SuggestionList />
      {draft.reply ? (
        <Chip
          label={draft.reply}
          lead={words.replyingTo}
          onRemove={() => chat.composer.setDraft({ reply: null })}
        />
      ) : null}
      <FileTiles />
      <FileProblems />
      {roomy ? field : null}
      <div key="row" class="composer-row">
        <AddButton />
        {roomy ? <PinnedTools /> : null}
        {roomy ? <SelectedTool /> : field}
        {roomy ? <span class="composer-gap" /> : null}
        <ModelPicker />
        <DictationControls />
        <SendButton replying={run === "reply"} canStop={thread.canStop} onStop={() => conversation.stop()} />
      </div>
      {attachments ? (
        <input
          ref={picker}
          type="file"
          hidden
          multiple={attachments.maxCount > 1}
          accept={acceptAttribute(attachments)}
          onChange={({ currentTarget }) => {
            chat.composer.attachFiles([...(currentTarget.files ?? [])]);
            currentTarget.value = "";
            chat.composer.focus();
          }}
        />
      ) : null}
      {dropping ? (
        <div class="drop-hint" aria-hidden="true">
          {words.dropFiles}
        </div>
      ) : null}
    </form>
  );
}

function Field({ picker }: { picker: { current: HTMLInputElement | null } }) {
  const { chat, options, words } = useChat();
  const draft = useStore(chat.composer.draft);
  const { trigger, found, active } = useStore(chat.composer.suggestions.store);
  const field = useRef<HTMLTextAreaElement>(null);
  const mirror = useRef<HTMLDivElement>(null);
  const [wanted] = useState<{ caret: number | null }>(() => ({ caret: null }));

  useEffect(() => {
    chat.composer.onField({
      focus: () => field.current?.focus(),
      caret: () => field.current?.selectionStart ?? draft.text.length,
      setCaret: (at) => {
        wanted.caret = at;
      },
      pickFiles: () => picker.current?.click(),
    });
    return () => chat.composer.onField(null);
  }, [chat, picker, wanted, draft.text.length]);
  const fitIn = () => {
    fitHeight(field.current);
    // A scroll bar takes its room from the text, so from its likeness, too.
    if (mirror.current && field.current) mirror.current.style.width = `${field.current.clientWidth}px`;
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: the refs stay what they are
  useEffect(() => {
    if (!field.current || typeof ResizeObserver !== "function") return;
    // A phone that is turned, a sidebar that is drawn wider. Not at once: a change of what is observed is an error.
    const observer = new ResizeObserver(() => requestAnimationFrame(fitIn));
    observer.observe(field.current);
    return () => observer.disconnect();
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the text decides the height of the field that shows it
  useLayoutEffect(() => {
    fitIn();
    if (wanted.caret === null) return;
    field.current?.setSelectionRange(wanted.caret, wanted.caret);
    wanted.caret = null;
  }, [draft.text, draft.tags]);

  const placeholder =
    chat.composer.tool?.placeholderOverride ?? options.composer.placeholder ?? words.placeholder;
  const suggests = options.entities.onTagSearch !== null || options.commands !== null;
  const follow = ({ currentTarget }: { currentTarget: HTMLTextAreaElement }) =>
    chat.composer.suggestions.update(currentTarget.value, currentTarget.selectionStart);

  const onKeyDown = (event: KeyboardEvent & { currentTarget: HTMLTextAreaElement }) => {
    if (event.isComposing || event.keyCode === IME_KEY_CODE) return;
    if (trigger && suggestionKey(event, chat.composer.suggestions)) {
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    if (event.key === "Backspace" && eraseTag(event.currentTarget)) return event.preventDefault();
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    void chat.sendDraft();
  };

  /** A tag goes as a whole. */
  const eraseTag = ({ selectionStart, selectionEnd }: HTMLTextAreaElement): boolean => {
    const placed =
      selectionStart === selectionEnd ? tagBefore(chat.composer.draft.value, selectionStart) : undefined;
    if (!placed) return false;
    const { text } = chat.composer.draft.value;
    wanted.caret = placed.at;
    chat.composer.type(text.slice(0, placed.at) + text.slice(selectionStart), placed.at);
    return true;
  };

  return (
    <div class="input-box">
      {draft.tags.length > 0 ? (
        <div ref={mirror} class="input input-mirror" aria-hidden="true" dir="auto">
          <TaggedWords text={draft.text} tags={draft.tags} />
        </div>
      ) : null}
      <textarea
        ref={field}
        class="input"
        part="input"
        rows={1}
        value={draft.text}
        placeholder={placeholder}
        aria-label={words.message}
        aria-autocomplete={suggests ? "list" : undefined}
        aria-haspopup={suggests ? "listbox" : undefined}
        aria-controls={trigger && found.length > 0 ? suggestionId() : undefined}
        aria-activedescendant={trigger && active >= 0 ? suggestionId(active) : undefined}
        dir="auto"
        enterkeyhint="send"
        onInput={({ currentTarget }) => chat.composer.type(currentTarget.value, currentTarget.selectionStart)}
        onKeyDown={onKeyDown}
        onKeyUp={(event) => {
          if (/^(?:Arrow(?:Left|Right)|Home|End)$/.test(event.key)) follow(event);
        }}
        onClick={follow}
        onScroll={({ currentTarget }) => {
          if (mirror.current) mirror.current.scrollTop = currentTarget.scrollTop;
        }}
        onPaste={(event) => {
          const { clipboardData } = event;
          const files = [...(clipboardData?.files ?? [])];
          // Office programs copy a picture beside the words: the words are what one pastes.
          const hasWords = clipboardData?.types.includes("text/plain") === true;
          if (files.length === 0 || hasWords || !options.composer.attachments) return;
          event.preventDefault();
          chat.composer.attachFiles(files);
        }}
      />
    </div>
  );
}

interface TaggedProps {
  text: string;
  tags: readonly { at: number; tag: { text: string } }[];
}

/** The field's text once more, behind it, for the ground of its tags. */
function TaggedWords({ text, tags }: TaggedProps) {
  let from = 0;
  const parts = tags.map(({ at, tag }) => {
    const before = text.slice(from, at);
    from = at + tag.text.length;
    return (
      <span key={at}>
        {before}
        <mark>{tag.text}</mark>
      </span>
    );
  });
  return (
    <>
      {parts}
      {text.slice(from)}
    </>
  );
}

interface SendProps {
  replying: boolean;
  canStop: boolean;
  onStop: () => void;
}

function SendButton({ replying, canStop, onStop }: SendProps) {
  const { chat, words } = useChat();
  const { text } = useStore(chat.composer.draft);
  const { files } = useStore(chat.composer.attachments.store);
  if (replying) {
    return (
      <button
        type="button"
        class="send"
        part="stop-button"
        aria-label={words.stop}
        title={words.stop}
        disabled={!canStop}
        onClick={onStop}
      >
        <Icon name="stop" />
      </button>
    );
  }
  const uploading = files.some(({ state }) => state === "uploading");
  const failed = files.some(({ state }) => state === "failed");
  const title = uploading ? words.uploadsRunning : failed ? words.uploadsFailed : words.send;
  const empty = text.trim() === "" && files.length === 0;
  return (
    <button
      type="submit"
      class="send"
      part="send-button"
      aria-label={words.send}
      title={title}
      disabled={empty || uploading || failed}
    >
      <Icon name="arrow-up" />
    </button>
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
