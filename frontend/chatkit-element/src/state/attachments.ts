/** The files of the message that is being written: checked, uploaded, shown, taken along when it is sent. */
import type { Api } from "../protocol/requests.ts";
import type { Attachment } from "../protocol/types.ts";
import { uploadFile } from "../protocol/upload.ts";
import type { KeptFile, KeptFiles } from "./draft-memory.ts";
import { asError } from "./failure.ts";
import { type FileRules, isAccepted, sizeLimit } from "./file-rules.ts";
import { Store } from "./store.ts";
import { safeImage, thumbnailOf } from "./thumbnail.ts";

export interface DraftFile {
  key: number;
  name: string;
  mimeType: string;
  image: boolean;
  /** A `data:` address. */
  thumbnail: string | null;
  state: "uploading" | "ready" | "failed";
  /** A share of 1; null where it is not known. */
  progress: number | null;
  /** Once the server has it. */
  attachment: Attachment | null;
  /** The server's own words for why it failed. */
  reason: string | null;
  /** The host had uploaded it, and keeps it when it is removed here. */
  given: boolean;
  /** It was uploaded before the page was loaded anew; `refused` once a message with it was not taken. */
  recalled: "no" | "yes" | "refused";
}

/** Why a file was not taken. `lost`: its upload ended with the page. */
export type FileProblem =
  | { kind: "lost"; name: string }
  | { kind: "too_large"; name: string; limit: number }
  | { kind: "refused"; name: string }
  | { kind: "too_many"; limit: number };

export interface AttachmentsState {
  files: readonly DraftFile[];
  problems: readonly FileProblem[];
}

interface Upload {
  file: File;
  controller: AbortController;
}

let lastKey = 0;

export class Attachments {
  readonly store = new Store<AttachmentsState>({ files: [], problems: [] });
  readonly #api: Api;
  readonly #emit: (name: string, detail?: unknown) => void;
  readonly #uploads = new Map<number, Upload>();
  /** Of files that were sent, by their attachments' ids: they are shown with the message, too. */
  readonly #thumbnails = new Map<string, string>();

  constructor(api: Api, emit: (name: string, detail?: unknown) => void) {
    this.#api = api;
    this.#emit = emit;
  }

  get isEmpty(): boolean {
    return this.store.value.files.length === 0;
  }

  /** Everything is on the server: the message may go. */
  get areReady(): boolean {
    return this.store.value.files.every((file) => file.state === "ready");
  }

  thumbnail(attachmentId: string): string | null {
    return this.#thumbnails.get(attachmentId) ?? null;
  }

  /** Takes what the rules allow and uploads it; the rest is named in `problems`. */
  add(files: readonly File[], rules: FileRules): void {
    const problems: FileProblem[] = [];
    const room = rules.maxCount - this.store.value.files.length;
    const taken: File[] = [];
    for (const file of files) {
      const problem = problemOf(file, rules) ?? (taken.length < room ? null : tooMany(rules));
      if (problem === null) taken.push(file);
      else if (problem.kind !== "too_many" || !problems.some(({ kind }) => kind === "too_many"))
        problems.push(problem);
    }
    this.store.set({ problems });
    for (const file of taken) this.#take(file);
  }

  #take(file: File): void {
    lastKey += 1;
    const key = lastKey;
    const added: DraftFile = {
      key,
      name: file.name,
      mimeType: file.type,
      image: file.type.startsWith("image/"),
      thumbnail: null,
      state: "uploading",
      progress: null,
      attachment: null,
      reason: null,
      given: false,
      recalled: "no",
    };
    this.store.set({ files: [...this.store.value.files, added] });
    if (added.image) void thumbnailOf(file).then((thumbnail) => this.#change(key, { thumbnail }));
    void this.#upload(key, file);
  }

