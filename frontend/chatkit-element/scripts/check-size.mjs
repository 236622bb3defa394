// Fails the build when what a page downloads first outgrows its budget: the entry, and what it imports at once.
import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const LIMIT_KB = 100;
const dist = new URL("../dist/", import.meta.url);
const read = (name) => readFileSync(new URL(name, dist));
const kb = (name) => gzipSync(read(name), { level: 9 }).length / 1000;

/** A module and those that it imports, but by `import()`. */
function closure(name, seen = new Set()) {
  if (seen.has(name)) return seen;
  seen.add(name);
  for (const [, target] of read(name)
    .toString()
    .matchAll(/(?:from|import)\s*"(\.[^"]+\.js)"/g)) {
    closure(new URL(target, new URL(name, "file:///")).pathname.slice(1), seen);
  }
  return seen;
}

const initial = closure("chatkit.js");
const total = [...initial].reduce((sum, name) => sum + kb(name), 0);
const lazy = readdirSync(new URL("chunks/", dist))
  .map((name) => `chunks/${name}`)
  .filter((name) => name.endsWith(".js") && !name.includes("gallery") && !initial.has(name));
for (const name of lazy) console.log(`  on demand: ${name}  ${kb(name).toFixed(1)} kB gzip`);

const words = `The initial script is ${total.toFixed(1)} kB gzip; the budget is ${LIMIT_KB} kB.`;
console.log(words);
if (total > LIMIT_KB) {
  console.error(words);
  process.exit(1);
}
