/** The custom element: options in, methods, events out. What is drawn is App's affair, what happens Chat's. */
import type { ChatKitOptions, OpenAIChatKit } from "@openai/chatkit";
import { version } from "../package.json";
import { Chat } from "./state/chat.ts";
import { loadFonts } from "./theme.ts";
import { mount } from "./ui/App.tsx";
import { sharedStyles } from "./ui/styles.ts";

type Params<M extends keyof OpenAIChatKit> = OpenAIChatKit[M] extends (...args: infer A) => unknown
  ? A
  : never;

/** A frame may not come: the tab is in the background. Nobody waits longer for `chatkit.ready`. */
const READY_MS = 500;

export class ChatKitElement extends HTMLElement {
  /** Of this build, so that a page can tell which one it got. */
  static readonly version: string = version;
  static readonly observedAttributes = ["heading-level"];
  readonly #root: ShadowRoot;
  #chat: Chat | null = null;
  #options: ChatKitOptions | null = null;
  #unmount: (() => void) | null = null;
  #ready = false;
  #lastThread: string | null = null;

  constructor() {
    super();
    this.#root = this.attachShadow({ mode: "open" });
    this.#root.adoptedStyleSheets = [sharedStyles()];
  }

  connectedCallback(): void {
    this.#start();
  }

  attributeChangedCallback(_name: string, _before: string | null, value: string | null): void {
    this.#chat?.setHeadingLevel(value);
  }

  disconnectedCallback(): void {
    // A move in the document is a disconnection and a connection in one go: the chat goes on.
    queueMicrotask(() => {
      if (!this.isConnected) this.#stop();
    });
  }

  setOptions(options: ChatKitOptions): void {
    this.#options = options;
    if (this.#chat) {
      this.#chat.setOptions(options);
      loadFonts(this.#chat.options.theme.fonts);
    } else {
      this.#start();
    }
  }

  async focusComposer(): Promise<void> {
    this.#require().composer.focus();
  }

  async setThreadId(...[threadId]: Params<"setThreadId">): Promise<void> {
    await this.#require().setThreadId(threadId);
  }

  async sendUserMessage(...[params]: Params<"sendUserMessage">): Promise<void> {
    await this.#require().sendUserMessage(params);
  }

  async setComposerValue(...[params]: Params<"setComposerValue">): Promise<void> {
    this.#require().composer.setValue(params);
  }

  async sendCustomAction(...[action, itemId]: Params<"sendCustomAction">): Promise<void> {
    await this.#require().conversation.sendAction(action, itemId ?? null, { streaming: true });
  }

  async fetchUpdates(): Promise<void> {
    await this.#require().fetchUpdates();
  }

  /** Ours alone; see the README. */
  async followReply(threadId: string, open: (signal: AbortSignal) => Promise<Response>): Promise<void> {
    await this.#require().followReply(threadId, open);
  }

  async showHistory(): Promise<void> {
    this.#require().openHistory();
  }

  async hideHistory(): Promise<void> {
    this.#require().closeHistory();
  }

  #require(): Chat {
    if (!this.#chat)
      throw new Error("<openai-chatkit> needs setOptions() and a place in the document first.");
    return this.#chat;
  }

  /** As soon as there are both options and a place in the document. */
  #start(): void {
    if (this.#chat || !this.#options || !this.isConnected) return;
    const chat = new Chat((name, detail) => this.#emit(name, detail));
    this.#chat = chat;
    chat.setHeadingLevel(this.getAttribute("heading-level"));
    // Put back into the document, it shows what it showed.
    const { initialThread = null } = this.#options;
    chat.setOptions({ ...this.#options, initialThread: this.#lastThread ?? initialThread });
    loadFonts(chat.options.theme.fonts);
    const unmount = mount(chat, this.#root);
    const online = () => chat.cameOnline();
    window.addEventListener("online", online);
    this.#unmount = () => {
      window.removeEventListener("online", online);
      unmount();
    };
    this.#announceReady();
  }

  #stop(): void {
    this.#lastThread = this.#chat?.conversation.threadId ?? null;
    this.#unmount?.();
    this.#chat?.dispose();
    this.#unmount = null;
    this.#chat = null;
  }

  /** Hosts that are components add their listeners after they set the options: they are given a frame for it. Once. */
  #announceReady(): void {
    if (this.#ready) return;
    this.#ready = true;
    let told = false;
    const tell = () => {
      if (told) return;
      told = true;
      setTimeout(() => this.#emit("chatkit.ready"));
    };
    requestAnimationFrame(tell);
    setTimeout(tell, READY_MS);
  }

  #emit(name: string, detail?: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail: detail ?? null, bubbles: false }));
  }
}
