/**
 * One conversation: its thread, the reply that is running, and what went wrong. It sends requests, feeds their
 * events to the reducer and decides what a failure means; it draws nothing.
 */
import { ChatKitError } from "../protocol/errors.ts";
import { isRecord, text } from "../protocol/parse.ts";
import {
  applyEvent,
  cutAfter,
  EMPTY_THREAD,
  prependPage,
  refreshThread,
  settle,
  type ThreadState,
} from "../protocol/reducer.ts";
import { type Api, type OpenStream, openStream, type StreamingRequest } from "../protocol/requests.ts";
import type {
  Action,
  Attachment,
  ClientToolCallItem,
  FeedbackKind,
  UserContent,
  UserMessageInput,
} from "../protocol/types.ts";
import {
  asError,
  type Failure,
  isRefusal,
  lastUserMessage,
  type Remedy,
  remedyFor,
  userMessageAt,
} from "./failure.ts";
import { readReply } from "./reply-stream.ts";
import { Store } from "./store.ts";
import { fetchItems, fetchThread } from "./stored-thread.ts";

/** A message that was sent and of whose storing nothing is known yet. */
export interface PendingMessage {
  content: readonly UserContent[];
  attachments: readonly Attachment[];
  quoted_text: string | null;
}

export interface ConversationState {
  thread: ThreadState;
  pending: PendingMessage | null;
  /** `quiet`: an action of a widget that has not led to a reply (yet), so nothing turns and nothing is to be stopped. */
  run: "none" | "quiet" | "reply";
  loading: boolean;
  loadingOlder: boolean;
  failure: Failure | null;
  feedback: Readonly<Record<string, FeedbackKind>>;
  /** Widgets whose action is on its way, by item id. */
  acting: ReadonlySet<string>;
}

/** What a conversation needs of the element around it. */
export interface ConversationHost {
  emit(name: string, detail?: unknown): void;
  /** The message could not be sent: its text goes back to where it was typed. `refused`: the server did not like it. */
  restoreDraft(input: UserMessageInput, refused: boolean): void;
  threadChanged(conversation: Conversation): void;
  runClientTool(call: ClientToolCallItem): Promise<unknown>;
}

type OpenReply = (signal: AbortSignal) => Promise<OpenStream>;

interface Attempt {
  /** What can be done should it fail. */
  remedy: Remedy;
  /** The thread as it is again when the server does not take the request. */
  before?: ThreadState;
  /** It was asked for elsewhere: so are its client tools run, and it may be over before we come. */
  following?: boolean;
}

export class Conversation {
  readonly store = new Store<ConversationState>({
    thread: EMPTY_THREAD,
    pending: null,
    run: "none",
    loading: false,
    loadingOlder: false,
    failure: null,
    feedback: {},
    acting: new Set(),
  });
  readonly #api: Api;
  readonly #host: ConversationHost;
  /** Ends with the conversation. */
  readonly #life = new AbortController();
  #reply: AbortController | null = null;
  #idle: Promise<void> = Promise.resolve();
  #loading: Promise<void> | null = null;
  #threadId: string | null;

  constructor(api: Api, host: ConversationHost, threadId: string | null = null) {
    this.#api = api;
    this.#host = host;
    this.#threadId = threadId;
  }

  get threadId(): string | null {
    return this.#threadId;
  }

  get isRunning(): boolean {
    return this.store.value.run !== "none";
  }

  /** Sends a message; rejects when it could not be handed over (its text is then back in the composer). */
  async send(input: UserMessageInput, attachments: readonly Attachment[] = []): Promise<void> {
    if (this.store.value.run === "reply") throw new Error("A reply is still running.");
    // What comes before the message is to be above it.
    await this.#loading;
    while (this.isRunning) await this.#idle;
    const { thread } = this.store.value;
    this.store.set({
      pending: { content: input.content, attachments, quoted_text: input.quoted_text },
      thread: { ...thread, notices: [] },
    });
    const id = this.#threadId;
    const request: StreamingRequest =
      id === null
        ? { type: "threads.create", params: { input } }
        : { type: "threads.add_user_message", params: { thread_id: id, input } };
    await this.#run(this.#request(request), "reply", { remedy: { do: "resend", input }, before: thread });
  }

  /** Asks for another reply to the user's message that `itemId` names or follows. */
  async retryAfter(itemId: string): Promise<void> {
    const id = this.#threadId;
    const { thread } = this.store.value;
    const message = userMessageAt(thread.items, itemId);
    if (id === null || !message || this.store.value.run === "reply") return;
    while (this.isRunning) await this.#idle;
    this.store.set({ thread: { ...cutAfter(thread, message.id), notices: [] } });
    const request = {
      type: "threads.retry_after_item" as const,
      params: { thread_id: id, item_id: message.id },
    };
    const remedy: Remedy = { do: "retry_after", itemId: message.id };
    await this.#run(this.#request(request), "reply", { remedy, before: thread }).catch(() => {});
  }

