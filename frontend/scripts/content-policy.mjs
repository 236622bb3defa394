// The last step of the build: writes the policy of each exported page to `out/content-policy.json`, by the
// page's path in `out`. The server sends it with the page (`taskchat_site/static_files.py`).
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import nextEnv from "@next/env";
import { policyOf } from "./policy.mjs";

nextEnv.loadEnvConfig(process.cwd());
const out = new URL("../out/", import.meta.url);
const pages = readdirSync(out, { recursive: true }).filter((name) => name.endsWith(".html"));
const policies = pages.sort().map((name) => {
  const page = readFileSync(new URL(name, out), "utf8");
  return [name, policyOf(page, process.env)];
});
writeFileSync(new URL("content-policy.json", out), JSON.stringify(Object.fromEntries(policies)));
