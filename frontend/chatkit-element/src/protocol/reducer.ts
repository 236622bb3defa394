/**
 * A thread as the sum of its events: one pure function, (thread, event) -> thread. Live streams and stored
 * threads go through it alike. Unknown, repeated and malformed events leave the thread as it was; what did
 * not change keeps its identity, so that drawing can skip it.
 */
import {
  type Fields,
  isRecord,
  isTooDeep,
  parseAnnotation,
  parseAssistantContent,
  parseImageUrl,
  parseItem,
  parseNotice,
  parseTask,
  parseThread,
  parseWidget,
  text,
  textOrNull,
} from "./parse.ts";
import type {
  AssistantContent,
  AssistantMessageItem,
  Ending,
  Notice,
  Page,
  ThreadInfo,
  ThreadItem,
  WidgetItem,
  WorkflowItem,
} from "./types.ts";
import { appendWidgetText, replaceWidgetComponent } from "./widget-tree.ts";

export interface Progress {
  text: string;
  icon: string | null;
}

/** What an `error` event said. */
export interface StreamFailure {
  code: string;
  message: string | null;
  allow_retry: boolean;
}

export interface ThreadState {
  readonly info: ThreadInfo | null;
  readonly items: readonly ThreadItem[];
  /** Where the next page of older items starts; null when the first item is here. */
  readonly older: string | null;
  readonly progress: Progress | null;
  readonly notices: readonly Notice[];
  readonly canStop: boolean;
  readonly failure: StreamFailure | null;
  readonly ending: Ending | null;
}

export const EMPTY_THREAD: ThreadState = {
  info: null,
  items: [],
  older: null,
  progress: null,
  notices: [],
  canStop: true,
  failure: null,
  ending: null,
};

/** No honest server has more parts in one message or tasks in one workflow; an index beyond would fill memory. */
const MAX_INDEX = 1000;

/** More at once are read by nobody; the last ones count. */
const MAX_NOTICES = 20;

export function applyEvent(state: ThreadState, event: unknown): ThreadState {
  if (!isRecord(event)) return state;
  switch (event.type) {
    case "thread.created":
    case "thread.updated": {
      const info = parseThread(event.thread);
      // What is told of another thread is none of this one's.
      return info && (state.info?.id ?? info.id) === info.id ? { ...state, info } : state;
    }
    case "thread.item.added":
    case "thread.item.done":
    case "thread.item.replaced": {
      const item = parseItem(event.item);
      return item ? { ...putItem(state, item), progress: null } : state;
    }
    case "thread.item.updated":
      return updateItem(state, text(event.item_id), event.update);
    case "thread.item.removed": {
      const items = state.items.filter((item) => item.id !== event.item_id);
      return items.length === state.items.length ? state : { ...state, items };
    }
    case "stream_options": {
      const options = isRecord(event.stream_options) ? event.stream_options : {};
      const canStop = options.allow_cancel !== false;
      return canStop === state.canStop ? state : { ...state, canStop };
    }
    case "progress_update": {
      const words = textOrNull(event.text);
      return { ...state, progress: words === null ? null : { text: words, icon: textOrNull(event.icon) } };
    }
    case "notice": {
      const notice = parseNotice(event);
      if (!notice.message && !notice.title) return state;
      return { ...state, notices: [...state.notices, notice].slice(-MAX_NOTICES) };
    }
    case "error":
      return {
        ...state,
        failure: {
          code: text(event.code, "custom"),
          message: textOrNull(event.message),
          allow_retry: event.allow_retry === true,
        },
      };
    default:
      return state;
  }
}

function putItem(state: ThreadState, item: ThreadItem): ThreadState {
  const at = state.items.findIndex((other) => other.id === item.id);
  const items = at === -1 ? [...state.items, item] : state.items.with(at, item);
  return { ...state, items };
}

function updateItem(state: ThreadState, id: string, update: unknown): ThreadState {
  const item = state.items.find((other) => other.id === id);
  if (!item || !isRecord(update)) return state;
  const next = applyUpdate(item, update);
  return next === item ? state : { ...putItem(state, next), progress: null };
}

function applyUpdate(item: ThreadItem, update: Fields): ThreadItem {
  switch (item.type) {
    case "assistant_message":
      return updateMessage(item, update);
    case "workflow":
      return updateWorkflow(item, update);
    case "widget":
      return updateWidget(item, update);
    case "generated_image":
      if (update.type !== "generated_image.updated") return item;
      return { ...item, url: parseImageUrl(update.image) ?? item.url, progress: shareOf(update.progress) };
    default:
      return item;
  }
}

