/**
 * The whole chat of one element: which conversation is shown, the draft, the history, the host's options.
 * Methods here are what the element's methods and the interface's buttons do.
 */
import type { Attachment, StartScreenPrompt, UserMessageContent } from "@openai/chatkit";
import { loadMessages, type Messages } from "../locales/index.ts";
import { ChatKitError } from "../protocol/errors.ts";
import { Api } from "../protocol/requests.ts";
import type {
  Action,
  ClientToolCallItem,
  UserContent,
  UserMessageInput,
  WidgetItem,
} from "../protocol/types.ts";
import { Conversation, type ConversationHost } from "./conversation.ts";
import { recallDraft, rememberDraft } from "./draft-memory.ts";
import { History } from "./history.ts";
import { DEFAULT_OPTIONS, isOtherServer, type Options, readOptions } from "./options.ts";
import { Store } from "./store.ts";

export interface Draft {
  text: string;
  /** Content that is more than text (tags), as the host gave it; typing replaces it. */
  content: UserContent[] | null;
  reply: string | null;
  attachments: readonly Attachment[];
  toolId: string | null;
  modelId: string | null;
}

export interface ChatState {
  options: Options;
  messages: Messages;
  conversation: Conversation;
  view: "thread" | "history";
  /** The thread that was to be shown is no longer there. */
  lostThread: boolean;
}

export interface SendParams {
  text?: string;
  content?: UserMessageContent[];
  reply?: string;
  attachments?: Attachment[];
  newThread?: boolean;
  toolChoice?: { id: string };
  model?: string;
}

export type Emit = (name: string, detail?: unknown) => void;

const EMPTY_DRAFT: Draft = {
  text: "",
  content: null,
  reply: null,
  attachments: [],
  toolId: null,
  modelId: null,
};

export class Chat {
  readonly store: Store<ChatState>;
  /** Apart from the rest: it changes with each key. */
  readonly draft = new Store<Draft>(EMPTY_DRAFT);
  history: History;
  readonly #api: Api;
  readonly #emit: Emit;
  /** Conversations left while their reply was running: it goes on, and is there when one comes back. */
  readonly #background = new Map<string, Conversation>();
  #focusComposer: () => void = () => {};
  #started = false;

