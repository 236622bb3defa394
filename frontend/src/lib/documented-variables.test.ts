import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const read = (path: string) => readFileSync(new URL(path, import.meta.url), "utf8");

test(".env.local.example lists every variable that the build reads, and no other", () => {
  const variables = (text: string) => [...new Set(text.match(/NEXT_PUBLIC_\w+/g))].sort();
  const used = variables(read("./config.ts"));
  expect(variables(read("../../.env.local.example"))).toEqual(used);
});
