/** Something the user did whose fate is unknown: the server may have it, or not. */
interface Unsent {
  userId: string;
  key: string;
  body: string;
  at: number;
}

type UnsentStorage = Pick<Storage, "getItem" | "setItem" | "removeItem">;

const STORAGE_KEY = "taskchat.unsent";
/** Later, the same words are meant anew. */
const SAME_ACTION_MS = 600_000;

/**
 * Gives each user action its `Idempotency-Key`. An action whose fate is unknown keeps its key, also
 * across a reload: the same request once more is the same action, which the server does once.
 */
export class UnsentActions {
  #left: Unsent | null;

  constructor(
    private readonly userId: string,
    private readonly storage: UnsentStorage | null,
    private readonly newKey: () => string = newActionKey,
  ) {
    this.#left = this.#stored();
  }

  /** The key to send `body` with. */
  begin(body: string): string {
    const left = this.#left;
    const again = left?.body === body && Date.now() - left.at < SAME_ACTION_MS;
    this.#left = null;
    const key = again ? left.key : this.newKey();
    this.#store({ userId: this.userId, key, body, at: Date.now() });
    return key;
  }

  /** The action ended, one way or the other, and the user saw it. */
  settle(key: string): void {
    if (this.#left?.key === key) this.#left = null;
    if (this.#stored()?.key === key) forgetUnsent(this.storage);
  }

  /** Nobody knows what became of it. */
  leave(key: string, body: string): void {
    this.#left = { userId: this.userId, key, body, at: Date.now() };
    this.#store(this.#left);
  }

  /** The message that was on its way when the page was left, and the thread it was for. */
  message(): { text: string; threadId: string | null } | null {
    if (!this.#left || Date.now() - this.#left.at > SAME_ACTION_MS) return null;
    return readMessage(this.#left.body);
  }

  #stored(): Unsent | null {
    try {
      const entry = JSON.parse(this.storage?.getItem(STORAGE_KEY) ?? "null") as Unsent | null;
      return entry?.userId === this.userId ? entry : null;
    } catch {
      return null;
    }
  }

  #store(entry: Unsent): void {
    try {
      this.storage?.setItem(STORAGE_KEY, JSON.stringify(entry));
    } catch {
      // Storage is full or forbidden: then it doesn't outlive a reload.
    }
  }
}

/** Words that were not sent must not outlive the session. */
export function forgetUnsent(storage: UnsentStorage | null): void {
  try {
    storage?.removeItem(STORAGE_KEY);
  } catch {
    // As above.
  }
}

/** `crypto.randomUUID` exists on https and localhost only. */
function newActionKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

interface MessageRequest {
  type?: unknown;
  params?: { thread_id?: string; input?: { content?: { text?: string }[] } };
}

function readMessage(body: string): { text: string; threadId: string | null } | null {
  try {
    const { type, params } = JSON.parse(body) as MessageRequest;
    if (type !== "threads.create" && type !== "threads.add_user_message") return null;
    const text = (params?.input?.content ?? []).map((part) => part.text ?? "").join("");
    return text ? { text, threadId: params?.thread_id ?? null } : null;
  } catch {
    return null;
  }
}
