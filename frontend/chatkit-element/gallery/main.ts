/** Every state of the element by one address each: `?scene=list&theme=dark&bare`. For looking, and for screenshots. */
import "../src/define.ts";
import { COMPOSER_SCENES } from "./composer-scenes.ts";
import { item, ScriptServer, SHOWCASE } from "./script-server.ts";

const query = new URLSearchParams(location.search);
const scene = query.get("scene") ?? "start";
const theme = query.get("theme") === "dark" ? "dark" : "light";
const bare = query.has("bare");
document.documentElement.classList.add(`scene-${scene}`);
document.documentElement.classList.toggle("dark", theme === "dark");
document.documentElement.classList.toggle("bare", bare);

const slow = scene === "streaming" || scene === "tool";
const server = new ScriptServer({
  word: slow ? 100 : Number(query.get("word") ?? 8),
  tool: scene === "tool" ? 60_000 : 300,
});

const MESSAGES: Record<string, string> = {
  list: "Show my tasks",
  add: "Create a task to buy groceries",
  tool: "Create a task to buy groceries",
  delete: "Delete everything that is done",
  long: "Tell me something long",
  progress: "Make progress",
  notice: "A notice please",
  "fail-network": "fail network",
  "fail-404": "fail 404",
  "fail-401": "fail 401",
  "fail-403": "fail 403",
  "fail-409": "fail 409",
  "fail-429": "fail 429",
  "fail-500": "fail 500",
  "fail-html": "fail html",
  "fail-cut": "fail cut",
  "fail-event": "fail event",
};
const SCENES = [
  "start",
  "streaming",
  "history",
  "stored",
  "gone",
  "widgets",
  "two",
  ...Object.keys(MESSAGES),
  ...Object.keys(COMPOSER_SCENES),
];

const nav = document.getElementById("scenes");
for (const name of SCENES) {
  const link = document.createElement("a");
  link.href = `?scene=${name}&theme=${theme}`;
  link.textContent = name;
  nav?.append(link);
}

const titles = [
  "Groceries and other errands",
  "A very long title of a conversation that has to be cut off somewhere",
  "Plans for Friday",
  null,
];
for (const [index, title] of titles.entries()) server.addThread(title, index * 2 + 0.01, []);
const stored = server.addThread("A long conversation", 0, storedItems());

function storedItems() {
  return Array.from({ length: 60 }, (_, index) =>
    index % 2 === 0
      ? item("user_message", { content: [{ type: "input_text", text: `Question ${index / 2 + 1}` }] })
      : item("assistant_message", {
          content: [{ type: "output_text", text: `Answer ${(index + 1) / 2}. ${"More words. ".repeat(12)}` }],
        }),
  );
}

function options(initialThread: string | null) {
  return {
    api: { url: "/chatkit", domainKey: "local", fetch: server.fetch },
    theme: {
      colorScheme: theme as "light" | "dark",
      color: { accent: { primary: theme === "dark" ? "#7aa2ff" : "#3056d3", level: 1 as const } },
      ...(query.has("radius") ? { radius: query.get("radius") as "sharp" } : {}),
      ...(query.has("density") ? { density: query.get("density") as "compact" } : {}),
    },
    initialThread,
    header: { rightAction: { icon: "close" as const, onClick: () => {} } },
    startScreen: {
      greeting: "What should we get done today?",
      prompts: [
        { label: "Show my tasks", prompt: "Show my tasks", icon: "notebook" as const },
        { label: "What is due today?", prompt: "What's due today?", icon: "calendar" as const },
        {
          label: "Create a task to buy groceries",
          prompt: "Create a task to buy groceries",
          icon: "plus" as const,
        },
      ],
    },
    composer: { placeholder: "Ask about your tasks" },
    disclaimer: { text: "Answers come from the built-in assistant, without a model." },
    threadItemActions: { feedback: true, retry: true },
    ...COMPOSER_SCENES[scene]?.options,
  };
}

