import { describe, expect, test } from "vitest";
import { events, items, thread } from "../testing/server.ts";
import { parseItem, parsePage, parseThread } from "./parse.ts";
import {
  applyEvent,
  cutAfter,
  EMPTY_THREAD,
  openThread,
  prependPage,
  refreshThread,
  settle,
  type ThreadState,
} from "./reducer.ts";
import type { ThreadItem } from "./types.ts";

const play = (list: unknown[], from: ThreadState = EMPTY_THREAD) =>
  list.reduce<ThreadState>(applyEvent, from);

function only(state: ThreadState): ThreadItem {
  const [item] = state.items;
  if (!item) throw new Error("The thread is empty.");
  return item;
}

describe("a streamed reply", () => {
  test("text deltas add up, and the finished item has the last word", () => {
    const streamed = play([
      events.added(items.assistant("")),
      events.update("msg_a", {
        type: "assistant_message.content_part.added",
        content_index: 0,
        content: { type: "output_text", text: "", annotations: [] },
      }),
      events.delta("msg_a", "Hel"),
      events.delta("msg_a", "lo"),
    ]);
    expect(only(streamed)).toMatchObject({ content: [{ text: "Hello" }] });
    const done = applyEvent(streamed, events.done(items.assistant("Hello!")));
    expect(done.items).toHaveLength(1);
    expect(only(done)).toMatchObject({ content: [{ text: "Hello!" }] });
  });

  test("a delta for a part that was never added makes it", () => {
    const state = play([events.added(items.assistant("")), events.delta("msg_a", "x", 1)]);
    expect(only(state)).toMatchObject({ content: [{ text: "" }, { text: "x" }] });
  });

  test("annotations go to their place", () => {
    const annotation = (title: string) => ({ source: { type: "url", title, url: "https://a.example" } });
    const at = (index: number, title: string) =>
      events.update("msg_a", {
        type: "assistant_message.content_part.annotation_added",
        content_index: 0,
        annotation_index: index,
        annotation: annotation(title),
      });
    const state = play([
      events.added(items.assistant("text")),
      at(0, "second"),
      at(0, "first"),
      at(99, "last"),
    ]);
    const title = (words: string) => ({ source: { title: words } });
    expect(only(state)).toMatchObject({
      content: [{ annotations: [title("first"), title("second"), title("last")] }],
    });
  });

  test("an image comes in steps, and shows no step once it is complete", () => {
    const image = (url: string, progress?: number) =>
      events.update("img_1", { type: "generated_image.updated", image: { id: "i", url }, progress });
    const item = (fields: object) => ({
      ...items.assistant("", "img_1"),
      type: "generated_image",
      ...fields,
    });
    const half = play([events.added(item({})), image("data:a", 0.5)]);
    expect(only(half)).toMatchObject({ url: "data:a", progress: 0.5 });
    expect(only(applyEvent(half, image("", 7)))).toMatchObject({ url: "data:a", progress: 1 });
    expect(only(settle(half))).toMatchObject({ url: "data:a", progress: null });
    const done = applyEvent(half, events.done(item({ image: { id: "i", url: "data:b" } })));
    expect(only(done)).toMatchObject({ url: "data:b", progress: null });
  });

  test("a workflow's tasks are added and change by index", () => {
    const task = (title: string, status: string) => ({ type: "custom", title, status_indicator: status });
    const state = play([
      events.added(items.workflow([task("Adding", "loading")])),
      events.update("wf_1", { type: "workflow.task.added", task_index: 1, task: task("Reading", "loading") }),
      events.update("wf_1", {
        type: "workflow.task.updated",
        task_index: 0,
        task: task("Added", "complete"),
      }),
    ]);
    expect(only(state)).toMatchObject({
      workflow: {
        tasks: [
          { title: "Added", status: "complete" },
          { title: "Reading", status: "loading" },
        ],
      },
    });
    expect(only(settle(state))).toMatchObject({
      workflow: { tasks: [{ status: "complete" }, { status: "none" }] },
    });
  });

  test("a widget changes as a whole, by component, and by streamed text", () => {
    const widget = {
      type: "Card",
      children: [
        { type: "Col", id: "col", children: [{ type: "Text", id: "words", value: "a" }] },
        { type: "Text", id: "other", value: "z" },
      ],
    };
    const first = play([events.added(items.widget(widget))]);
    const streamed = applyEvent(
      first,
      events.update("wid_1", {
        type: "widget.streaming_text.value_delta",
        component_id: "words",
        delta: "b",
        done: false,
      }),
    );
    expect(only(streamed)).toMatchObject({
      widget: { children: [{ children: [{ value: "ab" }] }, { value: "z" }] },
    });
    const component = { type: "Text", id: "other", value: "new" };
    const replaced = applyEvent(
      streamed,
      events.update("wid_1", { type: "widget.component.updated", component_id: "other", component }),
    );
    expect(only(replaced)).toMatchObject({ widget: { children: [{ id: "col" }, { value: "new" }] } });
    const root = applyEvent(
      replaced,
      events.update("wid_1", { type: "widget.root.updated", widget: { type: "Card", children: [] } }),
    );
    expect(only(root)).toMatchObject({ widget: { children: [] } });
  });

  test("the last piece of a widget's text ends its streaming", () => {
    const text = (id: string, streaming?: boolean) => ({ type: "Text", id, value: "a", streaming });
    const piece = (id: string, done: boolean) =>
      events.update("wid_1", {
        type: "widget.streaming_text.value_delta",
        component_id: id,
        delta: "b",
        done,
      });
    const state = play([
      events.added(
        items.widget({ type: "Card", children: [text("on", true), text("ends", true), text("off")] }),
      ),
      piece("on", false),
      piece("ends", true),
      piece("off", true),
    ]);
    expect(only(state)).toMatchObject({
      widget: {
        children: [
          { value: "ab", streaming: true },
          { value: "ab", streaming: false },
          { value: "ab", streaming: undefined },
        ],
      },
    });
  });

  test("items are removed and replaced in place", () => {
    const state = play([
      events.user("one", "a"),
      events.done(items.assistant("two", "b")),
      events.done(items.assistant("three", "c")),
      events.removed("b"),
      events.replaced(items.user("ONE", "a")),
    ]);
    expect(state.items.map(({ id }) => id)).toEqual(["a", "c"]);
    expect(only(state)).toMatchObject({ content: [{ text: "ONE" }] });
  });

  test("progress shows until something of the reply does", () => {
    const waiting = play([{ type: "progress_update", text: "Searching", icon: "search" }]);
    expect(waiting.progress).toEqual({ text: "Searching", icon: "search" });
    expect(applyEvent(waiting, events.added(items.assistant(""))).progress).toBeNull();
    expect(settle(waiting).progress).toBeNull();
  });

  test("titles, stream options, notices and errors are kept", () => {
    const state = play([
      events.created(),
      events.titled("Groceries"),
      { type: "stream_options", stream_options: { allow_cancel: false } },
      { type: "notice", level: "warning", message: "Careful" },
      events.failure(true, "No model"),
    ]);
    expect(state.info).toMatchObject({ id: "thr_1", title: "Groceries" });
    expect(state.canStop).toBe(false);
    expect(state.notices).toEqual([{ level: "warning", message: "Careful", title: null }]);
    expect(state.failure).toEqual({ code: "custom", message: "No model", allow_retry: true });
  });
});

