/** The list of threads: pages, renaming, deleting. */
import type { ChatKitError } from "../protocol/errors.ts";
import { parsePage, parseThread } from "../protocol/parse.ts";
import type { Api } from "../protocol/requests.ts";
import type { ThreadInfo } from "../protocol/types.ts";
import { asError } from "./failure.ts";
import { Store } from "./store.ts";

export interface HistoryState {
  threads: readonly ThreadInfo[];
  after: string | null;
  hasMore: boolean;
  loading: boolean;
  loaded: boolean;
  error: ChatKitError | null;
}

const PAGE = 30;

export class History {
  readonly store = new Store<HistoryState>({
    threads: [],
    after: null,
    hasMore: false,
    loading: false,
    loaded: false,
    error: null,
  });
  readonly #api: Api;
  readonly #life = new AbortController();

  constructor(api: Api) {
    this.#api = api;
  }

  /** The first page anew; what is shown stays until it is here. */
  refresh(): Promise<void> {
    return this.#load(null);
  }

  more(): Promise<void> {
    const { hasMore, loading, after } = this.store.value;
    return hasMore && !loading ? this.#load(after) : Promise.resolve();
  }

  async #load(after: string | null): Promise<void> {
    this.store.set({ loading: true, error: null });
    try {
      const params = { limit: PAGE, order: "desc" as const, ...(after === null ? {} : { after }) };
      const body = await this.#api.json({ type: "threads.list", params }, this.#life.signal);
      const page = parsePage(body, parseThread);
      const shown = after === null ? [] : this.store.value.threads;
      const threads = [...new Map([...shown, ...page.data].map((thread) => [thread.id, thread])).values()];
      this.store.set({
        threads,
        after: page.after,
        hasMore: page.has_more && page.after !== null,
        loaded: true,
      });
    } catch (cause) {
      if (!this.#life.signal.aborted) this.store.set({ error: asError(cause) });
    } finally {
      this.store.set({ loading: false });
    }
  }

  /** Both show their effect at once and take it back when the server refuses. */
  async rename(id: string, title: string): Promise<boolean> {
    const { threads } = this.store.value;
    const renamed = threads.map((thread) => (thread.id === id ? { ...thread, title } : thread));
    return this.#change(renamed, { type: "threads.update", params: { thread_id: id, title } });
  }

  async remove(id: string): Promise<boolean> {
    const rest = this.store.value.threads.filter((thread) => thread.id !== id);
    return this.#change(rest, { type: "threads.delete", params: { thread_id: id } });
  }

  async #change(threads: readonly ThreadInfo[], request: Parameters<Api["json"]>[0]): Promise<boolean> {
    const before = this.store.value.threads;
    this.store.set({ threads, error: null });
    try {
      await this.#api.json(request, this.#life.signal);
      return true;
    } catch (cause) {
      this.store.set({ threads: before, error: asError(cause) });
      return false;
    }
  }

  dispose(): void {
    this.#life.abort();
  }
}
