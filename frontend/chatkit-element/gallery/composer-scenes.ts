/** Scenes of what the composer has besides its text: the options of each, and what is done by hand to get there. */
import type { ChatKitOptions, Command, Entity, OpenAIChatKit } from "@openai/chatkit";

export interface Scene {
  options: Partial<ChatKitOptions>;
  /** What the user did, once the element is ready. */
  act: (element: OpenAIChatKit, root: ShadowRoot) => void | Promise<void>;
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const tools = [
  {
    id: "search",
    label: "Search the web",
    shortLabel: "Search",
    icon: "globe" as const,
    placeholderOverride: "Search for",
  },
  { id: "draw", label: "Draw a picture", icon: "images" as const },
  { id: "plan", label: "Plan the week", shortLabel: "Plan", icon: "calendar" as const, persistent: true },
  { id: "deep", label: "Think it through", shortLabel: "Think", icon: "lightbulb" as const, pinned: true },
];
const models = [
  { id: "small", label: "Quick", description: "For everyday questions", default: true },
  { id: "big", label: "Thorough", description: "Slower, for what is difficult" },
  { id: "huge", label: "Largest", description: "Not in your plan", disabled: true },
];
const attachments = {
  enabled: true,
  maxSize: 5 * 1024 * 1024,
  accept: { "image/*": [], "text/*": [".txt", ".md"] },
};

const THINGS: Entity[] = [
  {
    id: "u1",
    title: "Anna Lindqvist",
    icon: "user",
    group: "People",
    interactive: true,
    data: { role: "Accounts" },
  },
  { id: "u2", title: "Andrew O’Neill", icon: "user", group: "People", interactive: true },
  { id: "d1", title: "Annual plan", icon: "document", group: "Documents", interactive: true },
  {
    id: "d2",
    title: "Minutes of a meeting with a name that is much too long for one line",
    icon: "document",
    group: "Documents",
  },
];
const entities = {
  onTagSearch: async (query: string) => {
    await wait(80);
    return THINGS.filter(({ title }) => title.toLowerCase().includes(query.toLowerCase()));
  },
  showComposerMenu: true,
  onClick: (entity: Entity) => console.info("entity", entity),
  onRequestPreview: async (entity: Entity) => {
    await wait(80);
    const children = [
      { type: "Title", value: entity.title, size: "sm" },
      { type: "Text", value: `${entity.group ?? "Thing"}, as the page knows it.`, color: "secondary" },
    ];
    return { preview: { type: "Basic", children } as never };
  },
};

const FOUND: Command[] = [
  { id: "move", label: "Move to a list", description: "Then choose which", icon: "suitcase", group: "Tasks" },
  { id: "summary", label: "Insert a summary", icon: "notebook", group: "Tasks" },
  { id: "confetti", label: "Celebrate", icon: "confetti", group: "Page" },
];
const commands = {
  enabled: true,
  onSearch: async (query: string) =>
    FOUND.filter(({ label }) => label.toLowerCase().includes(query.trim().toLowerCase())),
  onSelect: async ({ id }: Command) => {
    if (id === "summary") return { type: "entity" as const, entity: { id: "s1", title: "Summary of today" } };
    if (id !== "move") return;
    const lists: Command[] = ["Home", "Work", "Garden"].map((label) => ({
      id: label,
      label,
      icon: "notebook",
    }));
    return { type: "menu" as const, commands: lists };
  },
};

const composer = {
  placeholder: "Ask about your tasks",
  attachments,
  tools,
  models,
  dictation: { enabled: true },
};

function typed(root: ShadowRoot, text: string): void {
  const field = root.querySelector("textarea");
  if (!field) return;
  field.focus();
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function pressed(root: ShadowRoot, name: string): void {
  root.querySelector<HTMLElement>(`[aria-label="${name}"]`)?.click();
}

/** A picture that is made here, since nothing is loaded from elsewhere. */
async function picture(name: string, hue: number): Promise<File> {
  const canvas = document.createElement("canvas");
  canvas.width = 480;
  canvas.height = 320;
  const context = canvas.getContext("2d");
  if (context) {
    const sky = context.createLinearGradient(0, 0, 0, 320);
    sky.addColorStop(0, `hsl(${hue} 70% 70%)`);
    sky.addColorStop(1, `hsl(${hue + 60} 70% 45%)`);
    context.fillStyle = sky;
    context.fillRect(0, 0, 480, 320);
  }
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve));
  return new File([blob ?? ""], name, { type: "image/png" });
}

