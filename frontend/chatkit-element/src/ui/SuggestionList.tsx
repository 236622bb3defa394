import { useLayoutEffect, useRef } from "preact/hooks";
import type { Suggestion } from "../state/suggestions.ts";
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
  const { trigger, found, active, status } = useStore(chat.suggestions.store);
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => keepInside(box.current));
  useLayoutEffect(() => {
    box.current?.querySelector(`#${suggestionId(active)}`)?.scrollIntoView?.({ block: "nearest" });
  }, [active]);
  if (!trigger) return null;
  const note =
    status === "failed"
      ? words.searchFailed
      : found.length > 0
        ? words.suggestionCount(found.length)
        : status === "searching"
          ? words.searching
          : words.nothingFound;
  return (
    <div ref={box} class="menu suggestions" part="menu">
      <div
        id={suggestionId()}
        role="listbox"
        aria-label={trigger.kind === "mention" ? words.mention : words.commands}
        aria-busy={status === "searching"}
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
      <p class={found.length > 0 ? "for-readers" : "menu-note"} role="status">
        {note}
      </p>
    </div>
  );
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
        if (index !== active) chat.suggestions.point(index);
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
