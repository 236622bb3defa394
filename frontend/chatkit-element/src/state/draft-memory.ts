/** What is being typed, kept for the tab: a reload loses nothing. One text for each server that is talked to. */

export function recallDraft(url: string | null): string {
  if (url === null) return "";
  try {
    return sessionStorage.getItem(keyOf(url)) ?? "";
  } catch {
    return "";
  }
}

export function rememberDraft(url: string | null, text: string): void {
  if (url === null) return;
  try {
    if (text === "") sessionStorage.removeItem(keyOf(url));
    else sessionStorage.setItem(keyOf(url), text);
  } catch {
    // Storage is full or forbidden: not remembered then.
  }
}

function keyOf(url: string): string {
  return `chatkit.draft:${url}`;
}
