import type { ChatKitError } from "../protocol/errors.ts";
import { useChat } from "./context.ts";
import { Icon } from "./Icon.tsx";

interface Props {
  error: Pick<ChatKitError, "kind" | "detail" | "status" | "retryAfter">;
  title?: string;
  action: { label: string; run: () => void } | null;
  /** It happened before one came to look: nothing to be interrupted for. */
  past?: boolean;
}

/** What happened, what to do about it, and the button that does it. */
export function FailureCard({ error, title, action, past = false }: Props) {
  const { words } = useChat();
  const said = words.failures[error.kind];
  // The server's own words are about this very case, ours about its kind.
  const text = error.detail ?? said.text;
  const wait = error.retryAfter ? words.waitSeconds(error.retryAfter) : null;
  return (
    <div class="failure" role={past ? "status" : "alert"}>
      <Icon name={error.kind === "unreachable" || error.kind === "cut" ? "offline" : "alert"} />
      <div class="failure-text">
        <p class="failure-title">{title ?? said.title}</p>
        <p dir="auto">{wait ? `${text} ${wait}` : text}</p>
        {error.status && error.status >= 400 ? <p class="failure-code">HTTP {error.status}</p> : null}
        {action ? (
          <button type="button" class="button" onClick={action.run}>
            <Icon name={error.kind === "thread_gone" ? "compose" : "retry"} />
            {action.label}
          </button>
        ) : null}
      </div>
    </div>
  );
}
