import { wordsOf } from "../protocol/parse.ts";
import type { Attachment, UserContent, UserTag } from "../protocol/types.ts";
import { safeImage } from "../state/thumbnail.ts";
import { CopyButton } from "./CopyButton.tsx";
import { useChat } from "./context.ts";
import { EntityName } from "./Entity.tsx";
import { Icon } from "./Icon.tsx";
import { useImage } from "./images.ts";

interface Props {
  content: readonly UserContent[];
  quote: string | null;
  attachments?: readonly Attachment[];
  pending?: boolean;
}

export function UserMessage({ content, quote, attachments = [], pending = false }: Props) {
  const { words } = useChat();
  const text = pending ? "" : content.map((part) => part.text).join("");
  return (
    <div class={pending ? "mine pending" : "mine"}>
      {quote ? (
        <blockquote class="quote" dir="auto">
          {quote}
        </blockquote>
      ) : null}
      {attachments.length > 0 ? (
        <div class="attached">
          {attachments.map((attachment) => (
            <AttachmentView key={attachment.id} attachment={attachment} />
          ))}
        </div>
      ) : null}
      <div class="mine-row">
        {text ? <CopyButton text={text} label={words.copyOwn} /> : null}
        <div class={content.length > 0 ? "bubble" : "for-readers"} part="user-message" dir="auto">
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
    </div>
  );
}

function Tag({ tag }: { tag: UserTag }) {
  const { id, text: title, group, interactive } = tag;
  return (
    <EntityName class="tag" entity={{ id, title, group, interactive, data: wordsOf(tag.data) }}>
      {title}
    </EntityName>
  );
}

/** Pictures as pictures where they may be loaded, other files by name. */
function AttachmentView({ attachment }: { attachment: Attachment }) {
  const { chat, words } = useChat();
  const allowed = useImage(attachment.preview_url ?? "");
  const picture =
    chat.composer.attachments.thumbnail(attachment.id) ?? safeImage(attachment.preview_url) ?? allowed;
  const name = attachment.name || words.attachment;
  if (picture && attachment.type === "image") {
    return (
      <img
        class="attached-picture"
        part="attachment"
        src={picture}
        alt={name}
        title={name}
        referrerpolicy="no-referrer"
      />
    );
  }
  return (
    <div class="attachment" part="attachment">
      <Icon name={attachment.type === "image" ? "square-image" : "document"} />
      <span dir="auto">{name}</span>
    </div>
  );
}
