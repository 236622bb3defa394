/** Properties of the reducer that hold for whatever is sent. */
import { describe, expect, test } from "vitest";
import { hostileEvents, hostileItems, nested } from "../testing/hostile.ts";
import { events, items } from "../testing/server.ts";
import { parseItem, parsePage } from "./parse.ts";
import {
  applyEvent,
  cutAfter,
  EMPTY_THREAD,
  prependPage,
  refreshThread,
  settle,
  type ThreadState,
} from "./reducer.ts";

const SEEDS = Array.from({ length: 80 }, (_, seed) => seed);
/** So many events that are odd together, yet well-formed enough to be applied. */
const EVENTS = 60;

function freeze<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const inner of Object.values(value)) freeze(inner);
  return value;
}

function play(list: readonly unknown[], from: ThreadState = EMPTY_THREAD): ThreadState {
  return list.reduce<ThreadState>((state, event) => freeze(applyEvent(state, freeze(event))), from);
}

/** Deltas, and what is added to a list, are the only events that do more the second time; steps out of order go to the end. */
const ADDS = /delta|annotation_added|notice|workflow\.task/;

function check(state: ThreadState): void {
  const ids = state.items.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).not.toContain("");
  for (const item of state.items) {
    expect(typeof item.created_at).toBe("string");
    if (item.type === "assistant_message") {
      expect(item.content.length).toBeLessThanOrEqual(1000);
      for (const part of item.content) expect(typeof part.text).toBe("string");
    }
    if (item.type === "workflow")
      for (const task of item.workflow.tasks) expect(typeof task.title).toBe("string");
    if (item.type === "widget") expect(typeof item.widget.type).toBe("string");
  }
  expect(({} as Record<string, unknown>).polluted).toBeUndefined();
}

test("no stream breaks it, changes what was, or leaves the thread in a state that there is not", () => {
  for (const seed of SEEDS) check(play(hostileEvents(seed, EVENTS)));
});

test("the same event twice is the same as once, unless it adds", () => {
  for (const seed of SEEDS) {
    let state = EMPTY_THREAD;
    for (const event of hostileEvents(seed, EVENTS, 0.01)) {
      state = applyEvent(state, event);
      if (ADDS.test(JSON.stringify(event))) continue;
      expect(applyEvent(state, event), `seed ${seed}: ${JSON.stringify(event)}`).toEqual(state);
    }
  }
});

test("an event changes no item but the one it names", () => {
  for (const seed of SEEDS) {
    let state = EMPTY_THREAD;
    for (const event of hostileEvents(seed, EVENTS)) {
      const next = applyEvent(state, event);
      const before = new Map(state.items.map((item) => [item.id, item]));
      const changed = next.items.filter((item) => before.has(item.id) && before.get(item.id) !== item);
      expect(changed.length).toBeLessThanOrEqual(1);
      state = next;
    }
  }
});

test("what becomes of a thread afterwards holds, too: settled, paged, refreshed, cut", () => {
  for (const seed of SEEDS) {
    const state = play(hostileEvents(seed, EVENTS));
    const settled = settle(state);
    expect(settle(settled)).toBe(settled);
    const page = parsePage({ data: hostileItems(seed + 1000, 20), has_more: "yes", after: {} }, parseItem);
    for (const result of [
      settled,
      prependPage(state, page),
      refreshThread(state, play(hostileEvents(seed + 1, 10))),
      cutAfter(state, state.items.at(0)?.id ?? "nobody"),
    ]) {
      check(result);
    }
  }
});

describe("what is huge", () => {
  test("widgets in widgets without end are not drawn, and updating one is no error", () => {
    for (const depth of [500, 5_000, 50_000]) {
      const deep = JSON.parse(`${'{"type":"Box","children":['.repeat(depth)}null${"]}".repeat(depth)}`);
      const shown = play([
        events.added(items.widget({ type: "Card", children: [{ type: "Box", id: "x" }] })),
      ]);
      for (const event of [
        events.added(items.widget(deep)),
        events.update("wid_1", { type: "widget.root.updated", widget: deep }),
        events.update("wid_1", { type: "widget.component.updated", component_id: "x", component: deep }),
        events.update("wid_1", { type: "widget.streaming_text.value_delta", component_id: "x", delta: "d" }),
      ]) {
        expect(applyEvent(shown, event).items).toMatchObject([{ widget: { type: "Card" } }]);
      }
    }
  });

  test("nor can updates put them together bit by bit", () => {
    let state = play([
      events.added(items.widget({ type: "Card", children: [{ type: "Text", id: "leaf" }] })),
    ]);
    for (let step = 0; step < 100; step++) {
      const component = nested(40);
      state = applyEvent(
        state,
        events.update("wid_1", { type: "widget.component.updated", component_id: "leaf", component }),
      );
    }
    expect(JSON.stringify(state).length).toBeLessThan(20_000);
  });

  test("an ordinary depth is no matter", () => {
    const state = play([events.added(items.widget({ type: "Card", children: [nested(30)] }))]);
    const piece = { type: "widget.streaming_text.value_delta", component_id: "leaf", delta: "y" };
    expect(JSON.stringify(applyEvent(state, events.update("wid_1", piece)))).toContain('"xy"');
  });

  test("20,000 deltas, 2,000 items and 2,000 notices are applied in seconds, and only the last notices are kept", () => {
    let state = play([events.added(items.assistant(""))]);
    for (let count = 0; count < 20_000; count++) state = applyEvent(state, events.delta("msg_a", "word "));
    for (let count = 0; count < 2_000; count++) state = applyEvent(state, events.user("hi", `u${count}`));
    for (let count = 0; count < 2_000; count++)
      state = applyEvent(state, { type: "notice", message: `${count}` });
    expect(state.items).toHaveLength(2_001);
    expect(state.notices.length).toBeLessThanOrEqual(20);
    expect(state.notices.at(-1)?.message).toBe("1999");
  });
});
