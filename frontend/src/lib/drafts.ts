/** Where `<openai-chatkit>` keeps the message that is being written, by what the keys begin with (its README). */
const KEPT = ["chatkit.draft:", "chatkit.files:"];

/** What somebody wrote and did not send must not greet the next one who signs in to this tab. */
export function forgetDrafts(storage: Storage): void {
  try {
    for (const key of Object.keys(storage)) {
      if (KEPT.some((prefix) => key.startsWith(prefix))) storage.removeItem(key);
    }
  } catch {
    // Storage is forbidden: then nothing was kept.
  }
}
