/**
 * `virtual:lucide`: all of Lucide's icons in one chunk for each first letter, so that a page that names one loads a few
 * kB and one that names none loads nothing.
 */
import { readdirSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Plugin } from "vite";

const ICONS = fileURLToPath(new URL("../node_modules/lucide/dist/esm/icons/", import.meta.url));
const INDEX = "virtual:lucide";
const LETTER = /^virtual:lucide\/([a-z])$/;

export function lucideLetters(): Plugin {
  return {
    name: "lucide-letters",
    resolveId: (id) => (id === INDEX || LETTER.test(id) ? `\0${id}` : null),
    load(id) {
      if (id === `\0${INDEX}`) return index();
      const letter = LETTER.exec(id.slice(1))?.[1];
      return letter && id.startsWith("\0") ? iconsOf(letter) : null;
    },
  };
}

function names(): string[] {
  return readdirSync(ICONS)
    .filter((file) => file.endsWith(".mjs"))
    .map((file) => file.slice(0, -".mjs".length));
}

function index(): string {
  const letters = [...new Set(names().map((name) => name.charAt(0)))];
  const entries = letters.map((letter) => `${letter}: () => import("${INDEX}/${letter}")`);
  return `export default { ${entries.join(", ")} };`;
}

/** Their shapes as data, not as imports: what is built in as well would else be torn from the entry's chunk. */
async function iconsOf(letter: string): Promise<string> {
  const own = names().filter((name) => name.startsWith(letter));
  const shapes = await Promise.all(own.map(async (name) => [name, await shapeOf(name)]));
  return `export default ${JSON.stringify(Object.fromEntries(shapes))};`;
}

async function shapeOf(name: string): Promise<unknown> {
  const icon: { default: unknown } = await import(pathToFileURL(`${ICONS}${name}.mjs`).href);
  return icon.default;
}