describe("what does not fit", () => {
  const base = play([
    events.created(),
    events.user("hi"),
    events.done(items.assistant("hello")),
    events.done(items.workflow([{ type: "custom", title: "t" }])),
    events.done(
      items.widget({ type: "Card", id: "root", children: [null, 7, { type: "Text", id: "t", value: 1 }] }),
    ),
  ]);
  const junk: unknown[] = [
    null,
    undefined,
    7,
    "text",
    [],
    {},
    { type: 9 },
    { type: "thread.created" },
    { type: "thread.updated", thread: { id: 5 } },
    events.created("thr_2"),
    events.titled("Another one's", "thr_2"),
    { type: "thread.item.added" },
    { type: "thread.item.added", item: { id: "x", type: "hologram" } },
    { type: "thread.item.done", item: { type: "assistant_message" } },
    { type: "thread.item.done", item: { id: "h", type: "hidden_context_item", content: "secret" } },
    { type: "thread.item.done", item: { id: "e", type: "end_of_turn" } },
    { type: "thread.item.updated" },
    { type: "thread.item.updated", item_id: "nobody", update: { type: "workflow.task.added" } },
    { type: "thread.item.updated", item_id: "msg_a", update: null },
    { type: "thread.item.updated", item_id: "msg_a", update: { type: "workflow.task.added", task: {} } },
    events.delta("msg_a", "x", -1),
    events.delta("msg_a", "x", 1e9),
    events.delta("msg_a", "x", Number.NaN),
    events.update("wf_1", { type: "workflow.task.updated", task_index: 1e9, task: { title: "far" } }),
    events.update("wf_1", { type: "workflow.task.updated", task_index: 0 }),
    events.update("wid_1", { type: "widget.root.updated", widget: "no" }),
    events.update("wid_1", {
      type: "widget.component.updated",
      component_id: "absent",
      component: { type: "Box" },
    }),
    events.update("wid_1", { type: "widget.streaming_text.value_delta", component_id: "", delta: "x" }),
    events.removed("nobody"),
    { type: "notice" },
    { type: "something.new", data: 1 },
  ];

  test.each(junk.map((event, index) => [index, JSON.stringify(event) ?? "undefined", event]))(
    "%i: %s changes nothing",
    (_index, _text, event) => {
      expect(applyEvent(base, event)).toBe(base);
    },
  );

  test("malformed fields get harmless values", () => {
    const state = play([
      {
        type: "thread.item.done",
        item: { id: "m", type: "user_message", content: "no list", attachments: 3 },
      },
      {
        type: "thread.item.done",
        item: { id: "w", type: "workflow", workflow: { tasks: [null, { title: 5 }] } },
      },
    ]);
    expect(state.items).toMatchObject([
      { content: [], attachments: [] },
      { workflow: { type: "custom", tasks: [{ title: "", status: "none" }] } },
    ]);
  });

  test("repeated items stay one", () => {
    const twice = play([events.user("hi"), events.user("hi"), events.created(), events.created()], base);
    expect(twice.items.map(({ id }) => id)).toEqual(base.items.map(({ id }) => id));
  });

  test("items that did not change keep their identity", () => {
    const next = applyEvent(base, events.delta("msg_a", "!"));
    expect(next.items[0]).toBe(base.items[0]);
    expect(next.items[1]).not.toBe(base.items[1]);
    expect(settle(base)).toBe(base);
  });
});

