/** The message that is being written: its text and tags, files, tool and model, and what helps to write it. */
import type {
  Attachment as HostAttachment,
  ModelOption,
  ToolOption,
  UserMessageContent,
} from "@openai/chatkit";
import type { Words } from "../locales/index.ts";
import { isRecord, parseAttachment } from "../protocol/parse.ts";
import type { Api } from "../protocol/requests.ts";
import type { UserContent, UserMessageInput } from "../protocol/types.ts";
import { Attachments, type DraftFile } from "./attachments.ts";
import { Dictation } from "./dictation.ts";
import { recallFiles, recallMessage, rememberFiles, rememberMessage } from "./draft-memory.ts";
import { hostError } from "./failure.ts";
import type { Options } from "./options.ts";
import { Store } from "./store.ts";
import { type BuiltIn, Suggestions } from "./suggestions.ts";
import { type PlacedTag, readContent, retype, type TaggedText, toContent } from "./tags.ts";

export interface Draft {
  text: string;
  tags: readonly PlacedTag[];
  reply: string | null;
  toolId: string | null;
  modelId: string | null;
}

/** The composer's field, as it is drawn; no one else holds a node. */
export interface ComposerField {
  focus(): void;
  /** Where the caret is. */
  caret(): number;
  /** Where it is to be once the draft's text is drawn. */
  setCaret(at: number): void;
  pickFiles(): void;
}

/** What the composer needs of the chat around it. */
export interface ComposerHost {
  options(): Options;
  words(): Words;
  emit(name: string, detail?: unknown): void;
}

const EMPTY_DRAFT: Draft = {
  text: "",
  tags: [],
  reply: null,
  toolId: null,
  modelId: null,
};

export class Composer {
  /** Apart from the rest of the chat: it changes with each key. */
  readonly draft = new Store<Draft>(EMPTY_DRAFT);
  readonly attachments: Attachments;
  readonly dictation: Dictation;
  readonly suggestions: Suggestions;
  readonly #host: ComposerHost;
  #field: ComposerField | null = null;
  /** Of the last message, for the case that it comes back. */
  #sentFiles: readonly DraftFile[] = [];
  /** Files are written down no more. */
  #forget = () => {};

  constructor(api: Api, host: ComposerHost) {
    this.#host = host;
    this.attachments = new Attachments(api, host.emit);
    this.dictation = new Dictation(api, host.emit);
    this.suggestions = new Suggestions({
      options: host.options,
      draft: () => this.draft.value,
      setDraft: (draft, caret) => this.#replaceDraft(draft, caret),
      builtIns: () => this.#builtInCommands(),
      failed: (what, cause) => host.emit("chatkit.error", { error: hostError(`${what} failed`, cause) }),
    });
  }

  /** What was being written to this server, before the page was loaded anew or another server was talked to. */
  recall({ api: { url }, composer }: Options): void {
    this.draft.set({ ...EMPTY_DRAFT, ...recallMessage(url) });
    this.attachments.recall(recallFiles(url), composer.attachments !== null);
    rememberFiles(url, this.attachments.kept);
    this.#forget = this.attachments.store.subscribe(() => rememberFiles(url, this.attachments.kept));
  }

  /** The tool that is selected in the composer. */
  get tool(): ToolOption | undefined {
    return this.#host.options().composer.tools.find((tool) => tool.id === this.draft.value.toolId);
  }

  /** The model that the composer's message goes to: what was chosen, else the host's default, else the first. */
  get model(): ModelOption | undefined {
    const usable = this.#host.options().composer.models.filter((model) => model.disabled !== true);
    const chosen = usable.find((model) => model.id === this.draft.value.modelId);
    return chosen ?? usable.find((model) => model.default === true) ?? usable[0];
  }

