/**
 * Checks what a server sent, field by field. A server may be wrong, old or hostile: what does not fit is
 * dropped or given a harmless default here, and nothing here throws.
 */
import type {
  Annotation,
  AssistantContent,
  Attachment,
  Ending,
  Notice,
  Page,
  Source,
  StructuredQuestion,
  Task,
  ThreadInfo,
  ThreadItem,
  ThreadStatus,
  UserContent,
  WidgetNode,
  Workflow,
  WorkflowSummary,
} from "./types.ts";

export type Fields = Record<string, unknown>;

export function isRecord(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function text(value: unknown, fallback = ""): string {
  return typeof value === "string" ? value : fallback;
}

export function textOrNull(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

export function records(value: unknown): Fields[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

export function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry): entry is string => typeof entry === "string") : [];
}

/** Data as the host's callbacks take it. An object may lie about how it is made a string, so it is not asked. */
export function wordsOf(data: Fields): Record<string, string> {
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => [
      name,
      typeof value === "object" ? jsonOf(value) : String(value),
    ]),
  );
}

/** "" for what is nested without end, or refers to itself. */
export function jsonOf(value: unknown, indent = 0): string {
  try {
    return JSON.stringify(value, null, indent) ?? "";
  } catch {
    return "";
  }
}

export function oneOf<T extends string>(value: unknown, allowed: readonly T[], fallback: T): T {
  return allowed.includes(value as T) ? (value as T) : fallback;
}

function present<T>(value: T | null): value is T {
  return value !== null;
}

export function parseSource(value: unknown): Source | null {
  if (!isRecord(value)) return null;
  const { attribution, label, description, timestamp } = value;
  // A file without a title goes by its name.
  const name = text(value.title) === "" ? null : value.filename;
  const details = [name, attribution, label, description, timestamp].map(textOrNull).filter(present);
  const base = { title: text(value.title), details, group: textOrNull(value.group) };
  switch (value.type) {
    case "url":
      return { ...base, type: "url", url: text(value.url) };
    case "file":
      return { ...base, type: "file", filename: text(value.filename) };
    case "entity":
      return {
        ...base,
        type: "entity",
        id: text(value.id),
        icon: textOrNull(value.icon) ?? undefined,
        inlineLabel: textOrNull(value.inline_label),
        interactive: value.interactive === true,
        data: isRecord(value.data) ? value.data : {},
      };
    default:
      return null;
  }
}

export function parseAnnotation(value: unknown): Annotation | null {
  if (!isRecord(value)) return null;
  const source = parseSource(value.source);
  return source && { source, index: typeof value.index === "number" ? value.index : null };
}

export function parseAssistantContent(value: unknown): AssistantContent {
  const fields = isRecord(value) ? value : {};
  return {
    text: text(fields.text),
    annotations: records(fields.annotations).map(parseAnnotation).filter(present),
  };
}

export function parseUserContent(fields: Fields): UserContent | null {
  if (fields.type === "input_text") return { type: "input_text", text: text(fields.text) };
  if (fields.type !== "input_tag") return null;
  return {
    type: "input_tag",
    id: text(fields.id),
    text: text(fields.text),
    group: textOrNull(fields.group) ?? undefined,
    data: isRecord(fields.data) ? fields.data : {},
    interactive: fields.interactive === true,
  };
}

export function parseAttachment(fields: Fields): Attachment {
  return {
    id: text(fields.id),
    type: fields.type === "image" ? "image" : "file",
    name: text(fields.name),
    mime_type: text(fields.mime_type),
    preview_url: textOrNull(fields.preview_url),
  };
}

export function parseTask(value: unknown): Task | null {
  if (!isRecord(value)) return null;
  const type = oneOf(value.type, ["custom", "web_search", "thought", "file", "image"], "custom");
  return {
    type,
    status: oneOf(value.status_indicator, ["none", "loading", "complete"], "none"),
    title: text(value.title) || text(value.title_query),
    icon: textOrNull(value.icon),
    content: text(value.content),
    queries: strings(value.queries),
    sources: records(value.sources).map(parseSource).filter(present),
  };
}

function parseSummary(value: unknown): WorkflowSummary | null {
  if (!isRecord(value)) return null;
  if (typeof value.title === "string") return { title: value.title, icon: textOrNull(value.icon) };
  return typeof value.duration === "number" ? { duration: value.duration } : null;
}

export function parseWorkflow(value: unknown): Workflow {
  const fields = isRecord(value) ? value : {};
  return {
    type: fields.type === "reasoning" ? "reasoning" : "custom",
    tasks: records(fields.tasks).map(parseTask).filter(present),
    summary: parseSummary(fields.summary),
    expanded: fields.expanded === true,
  };
}

