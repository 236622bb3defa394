/** The states that the gallery shows, by group and name. To add one: name it here. */
import type { ChatKitOptions, OpenAIChatKit } from "@openai/chatkit";
import { COMPOSER_SCENES } from "./composer-scenes.ts";
import { ITEMS } from "./items.ts";
import { item, type Pace, type ScriptServer } from "./script-server.ts";
import { WIDGETS } from "./widgets.ts";

export interface Scene {
  /** Sent when the element is ready. */
  message?: string;
  /** Makes the thread that is opened, and returns its id. */
  thread?: (server: ScriptServer) => string;
  options?: (options: ChatKitOptions) => ChatKitOptions;
  pace?: Partial<Pace>;
  /** Done when the element is ready and its message is answered. */
  after?: (element: OpenAIChatKit) => unknown;
  elements?: number;
}

const stored = (
  server: ScriptServer,
  items: Parameters<ScriptServer["addThread"]>[2],
  title = "A stored one",
) => server.addThread(title, 0, items).id;

export function longThread(count: number) {
  return Array.from({ length: count }, (_, index) =>
    index % 2 === 0
      ? item("user_message", { content: [{ type: "input_text", text: `Question ${index / 2 + 1}` }] })
      : item("assistant_message", {
          content: [{ type: "output_text", text: `Answer ${(index + 1) / 2}. ${"More words. ".repeat(12)}` }],
        }),
  );
}

const says = (message: string): Scene => ({ message });
const widget = (name: string): Scene => ({
  thread: (server) => stored(server, [item("widget", { widget: WIDGETS[name] })], name),
});

export const SCENES: Record<string, Record<string, Scene>> = {
  Start: {
    start: {},
    plain: {
      options: (options) => ({
        ...options,
        startScreen: {},
        disclaimer: undefined,
        history: { enabled: false },
      }),
    },
    "no-header": { options: (options) => ({ ...options, header: { enabled: false } }) },
    "no-server": {
      options: ({ api: _, ...options }) => options as ChatKitOptions,
      message: "Is anyone there?",
    },
    history: { after: (element) => element.showHistory() },
    two: { elements: 2 },
  },
  Conversation: {
    list: says("Show my tasks"),
    add: says("Create a task to buy groceries"),
    delete: says("Delete everything that is done"),
    long: says("Tell me something long"),
    streaming: { message: "Tell me something long", pace: { word: 100 } },
    tool: { message: "Create a task to buy groceries", pace: { tool: 60_000 } },
    progress: { message: "Make progress", pace: { tool: 60_000 } },
    notice: says("A notice please"),
    items: { thread: (server) => stored(server, ITEMS, "Every item") },
    stored: { thread: (server) => stored(server, longThread(60), "A long conversation") },
    locked: {
      thread: (server) => {
        const id = stored(server, ITEMS.slice(0, 5), "A locked one");
        server.lock(id, "This conversation was locked by its owner.");
        return id;
      },
    },
    gone: { thread: () => "thr_gone" },
  },
  Composer: Object.fromEntries(
    Object.entries(COMPOSER_SCENES).map(([name, { options, act }]): [string, Scene] => [
      name,
      {
        options: (plain) => ({ ...plain, ...options }),
        after: (element) => (element.shadowRoot ? act(element, element.shadowRoot) : undefined),
      },
    ]),
  ),
  Failures: {
    "fail-network": says("fail network"),
    "fail-401": says("fail 401"),
    "fail-403": says("fail 403"),
    "fail-404": says("fail 404"),
    "fail-409": says("fail 409"),
    "fail-429": says("fail 429"),
    "fail-500": says("fail 500"),
    "fail-html": says("fail html"),
    "fail-cut": says("fail cut"),
    "fail-event": says("fail event"),
  },
  Themes: {
    sharp: {
      message: "Show my tasks",
      options: (options) => ({
        ...options,
        theme: { ...themeOf(options), radius: "sharp", density: "compact" },
      }),
    },
    spacious: {
      message: "Show my tasks",
      options: (options) => ({
        ...options,
        theme: { ...themeOf(options), radius: "soft", density: "spacious" },
      }),
    },
    tinted: {
      message: "Show my tasks",
      options: (options) => ({
        ...options,
        theme: {
          ...themeOf(options),
          color: { grayscale: { hue: 150, tint: 9 }, accent: { primary: "#0f7b4f", level: 2 } },
          typography: { baseSize: 16, fontFamily: "Georgia, serif" },
        },
      }),
    },
  },
  Widgets: {
    widgets: {
      thread: (server) =>
        stored(
          server,
          Object.values(WIDGETS).map((one) => item("widget", { widget: one })),
          "All widgets",
        ),
    },
    ...Object.fromEntries(Object.keys(WIDGETS).map((name) => [`widget-${name}`, widget(name)])),
  },
};

function themeOf({ theme }: ChatKitOptions) {
  return typeof theme === "object" ? theme : {};
}

export function sceneNamed(name: string): Scene {
  for (const group of Object.values(SCENES)) {
    if (Object.hasOwn(group, name)) return group[name] ?? {};
  }
  return {};
}