  /**
   * Joins a reply that runs already: another window asked for it, or this page before it was loaded anew. Its stream
   * begins at the first event; items that are here are drawn again by their ids.
   */
  async follow(open: (signal: AbortSignal) => Promise<Response>): Promise<void> {
    // A retry that was asked for elsewhere has dropped items that are still shown here.
    await this.load();
    const { failure } = this.store.value;
    const unloaded = failure?.remedy.do === "load" || failure?.remedy.do === "new_chat";
    if (this.isRunning || this.#life.signal.aborted || unloaded) return;
    const join = async (signal: AbortSignal) => openStream(await open(signal));
    // Where it was over before we came, what is stored says all.
    await this.#run(join, "reply", { remedy: { do: "reload" }, following: true }).catch(() => this.load());
  }

  /** Stops the running reply; what was said stays. */
  stop(): void {
    this.#reply?.abort();
  }

  /** Ends everything of this conversation, for good. */
  dispose(): void {
    this.#life.abort();
    this.#reply?.abort();
  }

  /** Carries out what a failure's card offers. */
  async retry(): Promise<void> {
    const remedy = this.store.value.failure?.remedy;
    switch (remedy?.do) {
      case "resend":
        return this.send(remedy.input).catch(() => {});
      case "retry_after":
        return this.retryAfter(remedy.itemId);
      case "load":
      case "reload":
        return this.load();
    }
  }

  /** Loads the thread, newest items first; also brings a shown thread up to date. */
  load(): Promise<void> {
    this.#loading ??= this.#load().finally(() => {
      this.#loading = null;
    });
    return this.#loading;
  }

  /** The thread as it is from now on: an answer that is on its way may be older than the news that one heard. */
  async reload(): Promise<void> {
    await this.#loading;
    await this.load();
  }

  async #load(): Promise<void> {
    const id = this.#threadId;
    if (id === null || this.isRunning) return;
    const first = this.store.value.thread.info === null;
    const { failure } = this.store.value;
    const anew = first || failure?.remedy.do === "reload";
    // A message that waits in the composer still does, and so does the button that sends it.
    const kept = failure?.remedy.do === "resend" || failure?.remedy.do === "retry_after" ? failure : null;
    const last = this.store.value.thread.items.at(-1)?.id;
    this.store.set({ loading: true, failure: kept });
    if (anew) this.#host.emit("chatkit.thread.load.start", { threadId: id });
    try {
      const thread = await fetchThread(this.#api, id, this.#life.signal);
      // A reply that began meanwhile knows better.
      if (this.isRunning) return;
      this.store.set({ thread: refreshThread(this.store.value.thread, thread) });
      // A reply that failed here was asked for again elsewhere.
      const moved = this.store.value.thread.items.at(-1)?.id !== last;
      if (kept?.remedy.do === "retry_after" && moved) this.store.set({ failure: null });
    } catch (cause) {
      if (this.#life.signal.aborted) return;
      const error = asError(cause);
      this.#fail(error, error.kind === "thread_gone" ? { do: "new_chat" } : { do: "load", threadId: id });
    } finally {
      this.store.set({ loading: false });
      if (anew && !this.#life.signal.aborted) this.#host.emit("chatkit.thread.load.end", { threadId: id });
    }
  }

  async loadOlder(): Promise<void> {
    const { thread, loadingOlder } = this.store.value;
    if (this.#threadId === null || thread.older === null || loadingOlder) return;
    this.store.set({ loadingOlder: true });
    try {
      const page = await fetchItems(this.#api, this.#threadId, thread.older, this.#life.signal);
      this.store.set({ thread: prependPage(this.store.value.thread, page) });
    } catch (cause) {
      if (!this.#life.signal.aborted) this.#host.emit("chatkit.error", { error: asError(cause) });
    } finally {
      this.store.set({ loadingOlder: false });
    }
  }

  async giveFeedback(itemIds: string[], kind: FeedbackKind): Promise<void> {
    const id = this.#threadId;
    if (id === null || itemIds.length === 0) return;
    const before = this.store.value.feedback;
    this.store.set({ feedback: { ...before, ...Object.fromEntries(itemIds.map((item) => [item, kind])) } });
    try {
      const params = { thread_id: id, item_ids: itemIds, kind };
      await this.#api.json({ type: "items.feedback", params }, this.#life.signal);
    } catch (cause) {
      this.store.set({ feedback: before });
      if (!this.#life.signal.aborted) this.#host.emit("chatkit.error", { error: asError(cause) });
    }
  }

  /** Sends an action to the server. Resolves when its effects are in the thread, rejects when it failed. */
  async sendAction(action: Action, itemId: string | null, options: { streaming: boolean }): Promise<void> {
    // One at a time: an action that is clicked during a reply follows it. A loop, because others wait too, and the
    // first to go on begins at once.
    while (this.isRunning) await this.#idle;
    const id = this.#threadId;
    if (id === null) throw new Error("There is no thread that the action could belong to.");
    if (itemId !== null) this.#setActing(itemId, true);
    try {
      const params = { thread_id: id, item_id: itemId, action };
      if (options.streaming) {
        const request = this.#request({ type: "threads.custom_action", params });
        await this.#run(request, "quiet", { remedy: { do: "reload" } });
      } else {
        const body = await this.#api.json({ type: "threads.sync_custom_action", params }, this.#life.signal);
        if (isRecord(body) && body.updated_item) {
          this.#receive({ type: "thread.item.replaced", item: body.updated_item });
        }
      }
    } catch (cause) {
      if (!options.streaming && !this.#life.signal.aborted) this.#fail(asError(cause), { do: "reload" });
      throw cause;
    } finally {
      if (itemId !== null) this.#setActing(itemId, false);
    }
  }

  async answerQuestions(itemId: string, input: unknown): Promise<void> {
    const id = this.#threadId;
    if (id === null) return;
    while (this.isRunning) await this.#idle;
    const params = { thread_id: id, item_id: itemId, input };
    const request = this.#request({ type: "threads.add_structured_input", params });
    await this.#run(request, "reply", { remedy: { do: "reload" } }).catch(() => {});
  }

  rename(title: string): void {
    const { thread } = this.store.value;
    if (thread.info) this.store.set({ thread: { ...thread, info: { ...thread.info, title } } });
  }

  /**
   * A thread that could not be reached is loaded. An unsent message is in the composer, which can send it; where the
   * card's button is the only way on, it stays.
   */
  cameOnline(): void {
    const { failure } = this.store.value;
    if (failure?.error.kind !== "unreachable") return;
    if (failure.remedy.do === "load" || failure.remedy.do === "reload") void this.load();
    else if (failure.remedy.do === "resend") this.dismissFailure();
  }

  dismissFailure(): void {
    this.store.set({ failure: null });
  }

  #setActing(itemId: string, on: boolean): void {
    const acting = new Set(this.store.value.acting);
    if (on) acting.add(itemId);
    else acting.delete(itemId);
    this.store.set({ acting });
  }

  #request(request: StreamingRequest): OpenReply {
    return (signal) => {
      this.#log("request", { type: request.type });
      return this.#api.stream(request, signal);
    };
  }

  /**
   * Reads a reply, and those that client tools make of it, to the end. Rejects only when the server did not take the
   * request at all.
   */
  async #run(open: OpenReply, run: "quiet" | "reply", attempt: Attempt): Promise<void> {
    const reply = new AbortController();
    this.#reply = reply;
    let finished = () => {};
    this.#idle = new Promise((resolve) => {
      finished = resolve;
    });
    const { thread } = this.store.value;
    const ending = run === "reply" ? null : thread.ending;
    this.store.set({ run, failure: null, thread: { ...thread, failure: null, ending } });
    try {
      let call = await this.#exchange(open, attempt, reply.signal);
      while (call && !attempt.following && !reply.signal.aborted) {
        call = await this.#answerClientTool(call, reply.signal);
      }
    } finally {
      this.#reply = null;
      this.store.set({ run: "none", pending: null });
      finished();
    }
  }

  async #answerClientTool(call: ClientToolCallItem, signal: AbortSignal): Promise<ClientToolCallItem | null> {
    const result = await this.#host.runClientTool(call);
    const id = this.#threadId;
    if (signal.aborted || id === null) return null;
    this.#receive({ type: "thread.item.replaced", item: { ...call, status: "completed", output: result } });
    const params = { thread_id: id, result };
    const request = { type: "threads.add_client_tool_output" as const, params };
    return this.#exchange(this.#request(request), { remedy: { do: "reload" } }, signal).catch(() => null);
  }

  /** One stream. Returns the client tool that it ended with, if it did. */
  async #exchange(
    open: OpenReply,
    attempt: Attempt,
    signal: AbortSignal,
  ): Promise<ClientToolCallItem | null> {
    let taken: OpenStream | null = null;
    try {
      taken = await open(signal);
      this.#host.emit("chatkit.response.start");
      try {
        return await this.#read(taken);
      } finally {
        this.store.set({ thread: settle(this.store.value.thread) });
        this.#host.emit("chatkit.response.end");
      }
    } catch (cause) {
      const error = asError(cause);
      await this.#lost(error, attempt, taken, signal);
      if (!taken && !signal.aborted) throw error;
      return null;
    }
  }

  /** Reads a stream to its end; returns the client tool it asks for. */
  async #read(stream: OpenStream): Promise<ClientToolCallItem | null> {
    const before = new Set(this.store.value.thread.items.map((item) => item.id));
    const end = await readReply(stream, {
      onEvent: (event) => this.#receive(event),
      onMalformed: (data) => this.#log("stream.malformed", { chars: data.length }),
      failure: () => this.store.value.thread.failure,
    });
    if (end === "cancelled") this.#markStopped();
    const last = this.store.value.thread.items.at(-1);
    const asked = last?.type === "client_tool_call" && last.status === "pending" && !before.has(last.id);
    return asked ? last : null;
  }

  /** A stream that ended otherwise than it should, or was not to be had: what is left of it, and what can be done. */
  async #lost(
    error: ChatKitError,
    { remedy, before, following = false }: Attempt,
    taken: OpenStream | null,
    signal: AbortSignal,
  ): Promise<void> {
    if (!taken && before) this.store.set({ thread: before });
    // A server with runs has stored the message before it answers, and goes on with the reply.
    const stored = taken?.provesEnd === true && this.#threadId !== null;
    const unsent = !stored && this.#takeBackPending(remedy, !signal.aborted && isRefusal(error));
    if (signal.aborted) {
      if (taken && !unsent) this.#markStopped();
      return;
    }
    if (!taken && following) return;
    if (stored && error.kind === "cut") return this.#fail(error, { do: "reload" });
    const failed = error.kind === "interrupted" ? await this.#interrupted(error) : error;
    const { thread } = this.store.value;
    this.#fail(failed, remedyFor(failed, { remedy, unsent, following, thread }));
  }

  /** After the server was gone: what is stored, for what was streamed, and its words for the failure. */
  async #interrupted(error: ChatKitError): Promise<ChatKitError> {
    const id = this.#threadId;
    const stored = id === null ? null : await fetchThread(this.#api, id, this.#life.signal).catch(() => null);
    if (!stored) return error;
    this.store.set({ thread: refreshThread(this.store.value.thread, stored) });
    return new ChatKitError("interrupted", error.message, { detail: stored.ending?.words ?? undefined });
  }

  /** Somebody stopped the reply, here or elsewhere. */
  #markStopped(): void {
    const { run, thread } = this.store.value;
    const message = lastUserMessage(thread.items);
    if (run !== "reply" || !message) return;
    const ending = { status: "cancelled", words: null, retryAfter: message.id } as const;
    this.store.set({ thread: { ...thread, ending } });
  }

  #receive(event: unknown): void {
    const state = this.store.value;
    const thread = applyEvent(state.thread, event);
    if (isRecord(event) && event.type === "client_effect") {
      this.#host.emit("chatkit.effect", {
        name: text(event.name),
        data: isRecord(event.data) ? event.data : {},
      });
    }
    if (thread === state.thread) return;
    const patch: Partial<ConversationState> = { thread };
    const added = thread.items.length > state.thread.items.length ? thread.items.at(-1) : undefined;
    if (added?.type === "user_message") patch.pending = null;
    if (state.run === "quiet" && added && added.type !== "widget") patch.run = "reply";
    if (thread.progress && state.run === "quiet") patch.run = "reply";
    this.store.set(patch, "frame");
    const id = thread.info?.id ?? null;
    if (id !== null && id !== this.#threadId) {
      this.#threadId = id;
      this.#host.threadChanged(this);
    }
  }

  /** Whether the running message was not stored as far as anyone knows; then its text goes back. */
  #takeBackPending(remedy: Remedy, refused: boolean): boolean {
    if (this.store.value.pending === null || remedy.do !== "resend") return false;
    this.store.set({ pending: null });
    this.#host.restoreDraft(remedy.input, refused);
    return true;
  }

  #fail(error: ChatKitError, remedy: Remedy): void {
    this.store.set({ failure: { error, remedy } });
    this.#host.emit("chatkit.error", { error });
  }

  #log(name: string, data: Record<string, unknown>): void {
    this.#host.emit("chatkit.log", { name, data });
  }
}
