/**
 * Streams that no server should send, made by a seed: every event, update, item and widget of the protocol, with
 * fields of the wrong kind, in any order, repeated and left out. The same seed makes the same stream.
 */

export type Random = () => number;

/** Mulberry32. */
export function randomOf(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

export function pickOf<T>(random: Random, from: readonly T[]): T {
  return from[Math.floor(random() * from.length)] as T;
}

/** Children in children, as many as `depth`. */
export function nested(depth: number, leaf: object = { type: "Text", id: "leaf", value: "x" }): object {
  let node: object = leaf;
  for (let level = 0; level < depth; level++) node = { type: "Box", children: [node] };
  return node;
}

/** Whatever JSON can hold where something else is expected. */
const WRONG: readonly string[] = [
  "null",
  "true",
  "-1",
  "0.5",
  "1e308",
  "999",
  '""',
  '"__proto__"',
  '"constructor"',
  JSON.stringify("\u0000\ud800‮"),
  '"<img src=x onerror=alert(1)>"',
  '"javascript:alert(1)"',
  JSON.stringify("# x\n\n- [a](b) `".repeat(300)),
  "[]",
  "{}",
  "[null, 1, [[]], {}]",
  '{"toString": 1, "valueOf": 2, "length": 1e9, "type": "Text"}',
  '{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}',
  '{"type": "Card", "children": {"type": "Box", "children": {}}}',
];

const IDS = ["a", "b", "c", "__proto__"];

const SOURCES = [
  { type: "url", title: "T", url: "https://a.example/x", attribution: "A", group: "G", timestamp: "now" },
  { type: "file", title: "F", filename: "f.pdf" },
  {
    type: "entity",
    id: "e",
    title: "E",
    inline_label: "e",
    icon: "user",
    interactive: true,
    data: { k: "v" },
  },
];

const TASKS = [
  { type: "custom", title: "One", icon: "bolt", content: "**x**", status_indicator: "loading" },
  { type: "web_search", title_query: "q", queries: ["q"], sources: SOURCES },
  { type: "thought", content: "hm" },
];

const LEAVES = [
  {
    type: "Text",
    id: "t",
    value: "words",
    streaming: true,
    color: { light: "red", dark: "blue" },
    maxLines: 2,
  },
  { type: "Markdown", id: "m", value: "**x", streaming: true },
  { type: "Title", value: "Title", size: "lg" },
  { type: "Caption", value: "c" },
  { type: "Badge", id: "x", label: "b", color: "success" },
  { type: "Button", label: "Go", onClickAction: { type: "go", payload: { a: 1 } }, iconStart: "bolt" },
  { type: "Checkbox", name: "a.b", label: "c", defaultChecked: true, onChangeAction: { type: "c" } },
  { type: "Select", name: "s", options: [{ label: "l", value: "v" }], defaultValue: "v" },
  { type: "RadioGroup", name: "r", options: [{ label: "l", value: "v" }] },
  { type: "DatePicker", name: "d", defaultValue: "2026-01-01", min: "2025-01-01" },
  { type: "Input", name: "i", inputType: "email", placeholder: "p" },
  { type: "Textarea", name: "ta", rows: 2, maxRows: 4, autoResize: true },
  { type: "Label", value: "L", fieldName: "i" },
  { type: "Image", src: "https://a.example/x.png", alt: "i", size: 20 },
  { type: "Icon", name: "lucide:zap" },
  { type: "Divider", spacing: 2 },
  { type: "Spacer", minSize: 4 },
  { type: "Hologram", children: [] },
];

function widgetOf(random: Random): object {
  const leaves = () => [pickOf(random, LEAVES), pickOf(random, LEAVES)];
  const inner = pickOf(random, [
    { type: "Row", gap: 2, children: leaves() },
    { type: "Col", padding: { x: 2 }, border: { size: 1 }, children: leaves() },
    { type: "Form", onSubmitAction: { type: "f" }, children: leaves() },
    { type: "Transition", children: leaves()[0] },
    {
      type: "Table",
      columns: 2,
      children: [{ type: "Table.Row", children: [{ type: "Table.Cell", children: leaves() }] }],
    },
    { type: "Box", background: "red", width: "50%", children: leaves() },
  ]);
  return pickOf<object>(random, [
    {
      type: "Card",
      children: [inner, ...leaves()],
      confirm: { label: "y", action: { type: "y" } },
      status: { text: "s" },
    },
    {
      type: "ListView",
      limit: 1,
      children: [{ type: "ListViewItem", onClickAction: { type: "o" }, children: [inner] }],
    },
    { type: "Basic", children: [inner] },
  ]);
}

function itemOf(random: Random): object {
  const base = { id: pickOf(random, IDS), thread_id: "thr_1", created_at: "2026-01-02T03:04:05Z" };
  const annotations = [
    { type: "annotation", index: Math.floor(random() * 9), source: pickOf(random, SOURCES) },
  ];
  return pickOf<object>(random, [
    {
      ...base,
      type: "user_message",
      content: [
        { type: "input_text", text: "hi" },
        { type: "input_tag", id: "t", text: "T", data: { k: "v" }, interactive: true },
      ],
      attachments: [
        { id: "f", type: "image", name: "n", mime_type: "image/png", preview_url: "https://a.example/p" },
      ],
      quoted_text: "q",
    },
    {
      ...base,
      type: "assistant_message",
      content: [{ type: "output_text", text: "a **b** c", annotations }],
    },
    {
      ...base,
      type: "client_tool_call",
      status: "completed",
      call_id: "c",
      name: "n",
      arguments: { a: 1 },
      output: [1],
    },
    { ...base, type: "widget", widget: widgetOf(random), copy_text: "c" },
    {
      ...base,
      type: "workflow",
      workflow: { type: "reasoning", tasks: TASKS, summary: { duration: 5 }, expanded: true },
    },
    { ...base, type: "workflow", workflow: { type: "custom", tasks: TASKS, summary: null, expanded: true } },
    { ...base, type: "task", task: pickOf(random, TASKS) },
    { ...base, type: "generated_image", image: { id: "i", url: "data:image/png;base64,AAAA" } },
    {
      ...base,
      type: "structured_input",
      status: pickOf(random, ["pending", "answered"]),
      inputs: [
        { type: "multiple_choice", id: "q", question: "?", options: [{ value: "v" }], multiple: true },
        { type: "freeform", id: "w", question: "?", answer: { values: ["a"], skipped: false } },
      ],
    },
    { ...base, type: "end_of_turn" },
  ]);
}

function updateOf(random: Random): object {
  const content = { type: "output_text", text: "t", annotations: [] };
  const content_index = Math.floor(random() * 3);
  const component_id = pickOf(random, ["t", "m", "x", "none"]);
  return pickOf<object>(random, [
    { type: "assistant_message.content_part.added", content_index, content },
    { type: "assistant_message.content_part.text_delta", content_index, delta: "more **of" },
    {
      type: "assistant_message.content_part.annotation_added",
      content_index,
      annotation_index: Math.floor(random() * 3),
      annotation: { type: "annotation", source: pickOf(random, SOURCES), index: 2 },
    },
    { type: "assistant_message.content_part.done", content_index, content },
    { type: "widget.streaming_text.value_delta", component_id, delta: "d", done: random() < 0.3 },
    { type: "widget.component.updated", component_id, component: pickOf(random, LEAVES) },
    { type: "widget.root.updated", widget: widgetOf(random) },
    { type: "workflow.task.added", task_index: Math.floor(random() * 5), task: pickOf(random, TASKS) },
    { type: "workflow.task.updated", task_index: Math.floor(random() * 5), task: pickOf(random, TASKS) },
    { type: "generated_image.updated", image: { id: "i", url: "data:image/png;base64,AAAA" }, progress: 0.5 },
  ]);
}

function eventOf(random: Random): object {
  const thread = {
    id: "thr_1",
    title: "T",
    created_at: "x",
    status: { type: "active" },
    allowed_image_domains: ["a.example"],
  };
  const item = () => ({
    type: pickOf(random, ["thread.item.added", "thread.item.done", "thread.item.replaced"]),
    item: itemOf(random),
  });
  const update = () => ({
    type: "thread.item.updated",
    item_id: pickOf(random, IDS),
    update: updateOf(random),
  });
  return pickOf<() => object>(random, [
    item,
    item,
    item,
    update,
    update,
    update,
    update,
    () => ({ type: pickOf(random, ["thread.created", "thread.updated"]), thread }),
    () => ({ type: "thread.item.removed", item_id: pickOf(random, IDS) }),
    () => ({ type: "stream_options", stream_options: { allow_cancel: random() < 0.5 } }),
    () => ({ type: "progress_update", text: "p", icon: "bolt" }),
    () => ({ type: "notice", level: "warning", title: "n", message: "**m**" }),
    () => ({ type: "client_effect", name: "e", data: { a: 1 } }),
    () => ({ type: "thread.hologram", item: itemOf(random) }),
  ])();
}

/** Some of its fields, at any depth, are something else. */
function spoil(value: unknown, random: Random, share: number): unknown {
  if (random() < share) return JSON.parse(pickOf(random, WRONG));
  if (Array.isArray(value)) return value.map((entry) => spoil(entry, random, share));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(() => random() >= share / 4);
  return Object.fromEntries(entries.map(([name, entry]) => [name, spoil(entry, random, share)]));
}

/** `share`: of the fields that are spoilt. */
export function hostileEvents(seed: number, count: number, share = 0.04): unknown[] {
  const random = randomOf(seed);
  const events: unknown[] = [];
  while (events.length < count) {
    const again = events.length > 0 && random() < 0.1;
    events.push(again ? pickOf(random, events) : spoil(eventOf(random), random, share));
  }
  return events;
}

export function hostileItems(seed: number, count: number, share = 0.04): unknown[] {
  const random = randomOf(seed);
  return Array.from({ length: count }, () => spoil(itemOf(random), random, share));
}
