import type { FeedbackKind } from "../protocol/types.ts";
import type { Conversation } from "../state/conversation.ts";
import { CopyButton } from "./CopyButton.tsx";
import { useChat } from "./context.ts";
import { Icon } from "./Icon.tsx";
import { memo } from "./memo.ts";
import { type Turn, turnText } from "./turns.ts";

interface Props {
  turn: Turn;
  conversation: Conversation;
  last: boolean;
  given: FeedbackKind | undefined;
  busy: boolean;
  /** The thread takes nothing more: what was said can be copied. */
  closed: boolean;
  /** What stands below the turn has a button for it already. */
  retriedBelow: boolean;
}

/** Copy, feedback, retry: under an answer when it is complete. */
export const TurnActions = memo(Actions, (before, after) =>
  (Object.keys(after) as (keyof Props)[]).every((name) => before[name] === after[name]),
);

function Actions({ turn, conversation, last, given, busy, closed, retriedBelow }: Props) {
  const { chat, options, words } = useChat();
  const retry = options.threadItemActions.retry && !closed;
  const feedback = options.threadItemActions.feedback && !closed;
  const text = turnText(turn.answers);
  const { question } = turn;
  const canRetry = retry && question !== null && !retriedBelow;
  const { actions } = options.threadItemActions;
  if (text === "" && !feedback && !canRetry && actions.length === 0) return null;
  const ids = turn.answers.map((item) => item.id);
  return (
    <div class={last ? "turn-actions" : "turn-actions earlier"} part="message-actions">
      {text ? <CopyButton text={text} label={words.copy} /> : null}
      {feedback
        ? (["positive", "negative"] as const).map((kind) => (
            <Thumb
              key={kind}
              kind={kind}
              pressed={given === kind}
              onClick={() => void conversation.giveFeedback(ids, kind)}
            />
          ))
        : null}
      {canRetry ? (
        <button
          type="button"
          class="icon-button small"
          aria-label={words.retryReply}
          title={words.retryReply}
          disabled={busy}
          onClick={() => void conversation.retryAfter(question.id)}
        >
          <Icon name="retry" />
        </button>
      ) : null}
      {actions.map((action) => (
        <button
          key={action.id}
          type="button"
          class="icon-button small"
          aria-label={action.label}
          title={action.label}
          onClick={() =>
            chat.callHost("threadItemActions.actions", () =>
              action.onClick({ threadId: conversation.threadId, itemIds: ids, text }),
            )
          }
        >
          <Icon name={action.icon} />
        </button>
      ))}
    </div>
  );
}

interface ThumbProps {
  kind: FeedbackKind;
  pressed: boolean;
  onClick: () => void;
}

function Thumb({ kind, pressed, onClick }: ThumbProps) {
  const { words } = useChat();
  const label = kind === "positive" ? words.good : words.bad;
  return (
    <button
      type="button"
      class={pressed ? "icon-button small pressed" : "icon-button small"}
      aria-label={label}
      title={pressed ? words.thanks : label}
      aria-pressed={pressed}
      onClick={onClick}
    >
      <Icon name={kind === "positive" ? "thumbs-up" : "thumbs-down"} />
    </button>
  );
}
