// Fails the build when what a page downloads first outgrows its budget.
import { readdirSync, readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const LIMIT_KB = 90;
const dist = new URL("../dist/", import.meta.url);
const sizes = readdirSync(dist)
  .filter((name) => name.endsWith(".js"))
  .map((name) => ({ name, kb: gzipSync(readFileSync(new URL(name, dist)), { level: 9 }).length / 1000 }));

for (const { name, kb } of sizes) console.log(`${name}  ${kb.toFixed(1)} kB gzip`);
const initial = sizes.find(({ name }) => name === "chatkit.js");
if (!initial) throw new Error("dist/chatkit.js was not built");
if (initial.kb > LIMIT_KB) {
  console.error(`chatkit.js is ${initial.kb.toFixed(1)} kB gzip; the budget is ${LIMIT_KB} kB.`);
  process.exit(1);
}
