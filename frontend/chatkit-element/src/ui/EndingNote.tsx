import type { Ending } from "../protocol/types.ts";
import { useChat } from "./context.ts";
import { FailureCard } from "./FailureCard.tsx";
import { Icon } from "./Icon.tsx";

interface Props {
  ending: Ending;
  onRetry: (itemId: string) => void;
}

/** Under a thread whose last reply is not complete: how it ended, and the way to another one. */
export function EndingNote({ ending, onRetry }: Props) {
  const { words } = useChat();
  const { status, words: said, retryAfter } = ending;
  const action = retryAfter === null ? null : { label: words.retryReply, run: () => onRetry(retryAfter) };
  if (status === "cancelled") {
    return (
      <div class="stopped" role="status">
        <Icon name="stop" />
        <span dir="auto">{said ?? words.stopped}</span>
        {action ? (
          <button type="button" class="link" onClick={action.run}>
            {action.label}
          </button>
        ) : null}
      </div>
    );
  }
  const kind = status === "interrupted" ? "interrupted" : "reply_failed";
  return <FailureCard error={{ kind, detail: said ?? undefined }} action={action} past />;
}
