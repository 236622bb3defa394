/** Properties of single components that are easily forgotten. */
import { h, render } from "preact";
import { afterEach, expect, test } from "vitest";
import type { WidgetNode } from "../protocol/types.ts";
import { button, find, mountElement, type } from "../testing/element.ts";
import { events, FakeServer, items, json, LiveStream, settled, stream, thread } from "../testing/server.ts";
import { Node } from "./Node.tsx";

afterEach(async () => {
  document.body.replaceChildren();
  await settled(2);
});

async function show(...children: object[]) {
  const widget = { type: "Card", asForm: true, children, confirm: { label: "Go", action: { type: "go" } } };
  const server = new FakeServer((request) =>
    request.type === "threads.get_by_id"
      ? json({ ...thread(), items: { data: [items.widget(widget)], has_more: false } })
      : stream([]),
  );
  const { root } = await mountElement({
    api: { url: "/chatkit", domainKey: "x", fetch: server.fetch },
    locale: "en",
    initialThread: "thr_1",
  });
  return { root, server };
}

test("a label names its field; without one the placeholder or the name does", async () => {
  const { root } = await show(
    { type: "Label", value: "E-mail address", fieldName: "mail" },
    { type: "Input", name: "mail", placeholder: "ann@example.com" },
    { type: "Input", name: "due_date" },
    { type: "Label", value: "Lists", fieldName: "list" },
    { type: "RadioGroup", name: "list", options: [{ value: "a", label: "A" }] },
  );
  const labelled = find<HTMLInputElement>(root, "input[name=mail]");
  expect(labelled.hasAttribute("aria-label")).toBe(false);
  expect(find<HTMLLabelElement>(root, "label").htmlFor).toBe(labelled.id);
  expect(find(root, "input[name=due_date]").getAttribute("aria-label")).toBe("due date");
  const by = find(root, "[role=radiogroup]").getAttribute("aria-labelledby");
  expect(find(root, `[id="${by}"]`).textContent).toBe("Lists");
});

test("a date can be cleared when it says so", async () => {
  const { root } = await show({
    type: "DatePicker",
    name: "due",
    defaultValue: "2026-11-30T10:00:00Z",
    clearable: true,
  });
  const field = find<HTMLInputElement>(root, "input[type=date]");
  expect(field.value).toBe("2026-11-30");
  button(root, "Remove: due").click();
  await settled();
  expect(field.value).toBe("");
  expect(root.querySelector(".clearable button")).toBeNull();
});

test("a text can be changed in place, and goes with the form", async () => {
  const { root, server } = await show({
    type: "Text",
    value: "Groceries",
    editable: { name: "task.title", pattern: "[A-Z].*", autoComplete: "off", required: true },
  });
  const field = find<HTMLInputElement>(root, "input[name='task.title']");
  expect([field.value, field.pattern, field.required]).toEqual(["Groceries", "[A-Z].*", true]);
  type(field, "Plumber");
  find<HTMLFormElement>(root, "form.card").dispatchEvent(
    new Event("submit", { cancelable: true, bubbles: true }),
  );
  await settled();
  expect(server.requests.at(-1)?.params.action).toEqual({
    type: "go",
    payload: { task: { title: "Plumber" } },
  });
});

test("a text area keeps to its pattern, also to one that is none", async () => {
  const { root } = await show(
    { type: "Textarea", name: "code", pattern: "\\d+" },
    { type: "Textarea", name: "broken", pattern: "(" },
  );
  const field = find<HTMLTextAreaElement>(root, "textarea[name=code]");
  type(field, "12a");
  expect(field.validity.customError).toBe(true);
  type(field, "12");
  expect(field.validity.customError).toBe(false);
  expect(find<HTMLTextAreaElement>(root, "textarea[name=broken]").checkValidity()).toBe(true);
});

test("a field that asks for the focus gets it, but not from someone who is writing", async () => {
  const host = document.createElement("input");
  document.body.append(host);
  host.focus();
  await show({ type: "Input", name: "a", autoFocus: true });
  expect(document.activeElement).toBe(host);
  document.body.replaceChildren();
  const { root } = await show({ type: "Input", name: "a", autoFocus: true });
  expect(root.activeElement?.getAttribute("name")).toBe("a");
});

