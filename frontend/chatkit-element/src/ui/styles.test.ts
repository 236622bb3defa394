// @vitest-environment node
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { expect, test } from "vitest";

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

test("the words of a running step stay words: nothing undoes the clipping of their colour", async () => {
  const rules = [...(await builtStyles()).matchAll(/\.shimmer\{([^}]*)\}/g)].map(([, body]) => body);
  expect(rules.join()).toContain("background-clip:text");
  for (const rule of rules) expect(rule).not.toMatch(/(^|;)background:/);
});
