/** The README is the manual; it may not fall behind. */
import { expect, test } from "vitest";
import readme from "../README.md?raw";
import { ChatKitElement } from "./element.ts";
import element from "./element.ts?raw";
import { DEFAULT_OPTIONS } from "./state/options.ts";
import { DEFAULT_THEME } from "./theme.ts";
import { COMPONENTS } from "./widgets/Node.tsx";

const section = (title: string) => readme.split(`\n## ${title}\n`)[1]?.split("\n## ")[0] ?? "";

test("names every widget", () => {
  const names =
    section("Widgets")
      .match(/`([^`]+)`/)?.[1]
      ?.split(/\s+/) ?? [];
  expect(names.toSorted()).toEqual(Object.keys(COMPONENTS).toSorted());
});

test("names every method", () => {
  const methods = Object.getOwnPropertyNames(ChatKitElement.prototype).filter(
    (name) => !/^constructor$|Callback$/.test(name),
  );
  for (const method of methods) expect(section("Methods")).toContain(`\`${method}(`);
});

test("names every event", async () => {
  const sources = import.meta.glob(["./state/*.ts", "!./**/*.test.ts"], { query: "?raw", import: "default" });
  const all = [element, ...(await Promise.all(Object.values(sources).map((load) => load())))].join("\n");
  const events = new Set(all.match(/chatkit\.[a-z.]+[a-z](?=["`])/g));
  expect(events.size).toBeGreaterThan(10);
  for (const event of events) expect(section("Events"), event).toContain(`\`${event}\``);
});

test("names every option that is read", () => {
  const names: Record<string, string> = {
    title: "frameTitle",
    autoScroll: "thread.autoScroll",
    onWidgetAction: "widgets.onAction",
  };
  for (const option of Object.keys(DEFAULT_OPTIONS)) {
    expect(section("Options"), option).toMatch(new RegExp(`\`${names[option] ?? option}`));
  }
});

test("names every part and every custom property, and no other", async () => {
  const sources = import.meta.glob(["./**/*.tsx", "!./**/*.test.tsx"], { query: "?raw", import: "default" });
  const all = (await Promise.all(Object.values(sources).map((load) => load()))).join("\n");
  const parts = new Set([...all.matchAll(/\bpart="([a-z-]+)"/g)].map(([, part]) => part));
  const named = section("Styling from the page").split("Parts, for")[1]?.split("`: ")[1] ?? "";
  expect([...named.matchAll(/`([a-z-]+)`/g)].map(([, part]) => part)).toEqual([...parts].toSorted());
  const properties = Object.keys(DEFAULT_THEME.properties).map((name) => name.replace("--ck-", "--chatkit-"));
  expect(
    section("Styling from the page")
      .match(/--chatkit-[a-z0-9-]+/g)
      ?.toSorted(),
  ).toEqual(properties.toSorted());
});
