/// <reference types="vitest/config" />
import { defineConfig, type Rolldown } from "vite";
import { lucideLetters } from "./scripts/lucide-letters.ts";

const ENTRY = "src/define.ts";

/** What `module` needs at once: all that it reaches without an `import()`. */
function reachable(module: string, context: Rolldown.ChunkingContext, seen = new Set<string>()): Set<string> {
  if (seen.has(module)) return seen;
  seen.add(module);
  for (const next of context.getModuleInfo(module)?.importedIds ?? []) reachable(next, context, seen);
  return seen;
}

let first: Set<string> | null = null;

export default defineConfig({
  plugins: [lucideLetters()],
  build: {
    target: "es2022",
    lib: { entry: ENTRY, formats: ["es"], fileName: () => "chatkit.js" },
    cssMinify: true,
    // What is bundled asks that its notice comes along.
    license: { fileName: "LICENSES.md" },
    rolldownOptions: {
      output: {
        // Vite leaves a library its line breaks, for bundlers to read; browsers do without.
        minify: { compress: true, mangle: true, codegen: { removeWhitespace: true } },
        // Named by their content and loaded from beside the entry, wherever it lies: browsers may keep them for good.
        chunkFileNames: "chunks/[name]-[hash].js",
        codeSplitting: {
          groups: [
            {
              // The entry has a fixed name, so it is small and leads to the rest. It holds nothing that a later
              // chunk shares: a page that loads it as `chatkit.js?v=2` would have all of that twice.
              name: (id, context) => {
                first ??= reachable(new URL(ENTRY, import.meta.url).pathname, context);
                return first.has(id) ? "element" : null;
              },
            },
          ],
        },
      },
    },
  },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.{ts,tsx}"],
    css: true,
    // A machine that does much else is no failure.
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
