/** What of the assistant is kept across reloads, for each user of this browser. */
export interface AssistantMemory {
  open: boolean;
  threadId: string | null;
}

const NOTHING: AssistantMemory = { open: false, threadId: null };

export function recallAssistant(userId: string): AssistantMemory {
  try {
    const kept = JSON.parse(localStorage.getItem(keyOf(userId)) ?? "null") as unknown;
    const { open, threadId } = (kept ?? NOTHING) as Partial<AssistantMemory>;
    return { open: open === true, threadId: typeof threadId === "string" ? threadId : null };
  } catch {
    return NOTHING;
  }
}

export function rememberAssistant(userId: string, memory: AssistantMemory): void {
  try {
    localStorage.setItem(keyOf(userId), JSON.stringify(memory));
  } catch {
    // Storage is full or forbidden: not remembered then.
  }
}

function keyOf(userId: string): string {
  return `taskchat.assistant.${userId}`;
}
