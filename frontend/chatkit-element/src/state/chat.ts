/**
 * The whole chat of one element: which conversation is shown, the draft, the history, the host's options.
 * Methods here are what the element's methods and the interface's buttons do.
 */
import type {
  Entity,
  Attachment as HostAttachment,
  StartScreenPrompt,
  UserMessageContent,
} from "@openai/chatkit";
import { findMessages, type Messages } from "../locales/index.ts";
import { isRecord, parseAttachment } from "../protocol/parse.ts";
import { Api } from "../protocol/requests.ts";
import type {
  Action,
  Attachment,
  ClientToolCallItem,
  UserContent,
  UserMessageInput,
  WidgetItem,
} from "../protocol/types.ts";
import { Composer, contentOf } from "./composer.ts";
import { Conversation, type ConversationHost } from "./conversation.ts";
import { hostError } from "./failure.ts";
import { History } from "./history.ts";
import { DEFAULT_OPTIONS, isOtherServer, type Options, readOptions } from "./options.ts";
import { Store } from "./store.ts";

export interface ChatState {
  options: Options;
  messages: Messages;
  /** The words are English only until those of the locale are loaded. */
  wordsComing: boolean;
  conversation: Conversation;
  view: "thread" | "history";
  /** From 1: of the title's heading, which the page chooses to fit its own. */
  headingLevel: number;
  /** The thread that was to be shown is no longer there. */
  lostThread: boolean;
}

export interface SendParams {
  text?: string;
  content?: UserMessageContent[];
  reply?: string;
  attachments?: HostAttachment[];
  newThread?: boolean;
  toolChoice?: { id: string };
  model?: string;
}

export type Emit = (name: string, detail?: unknown) => void;

const DEFAULT_HEADING_LEVEL = 2;

export class Chat {
  readonly store: Store<ChatState>;
  readonly composer: Composer;
  history: History;
  readonly #api: Api;
  readonly #emit: Emit;
  /** Conversations left while their reply was running: it goes on, and is there when one comes back. */
  readonly #background = new Map<string, Conversation>();
  #started = false;

  constructor(emit: Emit) {
    this.#emit = emit;
    this.#api = new Api(() => this.options.api);
    this.composer = new Composer(this.#api, {
      options: () => this.options,
      words: () => this.store.value.messages.words,
      emit,
    });
    this.history = new History(this.#api);
    this.store = new Store<ChatState>({
      options: DEFAULT_OPTIONS,
      messages: findMessages(null).messages,
      wordsComing: false,
      conversation: this.#newConversation(null),
      view: "thread",
      headingLevel: DEFAULT_HEADING_LEVEL,
      lostThread: false,
    });
  }

  get options(): Options {
    return this.store.value.options;
  }

  get conversation(): Conversation {
    return this.store.value.conversation;
  }

