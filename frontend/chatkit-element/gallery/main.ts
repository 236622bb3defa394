/**
 * Every state of the element by one address each: `?scene=list&theme=dark&locale=ar&width=320&bare`. For looking, for
 * screenshots, and for the tests in a browser. `?scene=options` is a form of all options, `?scene=benchmark` measures.
 */
import "./gallery.css";
import type { ChatKitOptions, OpenAIChatKit, SupportedLocale } from "@openai/chatkit";
import { benchmark } from "./benchmark.ts";
import { playground } from "./playground.ts";
import { SCENES, sceneNamed } from "./scenes.ts";
import { ScriptServer } from "./script-server.ts";

const BUILT = "../chatkit.js";

// Built, the gallery shows the file that pages load.
if (import.meta.env.DEV) await import("../src/define.ts");
else await import(/* @vite-ignore */ new URL(BUILT, import.meta.url).href);

// The tab keeps what was typed in another scene.
sessionStorage.clear();

const query = new URLSearchParams(location.search);
const name = query.get("scene") ?? "start";
const theme = query.get("theme") === "dark" ? "dark" : "light";
const locale = query.get("locale") ?? "en";
const scene = sceneNamed(name);
document.documentElement.classList.add(`scene-${name}`);
document.documentElement.classList.toggle("dark", theme === "dark");
document.documentElement.classList.toggle("bare", query.has("bare"));

const server = new ScriptServer({ word: Number(query.get("word") ?? 8), tool: 300, ...scene.pace });
const TITLES = [
  "Groceries and other errands",
  "A very long title of a conversation that has to be cut off somewhere",
  "Plans for Friday",
  null,
];
for (const [index, title] of TITLES.entries()) server.addThread(title, index * 2 + 0.01, []);

function options(): ChatKitOptions {
  const plain: ChatKitOptions = {
    api: { url: "/chatkit", domainKey: "local", fetch: server.fetch },
    locale: locale as SupportedLocale,
    theme: {
      colorScheme: theme,
      color: { accent: { primary: theme === "dark" ? "#7aa2ff" : "#3056d3", level: 1 } },
    },
    initialThread: scene.thread?.(server) ?? null,
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

function link(words: string, changes: Record<string, string>): HTMLAnchorElement {
  const target = new URLSearchParams({ scene: name, theme, locale, ...changes });
  const anchor = document.createElement("a");
  anchor.href = `?${target}`;
  anchor.textContent = words;
  if (Object.entries(changes).every(([key, value]) => ({ scene: name, theme, locale })[key] === value)) {
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

const nav = document.getElementById("scenes");
nav?.append(
  group("Look", [
    link("light", { theme: "light" }),
    link("dark", { theme: "dark" }),
    link("left to right", { locale: "en" }),
    link("right to left", { locale: "ar" }),
  ]),
  group("All options", [link("options", { scene: "options" }), link("benchmark", { scene: "benchmark" })]),
  ...Object.entries(SCENES).map(([title, scenes]) =>
    group(
      title,
      Object.keys(scenes).map((one) => link(one, { scene: one })),
    ),
  ),
);

const stage = document.getElementById("stage");
const EVENTS = ["error", "thread.change", "response.start", "response.end", "ready"];

function show(): OpenAIChatKit {
  const element = document.createElement("openai-chatkit");
  const width = query.get("width");
  if (width) element.style.width = `${Number(width)}px`;
  const set = options();
  element.setOptions(set);
  for (const event of EVENTS) {
    element.addEventListener(`chatkit.${event}`, (told) => console.info(event, (told as CustomEvent).detail));
  }
  if (name === "options") stage?.append(playground(set, (changed) => element.setOptions(changed)));
  stage?.append(element);
  return element;
}

const elements = Array.from({ length: scene.elements ?? 1 }, show);
const [first] = elements;

async function play(element: OpenAIChatKit): Promise<void> {
  if (scene.message) await element.sendUserMessage({ text: scene.message }).catch(() => {});
  await scene.after?.(element);
  // For those who wait for it.
  document.documentElement.dataset.played = "";
  if (name !== "benchmark") return;
  const output = document.createElement("output");
  output.textContent = "Measuring…";
  stage?.prepend(output);
  const settings = { deltas: Number(query.get("deltas") ?? 5000), rate: Number(query.get("rate") ?? 200) };
  output.textContent = JSON.stringify(await benchmark(element, server, settings), null, 2);
  output.dataset.done = "";
}

first?.addEventListener("chatkit.ready", () => void play(first));