/** Beyond this, components in components are an attack on the stack, not a widget. */
const MAX_DEPTH = 100;

/** So many levels of `children` that what reads or draws them would run out of stack. */
export function isTooDeep(node: WidgetNode, depth = 0): boolean {
  if (depth > MAX_DEPTH) return true;
  const { children } = node;
  const list: unknown[] = Array.isArray(children) ? children : [children];
  return list.some((child) => isWidgetNode(child) && isTooDeep(child, depth + 1));
}

export function isWidgetNode(value: unknown): value is WidgetNode {
  return isRecord(value) && typeof value.type === "string";
}

/** Null for what is none, or is nested without end. */
export function parseWidget(value: unknown): WidgetNode | null {
  return isWidgetNode(value) && !isTooDeep(value) ? value : null;
}

function parseQuestion(fields: Fields): StructuredQuestion {
  const answer = isRecord(fields.answer) ? fields.answer : null;
  return {
    id: text(fields.id),
    type: fields.type === "multiple_choice" ? "multiple_choice" : "freeform",
    question: text(fields.question),
    description: text(fields.description),
    options: records(fields.options).map((option) => text(option.value)),
    multiple: fields.multiple === true,
    answer: answer && { values: strings(answer.values), skipped: answer.skipped === true },
  };
}

/** A thread item, or null for what this element does not show (ends of turns, hidden context, types yet to come). */
export function parseItem(value: unknown): ThreadItem | null {
  if (!isRecord(value) || typeof value.id !== "string" || value.id === "") return null;
  const base = { id: value.id, created_at: text(value.created_at) };
  switch (value.type) {
    case "user_message":
      return {
        ...base,
        type: "user_message",
        content: records(value.content).map(parseUserContent).filter(present),
        attachments: records(value.attachments).map(parseAttachment),
        quoted_text: textOrNull(value.quoted_text),
      };
    case "assistant_message":
      return {
        ...base,
        type: "assistant_message",
        content: records(value.content).map(parseAssistantContent),
      };
    case "client_tool_call":
      return {
        ...base,
        type: "client_tool_call",
        status: value.status === "completed" ? "completed" : "pending",
        call_id: text(value.call_id, value.id),
        name: text(value.name),
        arguments: isRecord(value.arguments) ? value.arguments : {},
        output: value.output ?? null,
      };
    case "widget": {
      const widget = parseWidget(value.widget);
      return widget && { ...base, type: "widget", widget, copy_text: textOrNull(value.copy_text) };
    }
    case "workflow":
      return { ...base, type: "workflow", workflow: parseWorkflow(value.workflow) };
    case "task": {
      const task = parseTask(value.task);
      return task && { ...base, type: "task", task };
    }
    case "generated_image":
      return { ...base, type: "generated_image", url: parseImageUrl(value.image), progress: null };
    case "structured_input":
      return {
        ...base,
        type: "structured_input",
        status: oneOf(value.status, ["pending", "answered", "skipped"], "pending"),
        inputs: records(value.inputs).map(parseQuestion),
      };
    default:
      return null;
  }
}

export function parseImageUrl(value: unknown): string | null {
  return isRecord(value) ? textOrNull(value.url) : null;
}

function parseStatus(value: unknown): ThreadStatus {
  const fields = isRecord(value) ? value : {};
  return {
    type: oneOf(fields.type, ["active", "locked", "closed"], "active"),
    reason: textOrNull(fields.reason),
  };
}

export function parseThread(value: unknown): ThreadInfo | null {
  if (!isRecord(value) || typeof value.id !== "string" || value.id === "") return null;
  return {
    id: value.id,
    title: textOrNull(value.title),
    created_at: text(value.created_at),
    status: parseStatus(value.status),
    imageDomains: strings(value.allowed_image_domains),
  };
}

const ENDINGS = ["cancelled", "interrupted", "failed"] as const;

/** A stored thread's `last_run`: TaskChat's own, so other servers have none. */
export function parseEnding(value: unknown): Ending | null {
  if (!isRecord(value)) return null;
  const status = ENDINGS.find((known) => known === value.status);
  if (!status) return null;
  return { status, words: textOrNull(value.words), retryAfter: textOrNull(value.retry_after_item_id) };
}

export function parsePage<T>(value: unknown, parseEntry: (entry: unknown) => T | null): Page<T> {
  const fields = isRecord(value) ? value : {};
  return {
    data: (Array.isArray(fields.data) ? fields.data : []).map(parseEntry).filter(present),
    has_more: fields.has_more === true,
    after: textOrNull(fields.after),
  };
}

export function parseNotice(fields: Fields): Notice {
  return {
    level: oneOf(fields.level, ["info", "warning", "danger"], "info"),
    message: text(fields.message),
    title: textOrNull(fields.title),
  };
}