describe("a stored thread", () => {
  const info = parseThread(thread("thr_1", { title: "Old" }));
  const page = (ids: string[], more: boolean) =>
    parsePage({ data: ids.map((id) => items.user(id, id)), has_more: more, after: ids.at(-1) }, parseItem);

  test("older pages come in front, newest first as the server lists them", () => {
    if (!info) throw new Error("no thread");
    const opened = openThread(info, page(["c", "d"], false).data, { older: "c" });
    const whole = prependPage(opened, page(["c", "b", "a"], false));
    expect(whole.items.map(({ id }) => id)).toEqual(["a", "b", "c", "d"]);
    expect(whole.older).toBeNull();
  });

  test("a refresh keeps the pages that were loaded", () => {
    if (!info) throw new Error("no thread");
    const shown = prependPage(
      openThread(info, page(["c", "d"], false).data, { older: "c" }),
      page(["b", "a"], true),
    );
    const fresh = openThread(info, page(["c", "d", "e"], false).data, { older: "c" });
    const merged = refreshThread(shown, fresh);
    expect(merged.items.map(({ id }) => id)).toEqual(["a", "b", "c", "d", "e"]);
    expect(merged.older).toBe("a");
    expect(refreshThread(EMPTY_THREAD, fresh)).toBe(fresh);
  });

  test("a retry keeps everything up to the message", () => {
    const state = play([events.user("hi", "a"), events.done(items.assistant("x", "b"))]);
    expect(cutAfter(state, "a").items.map(({ id }) => id)).toEqual(["a"]);
    expect(cutAfter(state, "zz")).toBe(state);
  });
});
