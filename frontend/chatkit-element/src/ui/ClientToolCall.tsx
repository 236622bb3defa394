import { jsonOf } from "../protocol/parse.ts";
import type { ClientToolCallItem } from "../protocol/types.ts";
import { useChat } from "./context.ts";
import { Foldable } from "./Foldable.tsx";
import { CodeBlock } from "./Markdown.tsx";

/** More than anybody reads; a page may answer with all that it has. */
const MAX_CHARS = 10_000;

/** What the page did for the assistant, as one line; on demand with what it was given and what it answered. */
export function ClientToolCall({ item, running }: { item: ClientToolCallItem; running: boolean }) {
  const { words } = useChat();
  const name = item.name.replaceAll(/[_-]+/g, " ").trim();
  const parts = [
    { label: words.toolArguments, code: asJson(item.arguments) },
    { label: words.toolResult, code: item.output === null ? "" : asJson(item.output) },
  ].filter(({ code }) => code !== "");
  return (
    <Foldable title={name.charAt(0).toUpperCase() + name.slice(1)} icon="bolt" shimmer={running}>
      {parts.length > 0
        ? parts.map(({ label, code }) => <CodeBlock key={label} title={label} code={code} />)
        : null}
    </Foldable>
  );
}

/** "" for what says nothing: nothing at all, or an object without entries. */
function asJson(value: unknown): string {
  const json = jsonOf(value, 2);
  if (json === "{}") return "";
  return json.length > MAX_CHARS ? `${json.slice(0, MAX_CHARS)}…` : json;
}