  /** A full set, each time. The thread stays unless it is another server's. */
  setOptions(input: unknown): void {
    const before = this.options;
    const options = readOptions(input);
    const fresh = !this.#started || isOtherServer(before, options);
    const spoken = this.#started && options.locale === before.locale;
    this.#started = true;
    this.store.set({ options });
    if (!spoken) this.#speak(options.locale);
    const { toolId } = this.composer.draft.value;
    const had = before.composer.tools.some(({ id }) => id === toolId);
    if (had && !this.composer.tool) this.composer.setDraft({ toolId: null });
    if (!fresh) return;
    this.#disposeAll();
    this.composer.recall(options);
    this.history = new History(this.#api);
    this.store.set({ view: "thread", conversation: this.#newConversation(null) });
    if (options.initialThread !== null) void this.#openInitial(options.initialThread);
  }

  /** A page's attribute, so a word that may mean nothing. One level stays free below. */
  setHeadingLevel(level: string | null): void {
    const wanted = Number.parseInt(level ?? "", 10);
    const headingLevel = Number.isNaN(wanted) ? DEFAULT_HEADING_LEVEL : Math.min(5, Math.max(1, wanted));
    this.store.set({ headingLevel });
  }

  #speak(locale: string | null): void {
    const { messages, coming } = findMessages(locale);
    this.store.set({ messages, wordsComing: coming !== null });
    void coming?.then((found) => {
      if (this.options.locale === locale) this.store.set({ messages: found, wordsComing: false });
    });
  }

  /** A host keeps the last thread's id across visits; when that thread is gone, one begins anew instead of at an error. */
  async #openInitial(threadId: string): Promise<void> {
    const conversation = this.#show(threadId);
    await conversation.load();
    const { failure } = conversation.store.value;
    if (this.conversation !== conversation || failure?.error.kind !== "thread_gone") return;
    this.#show(null);
    this.store.set({ lostThread: true });
  }

  async setThreadId(threadId: string | null): Promise<void> {
    this.closeHistory();
    if (threadId === this.conversation.threadId && (threadId !== null || !this.conversation.isRunning))
      return;
    const conversation = this.#show(threadId);
    if (threadId !== null && conversation.store.value.thread.info === null) await conversation.load();
  }

  newChat(): void {
    void this.setThreadId(null);
    if (this.conversation.store.value.failure) this.conversation.dismissFailure();
    this.composer.focus();
  }

  #show(threadId: string | null): Conversation {
    const left = this.conversation;
    if (!left.isRunning) left.dispose();
    else if (left.threadId !== null) this.#background.set(left.threadId, left);
    const kept = threadId === null ? undefined : this.#background.get(threadId);
    if (threadId !== null) this.#background.delete(threadId);
    const conversation = kept?.isRunning ? kept : this.#newConversation(threadId);
    this.store.set({ conversation, lostThread: false });
    this.#emit("chatkit.thread.change", { threadId });
    return conversation;
  }

  #newConversation(threadId: string | null): Conversation {
    const host: ConversationHost = {
      emit: this.#emit,
      restoreDraft: (input, refused) => this.composer.restore(input, refused),
      threadChanged: (conversation) => {
        const { threadId: id } = conversation;
        if (conversation === this.conversation) this.#emit("chatkit.thread.change", { threadId: id });
        else if (id !== null) this.#background.set(id, conversation);
      },
      runClientTool: (call) => this.#runClientTool(call),
    };
    return new Conversation(this.#api, host, threadId);
  }

  /** A message of the host or of a start prompt; the composer's draft is left alone. */
  async sendUserMessage(params: SendParams): Promise<void> {
    const content = contentOf(params.content, params.text);
    const attachments = (params.attachments ?? []).filter(isRecord).map(parseAttachment);
    if (content.length === 0 && attachments.length === 0) {
      throw new Error("sendUserMessage needs text or content.");
    }
    await this.#send(params, { content, attachments });
  }

