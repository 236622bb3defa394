import type { Attachment, UserContent } from "../protocol/types.ts";
import { useChat } from "./context.ts";
import { Icon } from "./Icon.tsx";

interface Props {
  content: readonly UserContent[];
  quote: string | null;
  attachments?: readonly Attachment[];
  pending?: boolean;
}

export function UserMessage({ content, quote, attachments = [], pending = false }: Props) {
  const { words } = useChat();
  return (
    <div class={pending ? "mine pending" : "mine"}>
      {quote ? (
        <blockquote class="quote" dir="auto">
          {quote}
        </blockquote>
      ) : null}
      {attachments.map((attachment) => (
        <div key={attachment.id} class="attachment">
          <Icon name={attachment.type === "image" ? "square-image" : "document"} />
          <span>{attachment.name || words.attachment}</span>
        </div>
      ))}
      <div class="bubble" dir="auto">
        <span class="for-readers">{words.you} </span>
        {content.map((part, index) =>
          part.type === "input_tag" ? (
            // biome-ignore lint/suspicious/noArrayIndexKey: content never changes
            <Tag key={index} tag={part} />
          ) : (
            part.text
          ),
        )}
      </div>
    </div>
  );
}

function Tag({ tag }: { tag: Extract<UserContent, { type: "input_tag" }> }) {
  const { chat, options } = useChat();
  const { onEntityClick } = options;
  if (!tag.interactive || !onEntityClick) return <span class="tag">{tag.text}</span>;
  const data = Object.fromEntries(Object.entries(tag.data).map(([name, value]) => [name, String(value)]));
  const entity = { id: tag.id, title: tag.text, group: tag.group, interactive: true, data };
  return (
    <button
      type="button"
      class="tag"
      onClick={() => chat.callHost("entities.onClick", () => onEntityClick(entity))}
    >
      {tag.text}
    </button>
  );
}
