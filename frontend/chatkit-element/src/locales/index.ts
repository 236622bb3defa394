/**
 * The languages of the interface. A language is one file with the shape of en.ts, named here; every other
 * locale speaks English, with its own dates.
 */
import { en } from "./en.ts";

export type Words = typeof en;

export interface Messages {
  /** BCP 47: of dates and of the words' language. */
  locale: string;
  /** The language that the words really are in. */
  language: string;
  words: Words;
}

const LANGUAGES: Record<string, Words> = { en };

/** Never fails: a locale that means nothing is the browser's. */
export function loadMessages(requested: string | null): Messages {
  const locale = validLocale(requested) ?? validLocale(navigator.language) ?? "en";
  const language = locale.split("-")[0] ?? "en";
  const words = LANGUAGES[locale] ?? LANGUAGES[language];
  return words ? { locale, language, words } : { locale, language: "en", words: en };
}

function validLocale(locale: string | null): string | null {
  if (!locale) return null;
  try {
    return Intl.getCanonicalLocales(locale)[0] ?? null;
  } catch {
    return null;
  }
}
