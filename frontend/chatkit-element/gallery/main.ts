/**
 * Every state of the element by one address each: `?scene=list&theme=dark&locale=ar&width=320&bare`. For looking, for
 * screenshots, and for the tests in a browser. `?scene=options` is a form of all options, `?scene=benchmark` measures.
 * A new address in the same page changes the scene in place; only a new look leaves the scene as it stands.
 */
import "./gallery.css";
import type { ChatKitOptions, OpenAIChatKit, SupportedLocale } from "@openai/chatkit";
import { benchmark } from "./benchmark.ts";
import { playground } from "./playground.ts";
import { SCENES, type Scene, sceneNamed } from "./scenes.ts";
import { ScriptServer } from "./script-server.ts";

const BUILT = "../chatkit.js";

// Built, the gallery shows the file that pages load.
if (import.meta.env.DEV) await import("../src/define.ts");
else await import(/* @vite-ignore */ new URL(BUILT, import.meta.url).href);

/** Stored conversations, the oldest first: how many days ago, and about what. */
const TITLES: [number, string | null][] = [
  [6, null],
  [4, "Plans for Friday"],
  [2, "A very long title of a conversation that has to be cut off somewhere"],
  [0.01, "Groceries and other errands"],
];
const EVENTS = ["error", "thread.change", "response.start", "response.end", "ready"];

interface Look {
  theme: "light" | "dark";
  locale: SupportedLocale;
}

interface Shown {
  name: string;
  look: Look;
  scene: Scene;
  server: ScriptServer;
  thread: string | null;
  elements: OpenAIChatKit[];
}

const page = document.documentElement;
const nav = document.getElementById("scenes");
const stage = document.getElementById("stage");
let shown: Shown | null = null;

function optionsOf({ scene, server, thread, look: { theme, locale } }: Shown, index: number): ChatKitOptions {
  const plain: ChatKitOptions = {
    api: { url: "/chatkit", domainKey: "local", fetch: server.fetch },
    locale,
    ...(index > 0 ? { frameTitle: `Chat ${index + 1}` } : {}),
    theme: {
      colorScheme: theme,
      color: { accent: { primary: theme === "dark" ? "#7aa2ff" : "#3056d3", level: 1 } },
    },
    initialThread: thread,
    header: { rightAction: { icon: "close", onClick: () => {} } },
    startScreen: {
      greeting: "What should we get done today?",
      prompts: [
        { label: "Show my tasks", prompt: "Show my tasks", icon: "notebook" },
        { label: "What is due today?", prompt: "What's due today?", icon: "calendar" },
        { label: "Create a task to buy groceries", prompt: "Create a task to buy groceries", icon: "plus" },
      ],
    },
    composer: { placeholder: "Ask about your tasks" },
    disclaimer: { text: "Answers come from the built-in assistant, without a model." },
    threadItemActions: { feedback: true, retry: true },
  };
  return scene.options?.(plain) ?? plain;
}

function link(words: string, now: Record<string, string>, changes: Record<string, string>): HTMLElement {
  const anchor = document.createElement("a");
  anchor.href = `?${new URLSearchParams({ ...now, ...changes })}`;
  anchor.textContent = words;
  if (Object.entries(changes).every(([key, value]) => now[key] === value)) {
    anchor.setAttribute("aria-current", "page");
  }
  return anchor;
}

function group(title: string, links: HTMLElement[]): HTMLElement {
  const part = document.createElement("section");
  const heading = document.createElement("h2");
  heading.textContent = title;
  const list = document.createElement("ul");
  for (const one of links) {
    const entry = document.createElement("li");
    entry.append(one);
    list.append(entry);
  }
  part.append(heading, list);
  return part;
}

function listScenes(now: Record<string, string>): void {
  nav?.querySelectorAll("section").forEach((part) => {
    part.remove();
  });
  const to = (words: string, changes: Record<string, string>) => link(words, now, changes);
  nav?.append(
    group("Look", [
      to("light", { theme: "light" }),
      to("dark", { theme: "dark" }),
      to("left to right", { locale: "en" }),
      to("right to left", { locale: "ar" }),
    ]),
    group("All options", [to("options", { scene: "options" }), to("benchmark", { scene: "benchmark" })]),
    ...Object.entries(SCENES).map(([title, scenes]) =>
      group(
        title,
        Object.keys(scenes).map((one) => to(one, { scene: one })),
      ),
    ),
  );
}

function put(state: Shown, index: number, width: string | null): OpenAIChatKit {
  const element = document.createElement("openai-chatkit");
  if (width) element.style.width = `${Number(width)}px`;
  const options = optionsOf(state, index);
  element.setOptions(options);
  for (const event of EVENTS) {
    element.addEventListener(`chatkit.${event}`, (told) => console.info(event, (told as CustomEvent).detail));
  }
  if (state.name === "options") stage?.append(playground(options, (changed) => element.setOptions(changed)));
  stage?.append(element);
  return element;
}

async function play(
  { name, scene, server }: Shown,
  element: OpenAIChatKit,
  query: URLSearchParams,
): Promise<void> {
  if (scene.message) await element.sendUserMessage({ text: scene.message }).catch(() => {});
  await scene.after?.(element);
  if (!element.isConnected) return;
  // For those who wait for it.
  page.dataset.played = "";
  if (name !== "benchmark") return;
  const output = document.createElement("output");
  output.textContent = "Measuring…";
  stage?.prepend(output);
  const settings = { deltas: Number(query.get("deltas") ?? 5000), rate: Number(query.get("rate") ?? 200) };
  output.textContent = JSON.stringify(await benchmark(element, server, settings), null, 2);
  output.dataset.done = "";
}

function open(name: string, look: Look, query: URLSearchParams): Shown {
  // The tab keeps what was typed in another scene.
  sessionStorage.clear();
  delete page.dataset.played;
  stage?.replaceChildren();
  const scene = sceneNamed(name);
  const server = new ScriptServer({ word: Number(query.get("word") ?? 8), tool: 300, ...scene.pace });
  for (const [days, title] of TITLES) server.addThread(title, days, []);
  const thread = scene.thread?.(server) ?? null;
  const state: Shown = { name, look, scene, server, thread, elements: [] };
  state.elements = Array.from({ length: scene.elements ?? 1 }, (_, index) =>
    put(state, index, query.get("width")),
  );
  const [first] = state.elements;
  first?.addEventListener("chatkit.ready", () => void play(state, first, query));
  return state;
}

/** Shows what the address names. */
function follow(): void {
  const query = new URLSearchParams(location.search);
  const name = query.get("scene") ?? "start";
  const look: Look = {
    theme: query.get("theme") === "dark" ? "dark" : "light",
    locale: (query.get("locale") ?? "en") as SupportedLocale,
  };
  page.className = `scene-${name}`;
  page.classList.toggle("dark", look.theme === "dark");
  page.classList.toggle("bare", query.has("bare"));
  listScenes({ scene: name, ...look });
  const other = shown?.look.theme !== look.theme || shown?.look.locale !== look.locale;
  // The form of all options has a look of its own.
  if (shown?.name === name && other && name !== "options") {
    shown.look = look;
    for (const [index, element] of shown.elements.entries()) element.setOptions(optionsOf(shown, index));
  } else {
    shown = open(name, look, query);
  }
}

nav?.addEventListener("click", (event) => {
  const anchor = (event.target as Element).closest("a");
  if (!anchor || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  history.pushState(null, "", anchor.href);
  follow();
  nav.querySelector<HTMLElement>(`a[href="${anchor.getAttribute("href")}"]`)?.focus();
});
addEventListener("popstate", follow);
follow();
