import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { ThreadItem } from "../protocol/types.ts";
import type { Conversation } from "../state/conversation.ts";
import type { Remedy } from "../state/failure.ts";
import { useChat, useStore } from "./context.ts";
import { EndingNote } from "./EndingNote.tsx";
import { FailureCard } from "./FailureCard.tsx";
import { Icon } from "./Icon.tsx";
import { ItemView } from "./ItemView.tsx";
import { ImageDomains } from "./images.ts";
import { Markdown } from "./Markdown.tsx";
import { StartScreen } from "./StartScreen.tsx";
import { useScroll } from "./scroll.ts";
import { TurnActions } from "./TurnActions.tsx";
import { isBusyItem, keepTurns, type Turn, turnsOf } from "./turns.ts";
import { UserMessage } from "./UserMessage.tsx";

const NO_DOMAINS: readonly string[] = [];

export function ThreadView({ conversation }: { conversation: Conversation }) {
  const { chat, options, words } = useChat();
  const state = useStore(conversation.store);
  const { thread, pending, run, loading, loadingOlder, failure } = state;
  const log = useRef<HTMLDivElement>(null);
  const scroll = useScroll(log, { follow: options.autoScroll, first: thread.items[0]?.id });

  // The reader's own message is what they want to see, wherever they had scrolled to.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each message, not whenever it is drawn
  useLayoutEffect(() => {
    if (pending) scroll.toBottom();
  }, [pending]);
  useLayoutEffect(() => scroll.settle());

  const isEmpty = thread.items.length === 0 && !pending && run !== "reply";
  const isStart = isEmpty && thread.info === null && !loading && conversation.threadId === null;
  const shown = useRef<readonly Turn[]>([]);
  const turns = keepTurns(shown.current, turnsOf(thread.items));
  shown.current = turns;
  const lastItem = thread.items.at(-1);
  const ending = failure || run === "reply" ? null : thread.ending;
  const closed = thread.info !== null && thread.info.status.type !== "active";
  const retriedBelow = failure?.remedy.do === "retry_after" || Boolean(ending?.retryAfter);

  return (
    <div class="thread">
      <div
        class="log"
        part="thread"
        ref={log}
        role="log"
        // Sentences are announced by the Announcer; words as they stream would be noise.
        aria-live="off"
        aria-label={words.conversation}
        aria-busy={run === "reply"}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, by keyboard too
        tabIndex={0}
        onScroll={scroll.onScroll}
      >
        <div class={isStart ? "log-inner start-inner" : "log-inner"}>
          {thread.older !== null ? (
            <OlderMessages loading={loadingOlder} onLoad={() => void conversation.loadOlder()} log={log} />
          ) : null}
          {isStart ? <StartScreen /> : null}
          {loading && isEmpty ? <ThreadSkeleton label={words.loading} /> : null}
          <ImageDomains.Provider value={thread.info?.imageDomains ?? NO_DOMAINS}>
            {turns.map((turn, index) => {
              const last = index === turns.length - 1;
              const running = last && run === "reply" && !pending;
              return (
                <section key={turn.id} class="turn">
                  {turn.items.map((item) => (
                    <ItemView
                      key={item.id}
                      item={item}
                      conversation={conversation}
                      streaming={running && item === lastItem}
                      acting={state.acting.has(item.id)}
                      last={item === lastItem}
                      closed={closed}
                    />
                  ))}
                  {running ? <Waiting progress={thread.progress} last={lastItem} /> : null}
                  {turn.answers.length > 0 && !running ? (
                    <TurnActions
                      turn={turn}
                      conversation={conversation}
                      last={last}
                      given={state.feedback[turn.answers.at(-1)?.id ?? ""]}
                      busy={run !== "none"}
                      closed={closed}
                      retriedBelow={last && retriedBelow}
                    />
                  ) : null}
                </section>
              );
            })}
          </ImageDomains.Provider>
          {pending ? (
            <section class="turn">
              <UserMessage
                content={pending.content}
                quote={pending.quoted_text}
                attachments={pending.attachments}
                pending
              />
              <Waiting progress={thread.progress} last={undefined} />
            </section>
          ) : null}
          {thread.notices.map((notice, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: notices only come, in order
            <div key={index} class={`notice notice-${notice.level}`} role="status">
              <Icon name={notice.level === "info" ? "info" : "alert"} />
              <div>
                {notice.title ? <p class="notice-title">{notice.title}</p> : null}
                <Markdown text={notice.message} />
              </div>
            </div>
          ))}
          {failure ? (
            <FailureCard
              error={failure.error}
              action={actionFor(failure.remedy, words, () => void chat.retry())}
            />
          ) : null}
          {ending ? (
            <EndingNote
              ending={closed ? { ...ending, retryAfter: null } : ending}
              onRetry={(itemId) => void conversation.retryAfter(itemId)}
            />
          ) : null}
        </div>
      </div>
      {scroll.behind ? (
        <button type="button" class="to-bottom" onClick={() => scroll.toBottom()}>
          <Icon name="arrow-down" />
          {words.newMessages}
        </button>
      ) : null}
    </div>
  );
}

function actionFor(
  remedy: Remedy,
  words: { retry: string; retryReply: string; reload: string; startNew: string },
  run: () => void,
) {
  switch (remedy.do) {
    case "none":
      return null;
    case "reload":
      return { label: words.reload, run };
    case "retry_after":
      return { label: words.retryReply, run };
    case "new_chat":
      return { label: words.startNew, run };
    default:
      return { label: words.retry, run };
  }
}

interface WaitingProps {
  progress: { text: string; icon: string | null } | null;
  last: ThreadItem | undefined;
}

/** What the server says it is doing, or that it is at work while nothing else shows it. */
function Waiting({ progress, last }: WaitingProps) {
  const { words } = useChat();
  if (progress) {
    return (
      <div class="progress">
        {progress.icon ? <Icon name={progress.icon} /> : null}
        <span class="shimmer">{progress.text}</span>
      </div>
    );
  }
  if (last && isBusyItem(last)) return null;
  return (
    <div class="dots" role="img" aria-label={words.thinking}>
      <i />
      <i />
      <i />
    </div>
  );
}

function ThreadSkeleton({ label }: { label: string }) {
  return (
    <div class="skeletons thread-skeleton" role="status" aria-label={label}>
      <div class="skeleton mine" style={{ width: "42%" }} />
      <div class="skeleton" style={{ width: "88%" }} />
      <div class="skeleton" style={{ width: "76%" }} />
      <div class="skeleton" style={{ width: "54%" }} />
    </div>
  );
}

interface OlderProps {
  loading: boolean;
  onLoad: () => void;
  log: { current: HTMLElement | null };
}

/** Loads by itself when scrolled to, and by a press where there is no observer or it failed. */
function OlderMessages({ loading, onLoad, log }: OlderProps) {
  const { words } = useChat();
  const button = useRef<HTMLButtonElement>(null);
  const [load] = useState(() => ({ current: onLoad }));
  load.current = onLoad;
  useEffect(() => {
    if (!button.current || typeof IntersectionObserver !== "function") return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) load.current();
      },
      { root: log.current, rootMargin: "300px 0px 0px 0px" },
    );
    observer.observe(button.current);
    return () => observer.disconnect();
  }, [load, log]);
  return (
    <button ref={button} type="button" class="button ghost older" aria-disabled={loading} onClick={onLoad}>
      {loading ? words.loadingOlder : words.older}
    </button>
  );
}
