/**
 * The ChatKit protocol's things as the interface needs them: wire names, but only fields that were checked
 * (see parse.ts), so that nothing downstream has to distrust them.
 */

export type UserContent =
  | { type: "input_text"; text: string }
  | {
      type: "input_tag";
      id: string;
      text: string;
      group?: string;
      data: Record<string, unknown>;
      interactive: boolean;
    };

export interface Attachment {
  id: string;
  type: "file" | "image";
  name: string;
  mime_type: string;
  /** Of images. */
  preview_url: string | null;
}

export type UserTag = Extract<UserContent, { type: "input_tag" }>;

interface SourceBase {
  title: string;
  /** What there is to say of it beside its title: who says it, what it is about, of when. */
  details: readonly string[];
  /** Under which words it is listed. */
  group: string | null;
}

export type Source = SourceBase &
  (
    | { type: "url"; url: string }
    | { type: "file"; filename: string }
    | {
        type: "entity";
        id: string;
        icon?: string;
        /** What stands for it in the text; its icon, when there is none. */
        inlineLabel: string | null;
        interactive: boolean;
        data: Record<string, unknown>;
      }
  );

export interface Annotation {
  source: Source;
  /** Its place in the text, in code points; null when it belongs to all of it. */
  index: number | null;
}

export interface AssistantContent {
  text: string;
  annotations: readonly Annotation[];
}

export type TaskStatus = "none" | "loading" | "complete";

export interface Task {
  type: "custom" | "web_search" | "thought" | "file" | "image";
  status: TaskStatus;
  title: string;
  icon: string | null;
  /** Markdown. */
  content: string;
  queries: readonly string[];
  sources: readonly Source[];
}

export type WorkflowSummary = { title: string; icon: string | null } | { duration: number };

export interface Workflow {
  type: "custom" | "reasoning";
  tasks: readonly Task[];
  summary: WorkflowSummary | null;
  expanded: boolean;
}

/** A widget component as it came: its type is a string, the rest is read with care by the widget that draws it. */
export interface WidgetNode {
  readonly type: string;
  readonly [prop: string]: unknown;
}

export interface StructuredQuestion {
  id: string;
  type: "multiple_choice" | "freeform";
  question: string;
  description: string;
  options: readonly string[];
  multiple: boolean;
  answer: { values: readonly string[]; skipped: boolean } | null;
}

interface ItemBase {
  id: string;
  created_at: string;
}

export interface UserMessageItem extends ItemBase {
  type: "user_message";
  content: readonly UserContent[];
  attachments: readonly Attachment[];
  quoted_text: string | null;
}

export interface AssistantMessageItem extends ItemBase {
  type: "assistant_message";
  content: readonly AssistantContent[];
}

export interface ClientToolCallItem extends ItemBase {
  type: "client_tool_call";
  status: "pending" | "completed";
  call_id: string;
  name: string;
  arguments: Record<string, unknown>;
  /** What the page answered, as JSON; null as long as it has not. */
  output: unknown;
}

export interface WidgetItem extends ItemBase {
  type: "widget";
  widget: WidgetNode;
  copy_text: string | null;
}

export interface WorkflowItem extends ItemBase {
  type: "workflow";
  workflow: Workflow;
}

export interface TaskItem extends ItemBase {
  type: "task";
  task: Task;
}

export interface GeneratedImageItem extends ItemBase {
  type: "generated_image";
  url: string | null;
  /** How much of it there is, from 0 to 1; null when it is complete, or nothing is known. */
  progress: number | null;
}

export interface StructuredInputItem extends ItemBase {
  type: "structured_input";
  status: "pending" | "answered" | "skipped";
  inputs: readonly StructuredQuestion[];
}

export type ThreadItem =
  | UserMessageItem
  | AssistantMessageItem
  | ClientToolCallItem
  | WidgetItem
  | WorkflowItem
  | TaskItem
  | GeneratedImageItem
  | StructuredInputItem;

export interface ThreadStatus {
  type: "active" | "locked" | "closed";
  reason: string | null;
}

export interface ThreadInfo {
  id: string;
  title: string | null;
  created_at: string;
  status: ThreadStatus;
  /** From where images may be loaded. */
  imageDomains: readonly string[];
}

/** How a thread's last reply ended, unless it is complete. */
export interface Ending {
  status: "cancelled" | "interrupted" | "failed";
  /** The server's own; ours where it has none. */
  words: string | null;
  /** The user's message that can be answered anew. */
  retryAfter: string | null;
}

export interface Page<T> {
  data: readonly T[];
  has_more: boolean;
  after: string | null;
}

export interface Notice {
  level: "info" | "warning" | "danger";
  /** Markdown. */
  message: string;
  title: string | null;
}

export interface UserMessageInput {
  content: UserContent[];
  attachments: string[];
  quoted_text: string | null;
  inference_options: { tool_choice?: { id: string }; model?: string };
}

export interface Action {
  type: string;
  payload?: Record<string, unknown>;
}

export type FeedbackKind = "positive" | "negative";
