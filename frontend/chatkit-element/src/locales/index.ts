/**
 * The languages of the interface. A language is one file with the shape of en.ts, named here and loaded when it
 * is asked for; every other locale speaks English, with its own dates and numbers.
 */
import { en } from "./en.ts";

export type Words = typeof en;

export interface Messages {
  /** BCP 47: of dates and of numbers. */
  locale: string;
  /** The language that the words really are in. */
  language: string;
  direction: "ltr" | "rtl";
  words: Words;
}

const LANGUAGES: Record<string, () => Promise<{ words: Words }>> = {
  ar: () => import("./ar.ts"),
  de: () => import("./de.ts"),
  es: () => import("./es.ts"),
  fr: () => import("./fr.ts"),
  ja: () => import("./ja.ts"),
  "pt-BR": () => import("./pt-br.ts"),
  "zh-CN": () => import("./zh-cn.ts"),
};

/** Those whose words are a region's, for their speakers elsewhere. Traditional Chinese is another script. */
const REGIONAL: Record<string, string> = { pt: "pt-BR", zh: "zh-CN" };

const RIGHT_TO_LEFT = new Set(["ar"]);

const loaded = new Map<string, Words>([["en", en]]);

export interface Found {
  /** To be shown now: in English while the words are on their way. */
  messages: Messages;
  /** The words that were meant, when they still have to be loaded. Should that fail, English stays. */
  coming: Promise<Messages> | null;
}

/** Never fails: a locale that means nothing is the browser's. */
export function findMessages(requested: string | null): Found {
  const locale = validLocale(requested) ?? validLocale(navigator.language) ?? "en";
  const language = languageOf(locale);
  const words = loaded.get(language);
  if (words) return { messages: messages(locale, language, words), coming: null };
  const english = messages(locale, "en", en);
  const coming = LANGUAGES[language]?.().then(
    (file) => {
      loaded.set(language, file.words);
      return messages(locale, language, file.words);
    },
    () => english,
  );
  return { messages: english, coming: coming ?? null };
}

function messages(locale: string, language: string, words: Words): Messages {
  return { locale, language, words, direction: RIGHT_TO_LEFT.has(language) ? "rtl" : "ltr" };
}

/** Which of our languages a locale is spoken to in. */
export function languageOf(locale: string): string {
  const { language, script } = new Intl.Locale(locale).maximize();
  if (script === "Hant") return "en";
  const ours = REGIONAL[language] ?? language;
  return Object.hasOwn(LANGUAGES, ours) ? ours : "en";
}

function validLocale(locale: string | null): string | null {
  if (!locale) return null;
  try {
    return Intl.getCanonicalLocales(locale)[0] ?? null;
  } catch {
    return null;
  }
}
