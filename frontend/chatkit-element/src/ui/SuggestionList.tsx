import { useLayoutEffect, useRef } from "preact/hooks";
import type { Words } from "../locales/index.ts";
import type { Suggestion, Suggestions, SuggestionsState } from "../state/suggestions.ts";
import { useChat, useStore } from "./context.ts";
import { Icon } from "./Icon.tsx";
import { keepInside } from "./Menu.tsx";

/** Ids live in one element's shadow root, so they need to be unique there only. */
export function suggestionId(index?: number): string {
  return index === undefined ? "suggestions" : `suggestion-${index}`;
}

/** What `@` and `/` offer, above the composer. The focus stays in the text. */
export function SuggestionList() {
  const { chat, words } = useChat();
  const { trigger, found, active, status } = useStore(chat.composer.suggestions.store);
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => keepInside(box.current));
  useLayoutEffect(() => {
    box.current?.querySelector(`#${suggestionId(active)}`)?.scrollIntoView?.({ block: "nearest" });
  }, [active]);
  const note = trigger ? noteOf(status, found.length, words) : "";
  const onKeyDown = (event: KeyboardEvent) => {
    if (!suggestionKey(event, chat.composer.suggestions)) return;
    event.preventDefault();
    event.stopPropagation();
    chat.composer.focus();
  };
  return (
    <>
      <p class="for-readers" role="status">
        {note}
      </p>
      {trigger && found.length === 0 ? (
        <p class="menu suggestions menu-note" part="menu" aria-hidden="true">
          {note}
        </p>
      ) : null}
      {trigger && found.length > 0 ? (
        <div
          ref={box}
          id={suggestionId()}
          class="menu suggestions"
          part="menu"
          role="listbox"
          // It scrolls; whoever comes here by Tab goes on as in the text.
          tabIndex={0}
          aria-label={trigger.kind === "mention" ? words.mention : words.commands}
          aria-busy={status === "searching"}
          aria-activedescendant={active >= 0 ? suggestionId(active) : undefined}
          onKeyDown={onKeyDown}
        >
          {groupsOf(found).map(({ name, members }) =>
            name === null ? (
              members.map((member) => <Option key={member.suggestion.key} {...member} active={active} />)
            ) : (
              // biome-ignore lint/a11y/useSemanticElements: a group of options is no fieldset
              <div key={name} role="group" aria-label={name}>
                <div class="menu-group" aria-hidden="true" dir="auto">
                  {name}
                </div>
                {members.map((member) => (
                  <Option key={member.suggestion.key} {...member} active={active} />
                ))}
              </div>
            ),
          )}
        </div>
      ) : null}
    </>
  );
}

function noteOf(status: SuggestionsState["status"], count: number, words: Words): string {
  if (status === "failed") return words.searchFailed;
  if (count > 0) return words.suggestionCount(count);
  return status === "searching" ? words.searching : words.nothingFound;
}

/** Keys that belong to the open list; false leaves them to the text. */
export function suggestionKey(event: KeyboardEvent, suggestions: Suggestions): boolean {
  switch (event.key) {
    case "ArrowDown":
    case "ArrowUp":
      if (suggestions.store.value.found.length === 0) return false;
      suggestions.move(event.key === "ArrowDown" ? 1 : -1);
      return true;
    case "Enter":
    case "Tab":
      return !event.shiftKey && suggestions.chooseActive();
    case "Escape":
      suggestions.dismiss();
      return true;
    default:
      return false;
  }
}

interface Member {
  suggestion: Suggestion;
  index: number;
}

function Option({ suggestion, index, active }: Member & { active: number }) {
  const { chat } = useChat();
  const { label, description, icon } = suggestion;
  return (
    // biome-ignore lint/a11y/useFocusableInteractive: the text field keeps the focus and names the active option
    // biome-ignore lint/a11y/useKeyWithClickEvents: the text field takes the keys
    <div
      id={suggestionId(index)}
      class="menu-item"
      role="option"
      aria-selected={index === active}
      onPointerDown={(event) => event.preventDefault()}
      onMouseDown={(event) => event.preventDefault()}
      onPointerMove={() => {
        if (index !== active) chat.composer.suggestions.point(index);
      }}
      onClick={() => void suggestion.choose()}
    >
      {icon ? <Icon name={icon} /> : null}
      <span class="menu-words">
        <span dir="auto">{label}</span>
        {description ? (
          <span class="menu-more" dir="auto">
            {description}
          </span>
        ) : null}
      </span>
    </div>
  );
}

/** By group in the order they come, each group in one place. */
function groupsOf(found: readonly Suggestion[]): { name: string | null; members: Member[] }[] {
  const groups = new Map<string | null, Member[]>();
  for (const [index, suggestion] of found.entries()) {
    const members = groups.get(suggestion.group) ?? [];
    members.push({ suggestion, index });
    groups.set(suggestion.group, members);
  }
  return [...groups].map(([name, members]) => ({ name, members }));
}
