import { afterEach, describe, expect, test, vi } from "vitest";
import types from "../../node_modules/@openai/chatkit/types/index.d.ts?raw";
import { find, mountElement } from "../testing/element.ts";
import { FakeServer, json, settled } from "../testing/server.ts";
import { en } from "./en.ts";
import { findMessages, languageOf } from "./index.ts";

afterEach(async () => {
  document.body.replaceChildren();
  await settled(2);
});

/** All that the vendor's types name: `SupportedLocale`, with `TranslatedLocale` in it. */
const SUPPORTED = ["TranslatedLocale", "SupportedLocale"].flatMap((name) => {
  const list = new RegExp(`type ${name} =([^;]+);`).exec(types)?.[1] ?? "";
  return [...list.matchAll(/'([\w-]+)'/g)].map((match) => match[1] ?? "");
});
const LANGUAGES = ["ar", "de", "es", "fr", "ja", "pt-BR", "zh-CN"];
const COUNTS = [0, 1, 2, 3, 11, 100, 1_000_000];

/** Every word by its path; of a function what it says of some argument. */
function said(words: object, path = ""): [string, string][] {
  return Object.entries(words).flatMap(([name, value]): [string, string][] => {
    const at = path ? `${path}.${name}` : name;
    if (typeof value === "function") return [[at, String(value("7", "8 MB"))]];
    return typeof value === "string" ? [[at, value]] : said(value as object, at);
  });
}

test("the types name the locales", () => expect(SUPPORTED.length).toBeGreaterThan(80));

test.each(SUPPORTED)("%s is accepted, and has a language", async (locale) => {
  const { messages, coming } = findMessages(locale);
  const found = (await coming) ?? messages;
  expect(found.locale).toBe(Intl.getCanonicalLocales(locale)[0]);
  expect(["en", ...LANGUAGES]).toContain(found.language);
});

test.each([
  ["es-419", "es"],
  ["fr-CA", "fr"],
  ["pt-PT", "pt-BR"],
  ["zh", "zh-CN"],
  ["zh-Hans-SG", "zh-CN"],
  ["zh-TW", "en"],
  ["zh-HK", "en"],
  ["sw", "en"],
])("%s is spoken to in %s", (locale, language) => expect(languageOf(locale)).toBe(language));

describe.each(LANGUAGES)("%s", (language) => {
  const load = async () =>
    (await findMessages(language).coming)?.words ?? findMessages(language).messages.words;

  test("says everything that English says", async () => {
    const words = said(await load());
    expect(words.map(([path]) => path).toSorted()).toEqual(
      said(en)
        .map(([path]) => path)
        .toSorted(),
    );
    expect(words.filter(([, text]) => text.trim() === "" || text.includes("#"))).toEqual([]);
  });

  test("is a translation, not English again", async () => {
    const english = new Map(said(en));
    const same = said(await load()).filter(([path, text]) => english.get(path) === text);
    expect(same.length, JSON.stringify(same)).toBeLessThan(english.size / 10);
  });

  test("says its numbers by the rules of the language", async () => {
    const words = await load();
    const numbers = new Intl.NumberFormat(language);
    for (const count of COUNTS) {
      for (const text of [words.steps(count), words.tooManyFiles(count), words.suggestionCount(count)]) {
        // Some languages have a word for none, one and two.
        if (count > 2) expect(text).toContain(numbers.format(count));
      }
    }
  });
});

test("a count has the form that its number asks for", async () => {
  const arabic = (await findMessages("ar").coming)?.words ?? findMessages("ar").messages.words;
  expect([2, 3, 11].map(arabic.steps)).toEqual([
    "خطوتان",
    expect.stringMatching(/خطوات$/),
    expect.stringMatching(/خطوة$/),
  ]);
  expect([1, 2].map(en.steps)).toEqual(["1 step", "2 steps"]);
});

test("a duration is said in units of the language", () => {
  expect(en.workedFor(0.2)).toBe("Done");
  expect(en.workedFor(59.4)).toBe("Worked for 59 sec");
  expect(en.workedFor(59.6)).toBe("Worked for 1 min");
  expect(en.workedFor(125)).toBe("Worked for 2 min 5 sec");
});

async function show(locale: string) {
  const server = new FakeServer(() => json({}));
  return mountElement({ api: { url: "/c", domainKey: "x", fetch: server.fetch }, locale: locale as "en" });
}

test("the interface speaks the locale's language, and is turned round where it is read so", async () => {
  const { root, element } = await show("ar");
  await vi.waitFor(() => expect(find(root, ".ck").lang).toBe("ar"));
  expect(find(root, ".ck").dir).toBe("rtl");
  expect(find(root, "textarea").getAttribute("aria-label")).toBe("رسالة");
  element.setOptions({ api: { url: "/c", domainKey: "x" }, locale: "de" });
  await vi.waitFor(() => expect(find(root, ".ck").lang).toBe("de"));
  expect(find(root, ".ck").dir).toBe("ltr");
  expect(find(root, "textarea").getAttribute("aria-label")).toBe("Nachricht");
});

test("a locale that was replaced while it was loading does not come back", async () => {
  const { root, element } = await show("ja");
  element.setOptions({ api: { url: "/c", domainKey: "x" }, locale: "en" });
  await settled(10);
  expect(find(root, ".ck").lang).toBe("en");
});

test("a locale that means nothing is the browser's", async () => {
  const { root } = await show("?!");
  expect(find(root, ".ck").lang).toBe("en");
});