  constructor(emit: Emit) {
    this.#emit = emit;
    this.#api = new Api(() => this.options.api);
    this.history = new History(this.#api);
    this.store = new Store<ChatState>({
      options: DEFAULT_OPTIONS,
      messages: loadMessages(null),
      conversation: this.#newConversation(null),
      view: "thread",
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
    this.#started = true;
    this.store.set({
      options,
      messages: options.locale === before.locale ? this.store.value.messages : loadMessages(options.locale),
    });
    if (!fresh) return;
    this.#disposeAll();
    this.draft.set({ ...EMPTY_DRAFT, text: recallDraft(options.api.url) });
    this.history = new History(this.#api);
    this.store.set({ view: "thread", conversation: this.#newConversation(null) });
    if (options.initialThread !== null) void this.#openInitial(options.initialThread);
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
    this.#focusComposer();
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
      restoreDraft: (input) => this.#restoreDraft(input),
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
    if (this.conversation.store.value.run === "reply" && params.newThread !== true) {
      throw new Error("A reply is still running.");
    }
    const content = contentOf(params.content, params.text);
    if (content.length === 0) throw new Error("sendUserMessage needs text or content.");
    this.closeHistory();
    if (params.newThread === true) await this.setThreadId(null);
    this.store.set({ lostThread: false });
    await this.conversation.send({
      content,
      attachments: (params.attachments ?? []).map(({ id }) => id),
      quoted_text: params.reply ?? null,
      inference_options: {
        ...(params.toolChoice ? { tool_choice: { id: params.toolChoice.id } } : {}),
        ...(params.model ? { model: params.model } : {}),
      },
    });
  }

  async sendPrompt({ prompt }: StartScreenPrompt): Promise<void> {
    const params = typeof prompt === "string" ? { text: prompt } : { content: prompt };
    await this.sendUserMessage(params).catch(() => {});
  }

  /** What the composer holds, sent; it is emptied at once and filled again should sending fail. */
  async sendDraft(): Promise<void> {
    const draft = this.draft.value;
    if (draft.text.trim() === "" || this.conversation.store.value.run === "reply") return;
    this.#emit("chatkit.log", { name: "composer.submit" });
    const persistent =
      this.options.composer.tools.find((tool) => tool.id === draft.toolId)?.persistent === true;
    this.setDraft({ ...EMPTY_DRAFT, toolId: persistent ? draft.toolId : null, modelId: draft.modelId });
    const sent = this.sendUserMessage({
      content: draft.content ?? [{ type: "input_text", text: draft.text.trim() }],
      reply: draft.reply ?? undefined,
      attachments: [...draft.attachments],
      toolChoice: draft.toolId === null ? undefined : { id: draft.toolId },
      model: draft.modelId ?? undefined,
    });
    await sent.catch(() => {});
  }

  setDraft(patch: Partial<Draft>): void {
    const { toolId } = this.draft.value;
    this.draft.set(patch);
    if (patch.text !== undefined) rememberDraft(this.options.api.url, patch.text);
    if (this.draft.value.toolId !== toolId) {
      this.#emit("chatkit.tool.change", { toolId: this.draft.value.toolId });
    }
  }

  #restoreDraft(input: UserMessageInput): void {
    const draft = this.draft.value;
    // Whoever typed on meanwhile keeps that too.
    const text = [textOf(input.content), draft.text].filter(Boolean).join("\n");
    const structured = input.content.some((part) => part.type === "input_tag") && draft.text === "";
    this.setDraft({
      text,
      content: structured ? input.content : null,
      reply: draft.reply ?? input.quoted_text,
      toolId: draft.toolId ?? input.inference_options.tool_choice?.id ?? null,
    });
  }

  /** The failure card's button. A message that was not sent is now the composer's, as edited since. */
  async retry(): Promise<void> {
    const { failure } = this.conversation.store.value;
    if (!failure) return;
    if (failure.remedy.do === "new_chat") return this.newChat();
    if (failure.remedy.do === "resend" && this.draft.value.text.trim() !== "") return this.sendDraft();
    await this.conversation.retry();
  }

  setComposerValue(params: {
    text?: string;
    content?: UserMessageContent[];
    reply?: string;
    attachments?: Attachment[];
    selectedToolId?: string | null;
    selectedModelId?: string;
  }): void {
    const patch: Partial<Draft> = {};
    if (params.text !== undefined || params.content !== undefined) {
      const content = contentOf(params.content, params.text);
      patch.text = textOf(content);
      patch.content = content.some((part) => part.type === "input_tag") ? content : null;
    }
    if (params.reply !== undefined) patch.reply = params.reply || null;
    if (params.attachments !== undefined) patch.attachments = params.attachments;
    if (params.selectedModelId !== undefined) patch.modelId = params.selectedModelId;
    if (params.selectedToolId !== undefined) {
      const known = this.options.composer.tools.some((tool) => tool.id === params.selectedToolId);
      patch.toolId = known ? params.selectedToolId : null;
    }
    this.setDraft(patch);
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
    await this.conversation.load();
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

  /** The composer says how it is focused; no one else holds a node. */
  onFocusComposer(focus: () => void): void {
    this.#focusComposer = focus;
  }

  focusComposer(): void {
    this.#focusComposer();
  }

  callHost(name: string, run: () => unknown): void {
    try {
      run();
    } catch (cause) {
      this.#emit("chatkit.error", { error: hostError(`${name} failed`, cause) });
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
  }
}

function contentOf(content: UserMessageContent[] | undefined, text: string | undefined): UserContent[] {
  if (content && content.length > 0) {
    return content.map((part) =>
      part.type === "input_tag"
        ? { ...part, data: part.data ?? {}, interactive: part.interactive ?? false }
        : part,
    );
  }
  return text?.trim() ? [{ type: "input_text", text }] : [];
}

export function textOf(content: readonly UserContent[]): string {
  return content.map((part) => part.text).join("");
}

function hostError(what: string, cause: unknown): Error {
  return new ChatKitError("rejected", `${what}: ${cause instanceof Error ? cause.message : String(cause)}`, {
    cause,
  });
}
