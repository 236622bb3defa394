import type { FeedbackKind } from "../protocol/types.ts";
import type { Conversation } from "../state/conversation.ts";
import { CopyButton } from "./CopyButton.tsx";
import { useChat, useStore } from "./context.ts";
import { Icon } from "./Icon.tsx";
import { type Turn, turnText } from "./turns.ts";

interface Props {
  turn: Turn;
  conversation: Conversation;
  last: boolean;
}

/** Copy, feedback, retry: under an answer when it is complete. */
export function TurnActions({ turn, conversation, last }: Props) {
  const { options, words } = useChat();
  const { feedback, run } = useStore(conversation.store);
  const text = turnText(turn.answers);
  const { question } = turn;
  const canRetry = options.threadItemActions.retry && question !== null;
  if (text === "" && !options.threadItemActions.feedback && !canRetry) return null;
  const ids = turn.answers.map((item) => item.id);
  const given = feedback[ids.at(-1) ?? ""];
  return (
    <div class={last ? "turn-actions" : "turn-actions earlier"}>
      {text ? <CopyButton text={text} label={words.copy} /> : null}
      {options.threadItemActions.feedback
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
          disabled={run !== "none"}
          onClick={() => void conversation.retryAfter(question.id)}
        >
          <Icon name="retry" />
        </button>
      ) : null}
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
