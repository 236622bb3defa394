import { useSyncExternalStore } from "react";

export type Theme = "light" | "dark";
export type ThemeChoice = Theme | "system";

/** Also read by public/theme.js, before the first paint. */
const STORAGE_KEY = "taskchat.theme";
const listeners = new Set<() => void>();

function systemTheme(): MediaQueryList {
  return matchMedia("(prefers-color-scheme: dark)");
}

export function themeChoice(): ThemeChoice {
  const chosen = document.documentElement.dataset.theme;
  return chosen === "light" || chosen === "dark" ? chosen : "system";
}

export function chooseTheme(choice: ThemeChoice): void {
  const root = document.documentElement;
  if (choice === "system") delete root.dataset.theme;
  else root.dataset.theme = choice;
  try {
    if (choice === "system") localStorage.removeItem(STORAGE_KEY);
    else localStorage.setItem(STORAGE_KEY, choice);
  } catch {
    // Not remembered then; it holds until the page is left.
  }
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  const system = systemTheme();
  listeners.add(listener);
  system.addEventListener("change", listener);
  return () => {
    listeners.delete(listener);
    system.removeEventListener("change", listener);
  };
}

/** What the user chose. */
export function useThemeChoice(): ThemeChoice {
  return useSyncExternalStore(subscribe, themeChoice, () => "system" as const);
}

/** What is shown. */
export function useTheme(): Theme {
  return useSyncExternalStore(
    subscribe,
    () => {
      const choice = themeChoice();
      if (choice !== "system") return choice;
      return systemTheme().matches ? "dark" : "light";
    },
    () => "light" as const,
  );
}