function updateMessage(item: AssistantMessageItem, update: Fields): AssistantMessageItem {
  const index = indexOf(update.content_index);
  if (index === null) return item;
  switch (update.type) {
    case "assistant_message.content_part.added":
    case "assistant_message.content_part.done":
      return setPart(item, index, parseAssistantContent(update.content));
    case "assistant_message.content_part.text_delta": {
      const part = item.content[index] ?? { text: "", annotations: [] };
      return setPart(item, index, { ...part, text: part.text + text(update.delta) });
    }
    case "assistant_message.content_part.annotation_added": {
      const annotation = parseAnnotation(update.annotation);
      const part = item.content[index];
      if (!annotation || !part) return item;
      const at = indexOf(update.annotation_index) ?? part.annotations.length;
      return setPart(item, index, { ...part, annotations: part.annotations.toSpliced(at, 0, annotation) });
    }
    default:
      return item;
  }
}

function setPart(item: AssistantMessageItem, index: number, part: AssistantContent): AssistantMessageItem {
  const content = [...item.content];
  while (content.length < index) content.push({ text: "", annotations: [] });
  content[index] = part;
  return { ...item, content };
}

function updateWorkflow(item: WorkflowItem, update: Fields): WorkflowItem {
  const { workflow } = item;
  const task = parseTask(update.task);
  const index = indexOf(update.task_index);
  if (!task || index === null) return item;
  const known = index < workflow.tasks.length;
  switch (update.type) {
    case "workflow.task.added":
    case "workflow.task.updated": {
      const tasks = known ? workflow.tasks.with(index, task) : [...workflow.tasks, task];
      return { ...item, workflow: { ...workflow, tasks } };
    }
    default:
      return item;
  }
}

function updateWidget(item: WidgetItem, update: Fields): WidgetItem {
  switch (update.type) {
    case "widget.root.updated": {
      const widget = parseWidget(update.widget);
      return widget ? { ...item, widget } : item;
    }
    case "widget.component.updated": {
      const component = parseWidget(update.component);
      if (!component) return item;
      const widget = replaceWidgetComponent(item.widget, text(update.component_id), component);
      return widget === item.widget || isTooDeep(widget) ? item : { ...item, widget };
    }
    case "widget.streaming_text.value_delta": {
      const widget = appendWidgetText(item.widget, text(update.component_id), {
        delta: text(update.delta),
        done: update.done === true,
      });
      return widget === item.widget ? item : { ...item, widget };
    }
    default:
      return item;
  }
}

function shareOf(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? Math.min(1, Math.max(0, value)) : null;
}

function indexOf(value: unknown): number | null {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) < MAX_INDEX
    ? (value as number)
    : null;
}

/** The thread after its stream ended, however it ended: nothing goes on turning that no one will finish. */
export function settle(state: ThreadState): ThreadState {
  const items = state.items.map(settleItem);
  const changed = items.some((item, index) => item !== state.items[index]);
  if (!changed && !state.progress) return state;
  return { ...state, items: changed ? items : state.items, progress: null };
}

function settleItem(item: ThreadItem): ThreadItem {
  if (item.type === "task" && item.task.status === "loading") {
    return { ...item, task: { ...item.task, status: "none" } };
  }
  if (item.type === "generated_image" && item.progress !== null) return { ...item, progress: null };
  if (item.type !== "workflow" || !item.workflow.tasks.some((task) => task.status === "loading")) return item;
  const tasks = item.workflow.tasks.map((task) =>
    task.status === "loading" ? { ...task, status: "none" as const } : task,
  );
  return { ...item, workflow: { ...item.workflow, tasks } };
}

/** A stored thread with its newest items, as a page in ascending order. */
export function openThread(
  info: ThreadInfo,
  items: readonly ThreadItem[],
  { older = null, ending = null }: Partial<Pick<ThreadState, "older" | "ending">> = {},
): ThreadState {
  return { ...EMPTY_THREAD, info, items: dedupe(items), older, ending };
}

/** The server's newest items over what is shown; older pages that were loaded before stay in front. */
export function refreshThread(shown: ThreadState, fresh: ThreadState): ThreadState {
  const first = fresh.items[0];
  const at = first ? shown.items.findIndex((item) => item.id === first.id) : -1;
  if (at <= 0) return fresh;
  return { ...fresh, items: dedupe([...shown.items.slice(0, at), ...fresh.items]), older: shown.older };
}

/** An older page (newest first, as the server lists it) put in front. */
export function prependPage(state: ThreadState, page: Page<ThreadItem>): ThreadState {
  const items = dedupe([...page.data.toReversed(), ...state.items]);
  return { ...state, items, older: page.has_more ? page.after : null };
}

function dedupe(items: readonly ThreadItem[]): ThreadItem[] {
  return [...new Map(items.map((item) => [item.id, item])).values()];
}

/** What a retry leaves: everything up to and with the item. */
export function cutAfter(state: ThreadState, itemId: string): ThreadState {
  const at = state.items.findIndex((item) => item.id === itemId);
  return at === -1 ? state : { ...state, items: state.items.slice(0, at + 1) };
}