  async #upload(key: number, file: File): Promise<void> {
    const controller = new AbortController();
    this.#uploads.set(key, { file, controller });
    const { signal } = controller;
    try {
      const attachment = await uploadFile(this.#api, file, {
        signal,
        onProgress: (progress) => this.#change(key, { progress }),
      });
      if (signal.aborted) return this.#drop(attachment.id);
      this.#uploads.delete(key);
      this.#change(key, { state: "ready", progress: 1, attachment });
    } catch (cause) {
      if (signal.aborted) return;
      const error = asError(cause);
      this.#change(key, { state: "failed", progress: null, reason: error.detail ?? null });
      this.#emit("chatkit.error", { error });
    }
  }

  retry(key: number): void {
    const upload = this.#uploads.get(key);
    if (!upload) return;
    this.#change(key, { state: "uploading", progress: null, reason: null });
    void this.#upload(key, upload.file);
  }

  remove(key: number): void {
    const gone = this.store.value.files.find((file) => file.key === key);
    if (!gone) return;
    this.store.set({ files: this.store.value.files.filter((file) => file !== gone), problems: [] });
    const upload = this.#uploads.get(key);
    this.#uploads.delete(key);
    upload?.controller.abort();
    if (gone.attachment && !gone.given) this.#drop(gone.attachment.id);
  }

  /** The server keeps no file that nobody sent; when it does not hear of it, it is not the user's affair. */
  #drop(attachmentId: string): void {
    const request = { type: "attachments.delete" as const, params: { attachment_id: attachmentId } };
    this.#api.json(request).catch(() => {});
  }

  /** Files that the host has uploaded, in place of all that are here. */
  give(attachments: readonly Attachment[]): void {
    this.#abortAll();
    const files = attachments.map((attachment) => {
      const thumbnail = safeImage(attachment.preview_url);
      return uploaded({ attachment, thumbnail, given: true }, "no");
    });
    this.store.set({ files, problems: [] });
  }

  /** What of the files outlives the page. */
  get kept(): KeptFiles {
    const { files } = this.store.value;
    const kept = files.flatMap(({ attachment, thumbnail, given }) =>
      attachment ? [{ attachment, thumbnail, given }] : [],
    );
    return { files: kept, lost: files.filter(({ attachment }) => !attachment).map(({ name }) => name) };
  }

  /** Those of before the page was loaded anew. Those that the host allows no longer stay away. */
  recall({ files, lost }: KeptFiles, allowed: boolean): void {
    this.store.set({
      files: files.filter(({ given }) => given || allowed).map((file) => uploaded(file, "yes")),
      problems: allowed ? lost.map((name) => ({ kind: "lost", name })) : [],
    });
  }

  /** All there are, out of the composer: the message is sent. */
  takeAll(): readonly DraftFile[] {
    const { files } = this.store.value;
    for (const { attachment, thumbnail } of files) {
      if (attachment && thumbnail) this.#thumbnails.set(attachment.id, thumbnail);
    }
    this.store.set({ files: [], problems: [] });
    return files;
  }

  /** The message was not sent after all. Nothing asks a server for a file, so an old one may be why: it says so. */
  putBack(files: readonly DraftFile[], refused: boolean): void {
    const back = files.map((file) =>
      refused && file.recalled === "yes" ? { ...file, recalled: "refused" as const } : file,
    );
    this.store.set({ files: [...back, ...this.store.value.files] });
  }

  clear(): void {
    this.#abortAll();
    this.store.set({ files: [], problems: [] });
  }

  #abortAll(): void {
    for (const { controller } of this.#uploads.values()) controller.abort();
    this.#uploads.clear();
  }

  #change(key: number, patch: Partial<DraftFile>): void {
    const { files } = this.store.value;
    if (!files.some((file) => file.key === key)) return;
    this.store.set({ files: files.map((file) => (file.key === key ? { ...file, ...patch } : file)) });
  }
}

function uploaded({ attachment, thumbnail, given }: KeptFile, recalled: DraftFile["recalled"]): DraftFile {
  lastKey += 1;
  const { name, mime_type, type } = attachment;
  return {
    key: lastKey,
    name,
    mimeType: mime_type,
    image: type === "image",
    thumbnail,
    state: "ready",
    progress: 1,
    attachment,
    reason: null,
    given,
    recalled,
  };
}

function problemOf(file: File, rules: FileRules): FileProblem | null {
  if (!isAccepted(rules, file)) return { kind: "refused", name: file.name };
  const limit = sizeLimit(rules, file.type);
  return file.size > limit ? { kind: "too_large", name: file.name, limit } : null;
}

function tooMany({ maxCount }: FileRules): FileProblem {
  return { kind: "too_many", limit: maxCount };
}
