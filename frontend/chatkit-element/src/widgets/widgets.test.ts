import { afterEach, describe, expect, test, vi } from "vitest";
import { button, find, mountElement, type } from "../testing/element.ts";
import {
  events,
  FakeServer,
  items,
  json,
  type SeenRequest,
  settled,
  stream,
  thread,
} from "../testing/server.ts";
import { readAction, withValues, wordsOf } from "./payload.ts";
import { border, boxStyle, color, length, space, textStyle } from "./style.ts";

afterEach(async () => {
  document.body.replaceChildren();
  await settled(2);
});

type Answer = (request: SeenRequest) => Response | Promise<Response>;

function show(widget: object, answer: Answer = () => stream([]), options: object = {}) {
  return showIn({}, widget, answer, options);
}

/** The same in a thread with other `fields`. */
async function showIn(
  fields: object,
  widget: object,
  answer: Answer = () => stream([]),
  options: object = {},
) {
  const server = new FakeServer((request) =>
    request.type === "threads.get_by_id"
      ? json({ ...thread("thr_1", fields), items: { data: [items.widget(widget)], has_more: false } })
      : answer(request),
  );
  const mounted = await mountElement({
    api: { url: "/chatkit", domainKey: "x", fetch: server.fetch },
    locale: "en",
    initialThread: "thr_1",
    ...options,
  });
  const sent = () => server.requests.slice(1);
  return { ...mounted, server, sent, widget: find(mounted.root, ".widget") };
}

const taskList = (done: boolean) => ({
  type: "ListView",
  children: [
    {
      type: "ListViewItem",
      key: "t1",
      children: [
        {
          type: "Row",
          children: [
            {
              type: "Checkbox",
              name: "completed",
              defaultChecked: done,
              onChangeAction: { type: "task.set_completed", payload: { task_id: "t1" }, handler: "server" },
            },
            { type: "Text", value: "Buy groceries", lineThrough: done },
            { type: "Badge", label: "high", color: "danger" },
          ],
        },
      ],
    },
  ],
});

function check(box: HTMLInputElement): void {
  box.checked = !box.checked;
  box.dispatchEvent(new Event("change", { bubbles: true }));
}

describe("the task list", () => {
  test("names its checkbox by the row's words, and sends the new state in the payload", async () => {
    const { widget, sent } = await show(taskList(false), () =>
      stream([events.replaced(items.widget(taskList(true)))]),
    );
    const box = find<HTMLInputElement>(widget, "input[type=checkbox]");
    expect(box.getAttribute("aria-label")).toBe("Buy groceries");
    check(box);
    await settled();
    expect(sent()).toMatchObject([
      {
        type: "threads.custom_action",
        params: {
          item_id: "wid_1",
          action: { type: "task.set_completed", payload: { task_id: "t1", completed: true } },
        },
      },
    ]);
    expect(box.checked).toBe(true);
    expect(find(widget, ".w-text").style.textDecoration).toBe("line-through");
  });

  test("takes the change back when the server refuses it, and says so", async () => {
    const { root, widget } = await show(taskList(false), () =>
      json({ detail: "Not now.", code: "state" }, 422),
    );
    const box = find<HTMLInputElement>(widget, "input[type=checkbox]");
    check(box);
    await settled();
    expect(box.checked).toBe(false);
    expect(find(root, ".failure").textContent).toContain("Not now.");
  });

  test("follows the server when it changes the task by itself", async () => {
    let done = false;
    const server = new FakeServer(() =>
      json({ ...thread(), items: { data: [items.widget(taskList(done))] } }),
    );
    const options = { api: { url: "/c", domainKey: "x", fetch: server.fetch }, initialThread: "thr_1" };
    const { element, root } = await mountElement(options);
    done = true;
    await element.fetchUpdates();
    await settled();
    expect(find<HTMLInputElement>(root, "input[type=checkbox]").checked).toBe(true);
  });

  test("shows so many rows and the rest on demand", async () => {
    const rows = Array.from({ length: 12 }, (_, index) => ({
      type: "ListViewItem",
      children: [{ type: "Text", value: `Row ${index}` }],
    }));
    const { widget } = await show({ type: "ListView", limit: 5, children: rows });
    expect(widget.querySelectorAll("li")).toHaveLength(5);
    button(widget, "Show 7 more").click();
    await settled();
    expect(widget.querySelectorAll("li")).toHaveLength(12);
  });
});

