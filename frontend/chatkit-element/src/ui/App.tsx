import { render } from "preact";
import { useMemo } from "preact/hooks";
import type { Chat } from "../state/chat.ts";
import { Announcer } from "./Announcer.tsx";
import { Composer } from "./Composer.tsx";
import { ChatContext, useStore } from "./context.ts";
import { Disclaimer } from "./Disclaimer.tsx";
import { Header, HiddenTitle } from "./Header.tsx";
import { HistoryView } from "./HistoryView.tsx";
import { ThreadView } from "./ThreadView.tsx";

/** Draws the chat into a root, now and at each change. */
export function mount(chat: Chat, root: ShadowRoot): () => void {
  render(<App chat={chat} />, root);
  return () => render(null, root);
}

function App({ chat }: { chat: Chat }) {
  const { options, messages, wordsComing, headingLevel, view, conversation } = useStore(chat.store);
  const { theme } = options;
  const inHistory = view === "history";
  const scope = useMemo(
    () => ({ chat, options, messages, words: messages.words, headingLevel }),
    [chat, options, messages, headingLevel],
  );
  const properties = useMemo(() => withHostProperties(theme.properties), [theme]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || event.defaultPrevented || !inHistory) return;
    // The page may close its panel on Escape; this one is ours.
    event.preventDefault();
    event.stopPropagation();
    chat.closeHistory();
  };
  return (
    <ChatContext.Provider value={scope}>
      <section
        class="ck"
        part="chat"
        data-scheme={theme.scheme}
        data-words={wordsComing ? "coming" : undefined}
        lang={messages.language}
        dir={messages.direction}
        aria-label={options.title ?? messages.words.chat}
        style={properties}
        onKeyDown={onKeyDown}
      >
        {options.header.enabled ? <Header /> : <HiddenTitle />}
        <div class="body">
          {/* The thread stays where it was read while the history lies over it. */}
          <div class={inHistory ? "thread-pane covered" : "thread-pane"} inert={inHistory}>
            <ThreadView key={keyOf(conversation)} conversation={conversation} />
            {/* What the page has to say of the connection, say; ours alone, see the README. */}
            <slot name="notice" />
            <Composer conversation={conversation} />
            {options.disclaimer ? <Disclaimer /> : null}
          </div>
          {inHistory ? <HistoryView /> : null}
        </div>
        <Announcer conversation={conversation} />
      </section>
    </ChatContext.Provider>
  );
}

/** What the page's style sheet sets on the element (`--chatkit-accent`) goes before what its options say. */
function withHostProperties(properties: Readonly<Record<string, string>>): Record<string, string> {
  const named = Object.entries(properties).map(([name, value]) => [
    name,
    `var(${name.replace("--ck-", "--chatkit-")}, ${value})`,
  ]);
  return Object.fromEntries(named);
}

const keys = new WeakMap<object, number>();
let lastKey = 0;

/** Another conversation is drawn afresh; the same one stays, also when it gets its thread's id. */
function keyOf(conversation: object): number {
  let key = keys.get(conversation);
  if (key === undefined) {
    key = ++lastKey;
    keys.set(conversation, key);
  }
  return key;
}
