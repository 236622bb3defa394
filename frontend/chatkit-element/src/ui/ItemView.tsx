import { useMemo } from "preact/hooks";
import { safeHref } from "../markdown.ts";
import type {
  AssistantContent,
  AssistantMessageItem,
  GeneratedImageItem,
  ThreadItem,
} from "../protocol/types.ts";
import type { Conversation } from "../state/conversation.ts";
import { WidgetView } from "../widgets/WidgetView.tsx";
import { Boundary } from "./Boundary.tsx";
import { ClientToolCall } from "./ClientToolCall.tsx";
import { useChat } from "./context.ts";
import { useImage } from "./images.ts";
import { Markdown, SafeLink } from "./Markdown.tsx";
import { memo } from "./memo.ts";
import { Questions } from "./Questions.tsx";
import { sourceMarks } from "./SourceMark.tsx";
import { Sources } from "./Sources.tsx";
import { UserMessage } from "./UserMessage.tsx";
import { TaskLine, WorkflowView } from "./Workflow.tsx";

interface Props {
  item: ThreadItem;
  conversation: Conversation;
  streaming: boolean;
  /** An action of this widget is on its way. */
  acting: boolean;
  last: boolean;
  /** The thread takes nothing more. */
  closed: boolean;
}

/** One item of a thread; drawn again only when it changed. */
export const ItemView = memo(
  (props: Props) => (
    <Boundary>
      <Item {...props} />
    </Boundary>
  ),
  (before, after) =>
    before.item === after.item &&
    before.streaming === after.streaming &&
    before.acting === after.acting &&
    before.last === after.last &&
    before.closed === after.closed,
);

function Item({ item, conversation, streaming, acting, last, closed }: Props) {
  switch (item.type) {
    case "user_message":
      return <UserMessage content={item.content} quote={item.quoted_text} attachments={item.attachments} />;
    case "assistant_message":
      return <AssistantMessage item={item} streaming={streaming} />;
    case "workflow":
      return <WorkflowView workflow={item.workflow} running={streaming} />;
    case "task":
      return <TaskLine task={item.task} />;
    case "widget":
      return <WidgetView item={item} acting={acting} closed={closed} />;
    case "client_tool_call":
      return <ClientToolCall item={item} running={streaming && item.status === "pending"} />;
    case "structured_input":
      return <Questions item={item} conversation={conversation} open={last && !closed} />;
    case "generated_image":
      return <GeneratedImage item={item} />;
  }
}

function AssistantMessage({ item, streaming }: { item: AssistantMessageItem; streaming: boolean }) {
  return (
    <div class="answer" part="assistant-message">
      {item.content.map((part, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: parts have no other name
        <Part key={index} part={part} streaming={streaming} />
      ))}
    </div>
  );
}

function Part({ part: { text, annotations }, streaming }: { part: AssistantContent; streaming: boolean }) {
  const marks = useMemo(() => sourceMarks(annotations), [annotations]);
  return (
    <div>
      <Markdown text={text} streaming={streaming} marks={marks} />
      {annotations.length > 0 ? <Sources annotations={annotations} /> : null}
    </div>
  );
}

function GeneratedImage({ item }: { item: GeneratedImageItem }) {
  const { words } = useChat();
  const image = useImage(item.url ?? "");
  if (item.url === null) return <div class="skeleton image-skeleton" role="img" aria-label={words.image} />;
  if (image) {
    return (
      <div class="generated">
        <img src={image} alt={words.image} referrerpolicy="no-referrer" />
        {item.progress === null ? null : (
          <progress value={item.progress} max={1} aria-label={words.working} />
        )}
      </div>
    );
  }
  const href = safeHref(item.url);
  return href ? (
    <p class="quiet">
      <SafeLink href={href} words={words.image}>
        {words.image}
      </SafeLink>
    </p>
  ) : null;
}