  setDraft(patch: Partial<Draft>): void {
    const { toolId } = this.draft.value;
    this.draft.set(patch);
    if (patch.text !== undefined || patch.reply !== undefined) {
      rememberMessage(this.#host.options().api.url, this.draft.value);
    }
    if (this.draft.value.toolId !== toolId) {
      this.#host.emit("chatkit.tool.change", { toolId: this.draft.value.toolId });
    }
  }

  /** There is something to send, and all of it is here. */
  get isReady(): boolean {
    return this.attachments.areReady && (this.draft.value.text.trim() !== "" || !this.attachments.isEmpty);
  }

  /** What it holds, as it is sent. It is empty then, but for what stays for the next message. */
  take() {
    this.suggestions.close();
    const draft = this.draft.value;
    const { tool, model } = this;
    const toolId = tool?.persistent === true ? tool.id : null;
    this.setDraft({ ...EMPTY_DRAFT, toolId, modelId: model ? draft.modelId : null });
    const files = this.attachments.takeAll();
    this.#sentFiles = files;
    return {
      reply: draft.reply ?? undefined,
      toolChoice: draft.toolId === null ? undefined : { id: draft.toolId },
      model: model?.id ?? draft.modelId ?? undefined,
      content: toContent(draft),
      attachments: files.flatMap(({ attachment }) => (attachment ? [attachment] : [])),
    };
  }

  restore(input: UserMessageInput, refused: boolean): void {
    const draft = this.draft.value;
    // Whoever typed on meanwhile keeps that too.
    const sent = readContent(input.content);
    const gap = sent.text && draft.text ? "\n" : "";
    const shift = sent.text.length + gap.length;
    this.setDraft({
      text: sent.text + gap + draft.text,
      tags: [...sent.tags, ...draft.tags.map(({ at, tag }) => ({ at: at + shift, tag }))],
      reply: draft.reply ?? input.quoted_text,
      toolId: draft.toolId ?? input.inference_options.tool_choice?.id ?? null,
      modelId: draft.modelId ?? input.inference_options.model ?? null,
    });
    const back = this.#sentFiles.filter(({ attachment }) => input.attachments.includes(attachment?.id ?? ""));
    this.#sentFiles = [];
    this.attachments.putBack(back, refused);
  }

  setValue(params: {
    text?: string;
    content?: UserMessageContent[];
    reply?: string;
    attachments?: HostAttachment[];
    files?: File[];
    selectedToolId?: string | null;
    selectedModelId?: string;
  }): void {
    const patch: Partial<Draft> = {};
    if (params.text !== undefined || params.content !== undefined) {
      Object.assign(patch, readContent(contentOf(params.content, params.text)) satisfies TaggedText);
    }
    if (params.reply !== undefined) patch.reply = params.reply || null;
    if (params.attachments !== undefined) {
      this.attachments.give(params.attachments.filter(isRecord).map(parseAttachment));
    }
    if (params.files !== undefined) this.attachFiles(params.files);
    if (params.selectedModelId !== undefined) patch.modelId = params.selectedModelId;
    if (params.selectedToolId !== undefined) {
      const known = this.#host.options().composer.tools.some((tool) => tool.id === params.selectedToolId);
      patch.toolId = known ? params.selectedToolId : null;
    }
    this.setDraft(patch);
  }

  /** Files that were picked, pasted, dropped or given by the host; nothing where the host allows none. */
  attachFiles(files: readonly File[]): void {
    const { attachments } = this.#host.options().composer;
    if (attachments && files.length > 0) this.attachments.add(files, attachments);
  }

  onField(field: ComposerField | null): void {
    this.#field = field;
  }

  focus(): void {
    this.#field?.focus();
  }

  /** What was typed, with the tags that are still whole. */
  type(text: string, caret: number): void {
    const { tags } = retype(this.draft.value, text, caret);
    this.setDraft({ text, tags });
    this.suggestions.update(text, caret);
  }

  /** Puts words where the caret is, with space around them, and types on behind them. */
  insertText(words: string): void {
    const draft = this.draft.value;
    const at = this.#field?.caret() ?? draft.text.length;
    const before = draft.text.slice(0, at);
    const lead = before === "" || /\s$/.test(before) ? "" : " ";
    const caret = at + lead.length + words.length;
    const text = before + lead + words + draft.text.slice(at);
    this.#replaceDraft({ text, tags: retype(draft, text, caret).tags }, caret);
    this.suggestions.update(text, caret);
    this.focus();
  }

  #replaceDraft({ text, tags }: TaggedText, caret: number): void {
    this.#field?.setCaret(caret);
    this.setDraft({ text, tags });
  }

  pickFiles(): void {
    this.#field?.pickFiles();
  }

  cancelDictation(): void {
    this.dictation.cancel();
    this.focus();
  }

  async finishDictation(): Promise<void> {
    const words = await this.dictation.finish();
    if (words !== null) this.insertText(words);
  }

  /** What of the composer can be reached by the command menu. */
  #builtInCommands(): BuiltIn[] {
    const words = this.#host.words();
    const { attachments, tools, models, dictation } = this.#host.options().composer;
    const files = { id: "files", label: words.addFiles, icon: "attach", run: () => this.#field?.pickFiles() };
    const speech = {
      id: "dictate",
      label: words.dictate,
      icon: "mic",
      run: () => void this.dictation.start(),
    };
    return [
      ...(attachments ? [files] : []),
      ...(dictation ? [speech] : []),
      ...tools.map(({ id, label, icon }) => ({
        id: `tool:${id}`,
        label,
        icon,
        group: words.tools,
        run: () => this.setDraft({ toolId: id }),
      })),
      ...models
        .filter((model) => model.disabled !== true)
        .map(({ id, label }) => ({
          id: `model:${id}`,
          label,
          icon: id === this.model?.id ? "check" : "dot",
          group: words.model,
          run: () => this.setDraft({ modelId: id }),
        })),
    ];
  }

  /** Everything under way ends; what was written is remembered as it is now. */
  dispose(): void {
    this.#forget();
    this.attachments.clear();
    this.dictation.cancel();
    this.suggestions.close();
  }
}

export function contentOf(
  content: UserMessageContent[] | undefined,
  text: string | undefined,
): UserContent[] {
  if (content && content.length > 0) {
    return content.map((part) =>
      part.type === "input_tag"
        ? { ...part, data: part.data ?? {}, interactive: part.interactive ?? false }
        : part,
    );
  }
  return text?.trim() ? [{ type: "input_text", text }] : [];
}
