import { defineConfig } from "vitest/config";

const TESTS = "{src,scripts}/**/*.test.{ts,tsx}";
// In a context Next's own components are not what their modules export, and there is no BroadcastChannel.
const IN_PROCESSES = [
  "src/lib/config-effects.test.tsx",
  "src/lib/drafts.test.ts",
  "src/components/tasks/PageParts.test.tsx",
];

export default defineConfig({
  resolve: { alias: { "@": new URL("./src", import.meta.url).pathname } },
  oxc: { jsx: { runtime: "automatic" } },
  optimizeDeps: { noDiscovery: true },
  test: {
    environment: "happy-dom",
    environmentOptions: { happyDOM: { url: "https://tasks.example/" } },
    restoreMocks: true,
    unstubGlobals: true,
    // A file has a context of its own: a process of its own costs three times the CPU.
    projects: [
      {
        extends: true,
        test: { name: "contexts", pool: "vmThreads", include: [TESTS], exclude: IN_PROCESSES },
      },
      { extends: true, test: { name: "processes", include: IN_PROCESSES } },
    ],
  },
});
