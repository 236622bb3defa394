// @vitest-environment node
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { beforeAll, expect, test } from "vitest";

let styles: string;

/** The styles as the build ships them: minified, and lowered for older browsers. */
async function builtStyles(): Promise<string> {
  const entry = fileURLToPath(new URL("./styles.ts", import.meta.url));
  const result = await build({
    configFile: false,
    logLevel: "silent",
    build: { write: false, target: "es2022", cssMinify: true, lib: { entry, formats: ["es"] } },
  });
  const outputs = Array.isArray(result) ? result : [result];
  const files = outputs.flatMap((output) => ("output" in output ? output.output : []));
  return files.map((file) => (file.type === "chunk" ? file.code : "")).join();
}

beforeAll(async () => {
  styles = await builtStyles();
});

test("the words of a running step stay words: nothing undoes the clipping of their colour", () => {
  const rules = [...styles.matchAll(/\.shimmer\{([^}]*)\}/g)].map(([, body]) => body);
  expect(rules.join()).toContain("background-clip:text");
  for (const rule of rules) expect(rule).not.toMatch(/(^|;)background:/);
});

test("words of another direction stand where the others do, also where browsers know only the prefixed name", () => {
  const rules = [...styles.matchAll(/\{([^}]*)text-align:match-parent/g)].map(([, body]) => body);
  expect(rules.length).toBeGreaterThan(2);
  for (const rule of rules) expect(rule).toContain("text-align:-webkit-match-parent");
});