  async #send(
    { reply, newThread = false, toolChoice, model }: Omit<SendParams, "text" | "content" | "attachments">,
    { content, attachments }: { content: UserContent[]; attachments: readonly Attachment[] },
  ): Promise<void> {
    if (this.conversation.store.value.run === "reply" && !newThread) {
      throw new Error("A reply is still running.");
    }
    this.closeHistory();
    if (newThread) await this.setThreadId(null);
    this.store.set({ lostThread: false });
    const input: UserMessageInput = {
      content,
      attachments: attachments.map(({ id }) => id),
      quoted_text: reply ?? null,
      inference_options: {
        ...(toolChoice ? { tool_choice: { id: toolChoice.id } } : {}),
        ...(model ? { model } : {}),
      },
    };
    await this.conversation.send(input, attachments);
  }

  async sendPrompt({ prompt }: StartScreenPrompt): Promise<void> {
    const params = typeof prompt === "string" ? { text: prompt } : { content: prompt };
    await this.sendUserMessage(params).catch(() => {});
  }

  /** The composer holds something that can be sent now. */
  get canSend(): boolean {
    return this.conversation.store.value.run !== "reply" && this.composer.isReady;
  }

  /** What the composer holds, sent; it is emptied at once and filled again should sending fail. */
  async sendDraft(): Promise<void> {
    if (!this.canSend) return;
    this.#emit("chatkit.log", { name: "composer.submit" });
    const message = this.composer.take();
    await this.#send(message, message).catch(() => {});
  }

  /** The failure card's button. A message that was not sent is now the composer's, as edited since. */
  async retry(): Promise<void> {
    const { failure } = this.conversation.store.value;
    if (!failure) return;
    if (failure.remedy.do === "new_chat") return this.newChat();
    if (failure.remedy.do === "resend" && this.canSend) return this.sendDraft();
    await this.conversation.retry();
  }

  /** An action of a widget: to the host, or to the server. Resolves when its effects are here. */
  async act(
    action: Action,
    item: WidgetItem,
    how: { handler: "client" | "server"; streaming: boolean },
  ): Promise<void> {
    if (how.handler === "client") {
      try {
        // biome-ignore lint/suspicious/noExplicitAny: the widget is what the server sent, the vendor's type a promise of its shape
        await this.options.onWidgetAction?.(action, { id: item.id, widget: item.widget as any });
      } catch (cause) {
        this.#emit("chatkit.error", { error: hostError("widgets.onAction failed", cause) });
        throw cause;
      }
      return;
    }
    await this.conversation.sendAction(action, item.id, { streaming: how.streaming });
  }

  async #runClientTool(call: ClientToolCallItem): Promise<unknown> {
    const { onClientTool } = this.options;
    try {
      if (!onClientTool) throw new Error(`The page has no handler for the client tool "${call.name}".`);
      return (await onClientTool({ name: call.name, params: call.arguments })) ?? {};
    } catch (cause) {
      this.#emit("chatkit.error", { error: hostError(`The client tool "${call.name}" failed`, cause) });
      // The assistant is told, so that the conversation can go on.
      return { error: cause instanceof Error ? cause.message : String(cause) };
    }
  }

  openHistory(): void {
    if (this.store.value.view === "history" || !this.options.history.enabled) return;
    this.store.set({ view: "history" });
    this.#emit("chatkit.history.open");
    void this.history.refresh();
  }

  closeHistory(): void {
    if (this.store.value.view !== "history") return;
    this.store.set({ view: "thread" });
    this.#emit("chatkit.history.close");
  }

  async renameThread(id: string, title: string): Promise<void> {
    const done = await this.history.rename(id, title);
    if (done && this.conversation.threadId === id) this.conversation.rename(title);
  }

  async deleteThread(id: string): Promise<void> {
    if (!(await this.history.remove(id))) return;
    this.#background.get(id)?.dispose();
    this.#background.delete(id);
    if (this.conversation.threadId === id) {
      this.conversation.stop();
      this.#show(null);
    }
  }

  async fetchUpdates(): Promise<void> {
    await this.conversation.reload();
    if (this.store.value.view === "history") await this.history.refresh();
  }

  /** The browser is online again: what could not be had is asked for anew, and no card says any longer that it can't. */
  cameOnline(): void {
    this.conversation.cameOnline();
    if (this.history.store.value.error) void this.history.refresh();
  }

  /** Joins a reply that runs in the shown thread; nothing when another thread is shown, or the reply is here already. */
  async followReply(threadId: string, open: (signal: AbortSignal) => Promise<Response>): Promise<void> {
    const { conversation } = this;
    if (conversation.threadId === threadId && !conversation.isRunning) await conversation.follow(open);
  }

  callHost(name: string, run: () => unknown): void {
    try {
      run();
    } catch (cause) {
      this.#emit("chatkit.error", { error: hostError(`${name} failed`, cause) });
    }
  }

  /** The widget that the host shows for an entity; null when it has none, or failed. */
  async requestPreview(entity: Entity): Promise<unknown> {
    try {
      const answer: unknown = await this.options.entities.onRequestPreview?.(entity);
      return isRecord(answer) ? answer.preview : null;
    } catch (cause) {
      this.#emit("chatkit.error", { error: hostError("entities.onRequestPreview failed", cause) });
      return null;
    }
  }

  deeplink(name: string, data: Record<string, unknown>): void {
    this.#emit("chatkit.deeplink", { name, data });
  }

  dispose(): void {
    this.#disposeAll();
  }

  #disposeAll(): void {
    this.conversation.dispose();
    for (const conversation of this.#background.values()) conversation.dispose();
    this.#background.clear();
    this.history.dispose();
    this.composer.dispose();
  }
}
