/** The element's options as a form beside it: each change is a `setOptions`, as of a host's page. */
import type { ChatKitOptions } from "@openai/chatkit";

interface Control {
  path: string;
  /** The values of a list; `text`, `number`, `colour` or `switch` otherwise. */
  kind: readonly string[] | "text" | "number" | "colour" | "switch";
}

const CONTROLS: Control[] = [
  { path: "theme.colorScheme", kind: ["light", "dark"] },
  { path: "theme.radius", kind: ["pill", "round", "soft", "sharp"] },
  { path: "theme.density", kind: ["normal", "compact", "spacious"] },
  { path: "theme.color.accent.primary", kind: "colour" },
  { path: "theme.color.accent.level", kind: ["0", "1", "2", "3"] },
  { path: "theme.color.grayscale.hue", kind: "number" },
  { path: "theme.color.grayscale.tint", kind: "number" },
  { path: "theme.color.grayscale.shade", kind: "number" },
  { path: "theme.typography.baseSize", kind: "number" },
  { path: "theme.typography.fontFamily", kind: "text" },
  { path: "locale", kind: ["en", "ar", "de", "es", "fr", "ja", "pt-BR", "zh-CN"] },
  { path: "frameTitle", kind: "text" },
  { path: "header.enabled", kind: "switch" },
  { path: "header.title.enabled", kind: "switch" },
  { path: "header.title.text", kind: "text" },
  { path: "history.enabled", kind: "switch" },
  { path: "history.showDelete", kind: "switch" },
  { path: "history.showRename", kind: "switch" },
  { path: "startScreen.greeting", kind: "text" },
  { path: "composer.placeholder", kind: "text" },
  { path: "disclaimer.text", kind: "text" },
  { path: "disclaimer.highContrast", kind: "switch" },
  { path: "threadItemActions.feedback", kind: "switch" },
  { path: "threadItemActions.retry", kind: "switch" },
  { path: "thread.autoScroll", kind: "switch" },
];

type Tree = Record<string, unknown>;

export function playground(options: ChatKitOptions, apply: (options: ChatKitOptions) => void): HTMLElement {
  const form = document.createElement("form");
  form.className = "options";
  form.ariaLabel = "Options";
  const chosen = options as unknown as Tree;
  for (const control of CONTROLS) {
    const label = document.createElement("label");
    const name = document.createElement("span");
    name.textContent = control.path;
    const field = fieldOf(control, valueAt(chosen, control.path));
    field.addEventListener("input", () => {
      putAt(chosen, control.path, chosenIn(control, field));
      apply({ ...chosen } as unknown as ChatKitOptions);
    });
    label.append(name, field);
    form.append(label);
  }
  form.addEventListener("submit", (event) => event.preventDefault());
  return form;
}

function fieldOf({ kind }: Control, value: unknown): HTMLInputElement | HTMLSelectElement {
  if (typeof kind !== "string") {
    const select = document.createElement("select");
    for (const one of kind) select.append(new Option(one, one, false, String(value) === one));
    return select;
  }
  const input = document.createElement("input");
  input.type = { text: "text", number: "number", colour: "color", switch: "checkbox" }[kind];
  if (kind === "switch") input.checked = value !== false;
  else if (value !== undefined) input.value = String(value);
  return input;
}

function chosenIn({ path, kind }: Control, field: HTMLInputElement | HTMLSelectElement): unknown {
  if (kind === "switch") return (field as HTMLInputElement).checked;
  if (field.value === "") return undefined;
  return kind === "number" || path.endsWith(".level") ? Number(field.value) : field.value;
}

function valueAt(tree: Tree, path: string): unknown {
  return path.split(".").reduce<unknown>((part, key) => (part as Tree | undefined)?.[key], tree);
}

function putAt(tree: Tree, path: string, value: unknown): void {
  const keys = path.split(".");
  const last = keys.pop() ?? "";
  let part = tree;
  for (const key of keys) {
    part[key] = { ...(part[key] as Tree | undefined) };
    part = part[key] as Tree;
  }
  part[last] = value;
}