const stage = document.getElementById("stage");
const elements = Array.from({ length: scene === "two" ? 2 : 1 }, () => {
  const element = document.createElement("openai-chatkit");
  const first =
    scene === "stored" ? stored.id : scene === "gone" ? "thr_gone" : scene === "widgets" ? widgets() : null;
  element.setOptions(options(first));
  for (const name of ["error", "thread.change", "response.start", "response.end", "ready"]) {
    element.addEventListener(`chatkit.${name}`, (event) => console.info(name, (event as CustomEvent).detail));
  }
  stage?.append(element);
  return element;
});

elements[0]?.addEventListener("chatkit.ready", async () => {
  const [element] = elements;
  if (element?.shadowRoot) await COMPOSER_SCENES[scene]?.act(element, element.shadowRoot);
  const message = scene === "streaming" ? "Tell me something long" : MESSAGES[scene];
  if (message) await element?.sendUserMessage({ text: message }).catch(() => {});
  if (scene === "history") await element?.showHistory();
});

function widgets(): string {
  const action = { type: "noop", payload: {} };
  const card = {
    type: "Card",
    asForm: true,
    status: { text: "Draft", icon: "write" },
    children: [
      { type: "Title", value: "Everything at once" },
      { type: "Caption", value: "Controls and texts of a card" },
      { type: "Label", value: "Name", fieldName: "name" },
      { type: "Input", name: "name", placeholder: "Your name", required: true },
      { type: "Textarea", name: "note", placeholder: "A note" },
      {
        type: "Select",
        name: "priority",
        placeholder: "Priority",
        options: [
          { value: "h", label: "High" },
          { value: "l", label: "Low" },
        ],
      },
      { type: "DatePicker", name: "due" },
      {
        type: "RadioGroup",
        name: "size",
        direction: "row",
        defaultValue: "s",
        options: [
          { value: "s", label: "Small" },
          { value: "l", label: "Large" },
        ],
      },
      { type: "Checkbox", name: "urgent", label: "Urgent", defaultChecked: true },
      { type: "Divider", flush: true },
      {
        type: "Row",
        wrap: "wrap",
        children: ["secondary", "success", "danger", "warning", "info", "discovery"].map((color) => ({
          type: "Badge",
          label: color,
          color,
        })),
      },
      {
        type: "Row",
        wrap: "wrap",
        children: [
          { type: "Button", label: "Primary", style: "primary", onClickAction: action },
          { type: "Button", label: "Second", onClickAction: action, iconStart: "star" },
          { type: "Button", label: "Danger", color: "danger", variant: "soft", onClickAction: action },
          { type: "Button", iconStart: "dots-horizontal", variant: "ghost", onClickAction: action },
        ],
      },
      {
        type: "Row",
        children: [
          { type: "Icon", name: "sparkle", color: "warning" },
          { type: "Text", value: "Left" },
          { type: "Spacer" },
          { type: "Text", value: "Right", color: { light: "#b00", dark: "#f99" } },
        ],
      },
      { type: "Image", src: "https://evil.example/x.png", alt: "A picture", height: 60 },
      { type: "Markdown", value: "Some **bold** words with `code`." },
      { type: "Nonsense", value: "never drawn" },
      {
        type: "Table",
        children: [
          {
            type: "Table.Row",
            header: true,
            children: [
              { type: "Table.Cell", children: [{ type: "Text", value: "What" }] },
              { type: "Table.Cell", children: [{ type: "Text", value: "Count" }] },
            ],
          },
          {
            type: "Table.Row",
            children: [
              { type: "Table.Cell", children: [{ type: "Text", value: "Open" }] },
              { type: "Table.Cell", children: [{ type: "Text", value: "3" }] },
            ],
          },
        ],
      },
    ],
    confirm: { label: "Save", action },
    cancel: { label: "Cancel", action },
  };
  const questions = [
    {
      id: "q1",
      type: "multiple_choice",
      question: "Which list?",
      options: [{ value: "Home" }, { value: "Work" }],
    },
    { id: "q2", type: "freeform", question: "Anything else?", description: "In a word or two." },
  ];
  return server.addThread("Widgets", 0, [
    item("user_message", { content: [{ type: "input_text", text: "Show me the widgets" }] }),
    item("widget", { widget: card }),
    item("widget", { widget: server.taskList() }),
    item("assistant_message", { content: [{ type: "output_text", text: SHOWCASE }] }),
    item("structured_input", { status: "pending", inputs: questions }),
  ]).id;
}