export const COMPOSER_SCENES: Record<string, Scene> = {
  composer: { options: { composer, entities, commands }, act: () => {} },
  "composer-plain": {
    options: { composer: { placeholder: "Ask", attachments, dictation: { enabled: true } } },
    act: () => {},
  },
  tools: { options: { composer, entities }, act: (_element, root) => pressed(root, "Add files and more") },
  "tool-chosen": {
    options: { composer },
    act: (element) => element.setComposerValue({ text: "the opening hours", selectedToolId: "search" }),
  },
  models: { options: { composer }, act: (_element, root) => pressed(root, "Model: Quick") },
  files: {
    options: { composer },
    act: async (element) => {
      const files = [
        await picture("harbour at dusk.png", 200),
        new File(["# Minutes"], "minutes of the last meeting, corrected.md", { type: "text/markdown" }),
        new File(["x"], "slow.txt", { type: "text/plain" }),
        new File(["x"], "fails.txt", { type: "text/plain" }),
        new File(["x"], "program.exe", { type: "application/x-msdownload" }),
      ];
      await element.setComposerValue({ text: "What is in these?", files });
    },
  },
  "files-sent": {
    options: { composer },
    act: async (element, root) => {
      const files = [
        await picture("harbour.png", 200),
        await picture("hills.png", 90),
        new File(["# Minutes"], "minutes of the last meeting, corrected.md", { type: "text/markdown" }),
      ];
      await element.setComposerValue({ text: "What is in these?", files });
      await wait(900);
      pressed(root, "Send message");
    },
  },
  mention: { options: { composer, entities }, act: (_element, root) => typed(root, "Ask @an") },
  "mention-nothing": { options: { entities }, act: (_element, root) => typed(root, "Ask @zzz") },
  tagged: {
    options: { composer, entities },
    act: (element) =>
      element.setComposerValue({
        content: [
          { type: "input_text", text: "Ask " },
          { type: "input_tag", id: "u1", text: "Anna Lindqvist" },
          { type: "input_text", text: " whether the " },
          { type: "input_tag", id: "d1", text: "Annual plan" },
          { type: "input_text", text: " may be sent to the others today, and by when she needs the figures" },
        ],
      }),
  },
  preview: {
    options: { composer, entities },
    act: async (element, root) => {
      const tag = {
        type: "input_tag" as const,
        id: "u1",
        text: "Anna Lindqvist",
        group: "People",
        interactive: true,
      };
      await element.sendUserMessage({
        content: [{ type: "input_text", text: "Ask " }, tag, { type: "input_text", text: " to call back." }],
      });
      root.querySelector<HTMLElement>("button.tag")?.focus();
    },
  },
  commands: { options: { composer, entities, commands }, act: (_element, root) => typed(root, "/") },
  dictation: {
    options: { composer },
    act: (_element, root) => {
      Reflect.deleteProperty(navigator.mediaDevices, "getUserMedia"); // the next scene's
      pressed(root, "Dictate");
    },
  },
  "dictation-refused": {
    options: { composer },
    act: (_element, root) => {
      navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException("no", "NotAllowedError"));
      pressed(root, "Dictate");
    },
  },
  "own-actions": {
    options: {
      composer,
      threadItemActions: {
        feedback: true,
        retry: true,
        actions: [{ id: "keep", label: "Keep as a note", icon: "notebook", onClick: console.info }],
      } as ChatKitOptions["threadItemActions"],
    },
    act: (element) => element.sendUserMessage({ text: "Tell me something" }),
  },
  "auto-height": { options: { composer: { placeholder: "Ask" } }, act: () => {} },
};