describe("actions", () => {
  test("of a card's buttons go to the server and the card is out of reach meanwhile", async () => {
    let answer: (response: Response) => void = () => {};
    const action = { type: "tasks.confirm", payload: { confirmation_id: "c1" } };
    const card = {
      type: "Card",
      children: [{ type: "Text", value: "Delete 2 tasks?" }],
      confirm: { label: "Delete", action },
      cancel: { label: "Keep", action: { type: "tasks.decline", payload: { confirmation_id: "c1" } } },
    };
    const { widget, sent } = await show(card, () => new Promise((resolve) => (answer = resolve)));
    button(widget, "Delete").click();
    await settled();
    expect(widget.classList.contains("busy")).toBe(true);
    expect(sent()[0]?.params.action).toEqual(action);
    answer(stream([]));
    await settled();
    expect(widget.classList.contains("busy")).toBe(false);
    button(widget, "Keep").click();
    await settled();
    expect(sent()[1]?.params.action).toMatchObject({ type: "tasks.decline" });
  });

  test("for the client go to the host only", async () => {
    const onAction = vi.fn(async () => {});
    const widget = {
      type: "Card",
      children: [
        {
          type: "Button",
          label: "Open",
          onClickAction: { type: "open", payload: { id: 1 }, handler: "client" },
        },
      ],
    };
    const shown = await show(widget, () => json({}), { widgets: { onAction } });
    button(shown.widget, "Open").click();
    await settled();
    expect(onAction).toHaveBeenCalledWith({ type: "open", payload: { id: 1 } }, { id: "wid_1", widget });
    expect(shown.sent()).toEqual([]);
  });

  test("without streaming are one request with one answer", async () => {
    const button_ = { type: "Button", label: "Go", onClickAction: { type: "go", streaming: false } };
    const after = { type: "Card", children: [{ type: "Text", value: "Gone" }] };
    const shown = await show({ type: "Card", children: [button_] }, () =>
      json({ updated_item: items.widget(after) }),
    );
    button(shown.widget, "Go").click();
    await settled();
    expect(shown.sent()[0]?.type).toBe("threads.sync_custom_action");
    expect(shown.widget.textContent).toBe("Gone");
  });

  test("of a form carry what was entered", async () => {
    const form = {
      type: "Card",
      children: [
        {
          type: "Form",
          onSubmitAction: { type: "save", payload: { id: 7, task: { kept: true } } },
          children: [
            { type: "Label", value: "Title", fieldName: "task.title" },
            { type: "Input", name: "task.title", defaultValue: "Old" },
            { type: "Textarea", name: "note" },
            { type: "Checkbox", name: "urgent", label: "Urgent", defaultChecked: true },
            {
              type: "RadioGroup",
              name: "size",
              options: [{ value: "s", label: "Small" }],
              defaultValue: "s",
            },
            { type: "Select", name: "list", options: [{ value: "h", label: "Home" }], defaultValue: "h" },
            { type: "DatePicker", name: "due", defaultValue: "2026-05-04T10:00:00Z" },
            { type: "Button", label: "Save", submit: true },
          ],
        },
      ],
    };
    const { widget, sent } = await show(form);
    const field = find<HTMLInputElement>(widget, "input[name='task.title']");
    expect(find<HTMLLabelElement>(widget, "label.w-label").htmlFor).toBe(field.id);
    type(field, "New");
    find<HTMLFormElement>(widget, "form").dispatchEvent(
      new Event("submit", { bubbles: true, cancelable: true }),
    );
    await settled();
    expect(sent()[0]?.params.action).toEqual({
      type: "save",
      payload: {
        id: 7,
        task: { kept: true, title: "New" },
        note: "",
        urgent: true,
        size: "s",
        list: "h",
        due: "2026-05-04",
      },
    });
  });

  test("of a row leave the controls in it their own clicks", async () => {
    const row = { ...taskList(false).children[0], onClickAction: { type: "open" } };
    const { widget, sent } = await show({ type: "ListView", children: [row] });
    button(widget, "Buy groceries").click();
    await settled();
    check(find<HTMLInputElement>(widget, "input"));
    await settled();
    expect(sent().map(({ params }) => (params.action as { type: string }).type)).toEqual([
      "open",
      "task.set_completed",
    ]);
  });
});

