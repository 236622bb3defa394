/// <reference types="vitest/config" />
import { defineConfig } from "vite";

export default defineConfig({
  build: {
    target: "es2022",
    lib: { entry: "src/define.ts", formats: ["es"], fileName: () => "chatkit.js" },
    cssMinify: true,
    // A page of anyone's loads the file by one script tag, so its name is fixed; chunks lie beside it under hashed names.
    rolldownOptions: { output: { chunkFileNames: "chatkit-[name]-[hash].js" } },
  },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.{ts,tsx}"],
    css: true,
  },
});