test("an option's description stands beside its label", async () => {
  const { root } = await show({
    type: "Select",
    name: "s",
    options: [{ value: "a", label: "Work", description: "Shared" }],
  });
  expect(find(root, "option[value=a]").textContent).toBe("Work · Shared");
});

test("pictures lie where they are told, icons are as large; a status shows only a picture of its own", async () => {
  const own = "data:image/png;base64,iVBORw0KGgo=";
  const { root } = await show(
    { type: "Image", src: own, fit: "contain", position: "top left", flush: true, background: "surface" },
    { type: "Button", label: "x", iconStart: "star", iconSize: "2xl" },
    { type: "ListView", children: [], status: { text: "s", favicon: own, frame: true } },
    { type: "ListView", children: [], status: { text: "s", favicon: "https://evil.example/f.ico" } },
    { type: "Table", children: [{ type: "Table.Row", children: [{ type: "Table.Cell", colSize: "md" }] }] },
  );
  const image = find<HTMLImageElement>(root, "img.w-image");
  expect([image.style.objectFit, image.style.objectPosition]).toEqual(["contain", "top left"]);
  expect(image.classList.contains("flush")).toBe(true);
  expect(find<HTMLElement>(root, ".card .button .icon").style.width).toBe("28px");
  expect(root.querySelectorAll("img.favicon.framed")).toHaveLength(1);
  expect(find(root, ".widget").innerHTML).not.toContain("evil");
  expect(find(root, "td").style.minWidth).toBe("120px");
});

test("a streaming text grows: what stands is left alone, what comes fades in, and at the end it is one text", async () => {
  let live: LiveStream | null = null;
  const server = new FakeServer((request) => {
    live = new LiveStream(request);
    return live.response;
  });
  const { element, root } = await mountElement({
    api: { url: "/chatkit", domainKey: "x", fetch: server.fetch },
    locale: "en",
  });
  void element.sendUserMessage({ text: "hi" });
  await settled();
  const reply = live as unknown as LiveStream;
  const words = { type: "Text", id: "words", value: "", streaming: true };
  const rows = [words, { type: "Caption", value: "beside" }];
  const piece = (delta: string, done = false) =>
    events.update("wid_1", {
      type: "widget.streaming_text.value_delta",
      component_id: "words",
      delta,
      done,
    });
  await reply.send(
    events.created(),
    events.user("hi"),
    events.added(items.widget({ type: "Card", children: rows })),
  );
  const text = find(root, ".w-text");
  const beside = find(root, ".w-caption").firstChild;
  await reply.send(piece("Wa"));
  const first = find(text, ".arriving");
  await reply.send(piece("ter"));
  expect(text.textContent).toBe("Water");
  expect([...text.querySelectorAll(".arriving")].map((node) => node.textContent)).toEqual(["Wa", "ter"]);
  expect(text.querySelector(".arriving")).toBe(first);
  for (let count = 0; count < 20; count++) await reply.send(piece("."));
  expect(text.querySelectorAll(".arriving").length).toBeLessThan(10);
  await reply.send(piece("!", true));
  expect(text.innerHTML).toBe(`Water${".".repeat(20)}!`);
  expect(find(root, ".w-text")).toBe(text);
  expect(find(root, ".w-caption").firstChild).toBe(beside);
  await reply.close();
});

test("a component that did not change is not drawn again when another one does", async () => {
  let drawn = 0;
  const probe = {
    type: "Text",
    get value() {
      drawn += 1;
      return "still";
    },
  };
  const changing = (value: string) => ({ type: "Text", id: "t", value });
  const view = (node: object) => h(Node, { node: node as WidgetNode });
  const box = document.createElement("div");
  render(view({ type: "Col", children: [changing("a"), probe] }), box);
  const before = drawn;
  render(view({ type: "Col", children: [changing("b"), probe] }), box);
  expect(box.textContent).toBe("bstill");
  expect(drawn).toBe(before);
});