describe("hostile and unknown widgets", () => {
  test("load nothing, run nothing, lead nowhere", async () => {
    const evil = "https://evil.example/x.png";
    const { widget } = await show({
      type: "Card",
      background: `url(${evil})`,
      status: { text: "s", favicon: evil },
      children: [
        { type: "Image", src: evil, alt: "a" },
        { type: "Image", src: "javascript:alert(1)", alt: "b" },
        { type: "Image", src: "data:image/svg+xml;base64,PHN2Zz4=", alt: "c" },
        { type: "Markdown", value: `![x](${evil}) [y](javascript:alert(1))` },
        {
          type: "Box",
          background: `image-set("${evil}" 1x)`,
          width: "expression(alert(1))",
          padding: "1px;color:red",
        },
        { type: "Text", value: "<img src=x onerror=alert(1)>", color: `url(${evil})` },
        { type: "Icon", name: "__proto__" },
        { type: "Iframe", src: evil },
        { type: "constructor" },
        { type: "__proto__" },
        { type: "Chart", data: [] },
      ],
    });
    expect(widget.querySelector("img, iframe, script, object, embed")).toBeNull();
    expect(widget.innerHTML).not.toMatch(/url\(|image-set|expression|javascript:/);
    expect([...widget.querySelectorAll("a")].every((link) => link.protocol === "https:")).toBe(true);
  });

  test.each([
    [{ type: "Nothing" }],
    [{ type: "Card" }],
    [{ type: "Card", children: "text" }],
    [{ type: "ListView", children: [null, 1, { type: "Text" }, []] }],
    [{ type: "Select", options: { a: 1 }, name: 5 }],
    [{ type: "Table", children: [{ type: "Table.Row", children: [{ type: "Table.Cell", colSpan: 1e9 }] }] }],
    [{ type: "Transition", children: { type: "Text", value: "x" } }],
  ])("%j draws without failing", async (widget) => {
    const { widget: node } = await show(widget);
    expect(node).toBeTruthy();
  });
});

describe("payloads", () => {
  test("take values by name, and by path", () => {
    expect(withValues({ type: "a", payload: { x: 1, t: { k: 2 } } }, { "t.title": "n", done: true })).toEqual(
      {
        type: "a",
        payload: { x: 1, t: { k: 2, title: "n" }, done: true },
      },
    );
    expect(withValues({ type: "a" }, {})).toEqual({ type: "a" });
  });

  test("cannot reach a prototype", () => {
    withValues({ type: "a" }, { "__proto__.polluted": 1, "a.constructor.b": 1, __proto__: 1 });
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test("actions are read with their defaults", () => {
    expect(readAction({ type: "a" })).toEqual({
      action: { type: "a" },
      handler: "server",
      loading: "auto",
      streaming: true,
    });
    expect(readAction({ type: 5 })).toBeNull();
    expect(readAction(null)).toBeNull();
  });

  test("words of a row are its first text", () => {
    expect(
      wordsOf({
        type: "Row",
        children: [{ type: "Icon" }, { type: "Col", children: [{ type: "Text", value: "W" }] }],
      }),
    ).toBe("W");
  });
});

describe("styles", () => {
  test("lengths and spaces", () => {
    expect([
      length(12),
      length("50%"),
      length("auto"),
      length("12"),
      length("calc(1px)"),
      length(null),
    ]).toEqual(["12px", "50%", "auto", "12px", undefined, undefined]);
    expect(space(3)).toBe("12px");
  });

  test("colours are tokens, primitives, pairs, or CSS colours", () => {
    expect(color("danger", "text")).toBe("var(--ck-danger)");
    expect(color("surface-secondary", "surface")).toBe("var(--ck-hover)");
    expect(color("red-500", "text")).toMatch(/^oklch\(/);
    expect(color({ light: "#fff", dark: "black" }, "text")).toBe("light-dark(#fff, black)");
    expect(color("rgb(1 2 3 / 50%)", "text")).toBe("rgb(1 2 3 / 50%)");
    for (const bad of ["url(x)", "var(--x)", "red;background:url(x)", "image(x)", 5, null]) {
      expect(color(bad, "text")).toBeUndefined();
    }
  });

  test("boxes and texts", () => {
    expect(
      boxStyle({ type: "Box", padding: { x: 2, top: 1 }, align: "center", justify: "between", gap: 2 }),
    ).toEqual({
      gap: "8px",
      alignItems: "center",
      justifyContent: "space-between",
      paddingTop: "4px",
      paddingLeft: "8px",
      paddingRight: "8px",
    });
    expect(border({ top: 1, x: { size: 2, style: "dashed", color: "strong" } })).toEqual({
      borderTop: "1px solid var(--ck-border)",
      borderLeft: "2px dashed var(--ck-border-strong)",
      borderRight: "2px dashed var(--ck-border-strong)",
    });
    expect(
      textStyle({ type: "Text", size: "sm", weight: "bold", italic: true, maxLines: 2 }, "text"),
    ).toEqual({
      fontSize: "0.875em",
      fontWeight: "700",
      fontStyle: "italic",
      "--lines": "2",
    });
  });
});

describe("a closed thread", () => {
  const card = {
    type: "Card",
    children: [taskList(false), { type: "Button", label: "Undo", onClickAction: { type: "task.undo" } }],
    confirm: { label: "Delete", action: { type: "task.delete" } },
    cancel: { label: "Keep", action: { type: "task.keep" } },
  };

  test("shows a widget's controls, none of which does anything", async () => {
    const { widget, sent } = await showIn({ status: { type: "closed", reason: "Read only." } }, card);
    const controls = [...widget.querySelectorAll<HTMLInputElement | HTMLButtonElement>("input, button")];
    expect(controls.map((control) => control.disabled)).toEqual([true, true, true, true]);
    for (const control of controls) control.click();
    await settled();
    expect(sent()).toEqual([]);
    expect(widget.textContent).toContain("Buy groceries");
    expect(widget.closest("[inert]")).toBeNull();
  });

  test("a row with an action is no button, and more rows can still be unfolded", async () => {
    const row = (id: number) => ({
      type: "ListViewItem",
      onClickAction: { type: "task.open" },
      children: [{ type: "Text", value: `Task ${id}` }],
    });
    const list = { type: "ListView", limit: 2, children: [row(1), row(2), row(3)] };
    const { widget } = await showIn({ status: { type: "closed" } }, list);
    expect(widget.querySelector(".row-button")).toBeNull();
    widget.querySelector<HTMLButtonElement>(".list-more")?.click();
    await settled();
    expect(widget.textContent).toContain("Task 3");
  });
});
