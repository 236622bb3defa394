import { useLayoutEffect, useRef } from "preact/hooks";
import { useChat, useStore } from "./context.ts";
import { Icon } from "./Icon.tsx";
import { MenuButton, type MenuEntry } from "./Menu.tsx";

/** Files, tools that are not pinned, mentions: one of them is a button, several are a menu. */
export function AddButton() {
  const { chat, options, words } = useChat();
  useStore(chat.composer.draft);
  const { attachments, tools } = options.composer;
  const selected = chat.composer.tool?.id;
  const refocus = () => chat.composer.focus();
  const entries: MenuEntry[] = [];
  if (attachments) {
    const run = () => chat.composer.pickFiles();
    entries.push({ id: "files", label: words.addFiles, icon: "attach", run });
  }
  if (options.entities.showComposerMenu && options.entities.onTagSearch) {
    entries.push({
      id: "mention",
      label: words.mention,
      icon: "mention",
      run: () => chat.composer.insertText("@"),
    });
  }
  for (const tool of tools.filter(({ pinned }) => pinned !== true)) {
    const checked = tool.id === selected;
    const run = () => {
      chat.composer.setDraft({ toolId: checked ? null : tool.id });
      refocus();
    };
    entries.push({ id: `tool:${tool.id}`, label: tool.label, icon: tool.icon, checked, run });
  }
  const [only] = entries;
  if (!only) return null;
  if (entries.length === 1 && only.checked === undefined) {
    return (
      <button type="button" class="icon-button" aria-label={only.label} title={only.label} onClick={only.run}>
        <Icon name={only.icon ?? "plus"} />
      </button>
    );
  }
  const label = attachments ? words.addMenu : words.tools;
  return (
    <MenuButton label={label} buttonClass="icon-button" entries={entries} align="start">
      <Icon name={attachments ? "plus" : "settings-slider"} />
    </MenuButton>
  );
}

/** Tools that are always in sight: each is on or off. */
export function PinnedTools() {
  const { chat, options } = useChat();
  useStore(chat.composer.draft);
  const selected = chat.composer.tool?.id;
  return (
    <>
      {options.composer.tools
        .filter(({ pinned }) => pinned === true)
        .map((tool) => {
          const pressed = tool.id === selected;
          return (
            <button
              key={tool.id}
              type="button"
              class={pressed ? "pill pressed" : "pill"}
              aria-pressed={pressed}
              aria-label={tool.label}
              title={tool.label}
              onClick={() => {
                chat.composer.setDraft({ toolId: pressed ? null : tool.id });
                chat.composer.focus();
              }}
            >
              <Icon name={tool.icon} />
              <span class="pill-label" dir="auto">
                {tool.shortLabel ?? tool.label}
              </span>
            </button>
          );
        })}
    </>
  );
}

/** The tool that was chosen from the menu, to be taken away again. */
export function SelectedTool() {
  const { chat, words } = useChat();
  useStore(chat.composer.draft);
  const { tool } = chat.composer;
  if (!tool || tool.pinned === true) return null;
  const label = tool.shortLabel ?? tool.label;
  return (
    <button
      type="button"
      class="pill pressed"
      aria-label={`${words.remove}: ${tool.label}`}
      title={`${words.remove}: ${tool.label}`}
      onClick={() => {
        chat.composer.setDraft({ toolId: null });
        chat.composer.focus();
      }}
    >
      <Icon name={tool.icon} />
      <span class="pill-label" dir="auto">
        {label}
      </span>
      <Icon name="close" />
    </button>
  );
}

export function ModelPicker() {
  const { chat, options, words } = useChat();
  useStore(chat.composer.draft);
  const { model } = chat.composer;
  const { models } = options.composer;
  if (models.length === 0) return null;
  const entries = models.map(
    ({ id, label, description, disabled }): MenuEntry => ({
      id,
      label,
      description,
      disabled: disabled === true,
      checked: id === model?.id,
      radio: true,
      run: () => {
        chat.composer.setDraft({ modelId: id });
        chat.composer.focus();
      },
    }),
  );
  return (
    <MenuButton
      label={`${words.model}: ${model?.label ?? ""}`}
      buttonClass="pill model"
      entries={entries}
      align="end"
    >
      <span class="model-label" dir="auto">
        {model?.label ?? words.model}
      </span>
      <Icon name="chevron-down" />
    </MenuButton>
  );
}

export function DictationControls() {
  const { chat, options, words } = useChat();
  const { phase, seconds, failure } = useStore(chat.composer.dictation.store);
  const box = useRef<HTMLDivElement>(null);
  const shown = useRef(phase);
  // The button that was pressed is another one now; the focus goes with what it does.
  useLayoutEffect(() => {
    const changed = shown.current !== phase && (phase === "recording" || shown.current === "recording");
    shown.current = phase;
    const root = box.current?.getRootNode();
    if (changed && root instanceof ShadowRoot && !root.activeElement) {
      box.current?.querySelector<HTMLElement>("button:last-of-type")?.focus();
    }
  }, [phase]);
  if (!options.composer.dictation) return null;
  const busy = phase === "asking" || phase === "transcribing";
  return (
    <div ref={box} class="dictation">
      {failure ? (
        <p class="composer-problem" role="alert">
          {words.dictationFailures[failure]}
        </p>
      ) : null}
      <span class="for-readers" role="status">
        {phase === "recording" ? words.dictating : phase === "transcribing" ? words.transcribing : ""}
      </span>
      {phase === "transcribing" ? (
        <span class="dictation-time shimmer" aria-hidden="true">
          {words.transcribing}
        </span>
      ) : null}
      {phase === "recording" ? (
        <>
          <span class="recording" aria-hidden="true" />
          <span class="dictation-time" role="timer" aria-label={words.dictating}>
            {clock(seconds)}
          </span>
          <DictationButton
            key="cancel"
            icon="close"
            label={words.cancelDictation}
            onClick={() => chat.composer.cancelDictation()}
          />
          <DictationButton
            key="finish"
            icon="check"
            label={words.finishDictation}
            onClick={() => void chat.composer.finishDictation()}
          />
        </>
      ) : (
        <DictationButton
          key="start"
          icon="mic"
          label={words.dictate}
          busy={busy}
          onClick={() => {
            if (!busy) void chat.composer.dictation.start();
          }}
        />
      )}
    </div>
  );
}

interface DictationButtonProps {
  icon: string;
  label: string;
  busy?: boolean;
  onClick: () => void;
}

function DictationButton({ icon, label, busy = false, onClick }: DictationButtonProps) {
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={label}
      title={label}
      aria-disabled={busy ? true : undefined}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}

function clock(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
