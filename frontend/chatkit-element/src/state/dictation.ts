/** Speech to text: records the microphone, has the server write it down, hands the words to whoever asked. */
import { isRecord, text } from "../protocol/parse.ts";
import type { Api } from "../protocol/requests.ts";
import { asError } from "./failure.ts";
import { Store } from "./store.ts";

export type DictationFailure = "unsupported" | "insecure" | "denied" | "missing" | "failed" | "silent";

export interface DictationState {
  phase: "idle" | "asking" | "recording" | "transcribing";
  seconds: number;
  failure: DictationFailure | null;
}

/** Long enough for a letter; a microphone that was forgotten is closed. */
const MAX_SECONDS = 300;

/** What servers know how to read, the best first. */
const TYPES = ["audio/webm;codecs=opus", "audio/webm", "audio/mp4", "audio/ogg;codecs=opus", "audio/ogg"];

interface Recording {
  recorder: MediaRecorder;
  chunks: Blob[];
  close: () => void;
}

export class Dictation {
  readonly store = new Store<DictationState>({ phase: "idle", seconds: 0, failure: null });
  readonly #api: Api;
  readonly #emit: (name: string, detail?: unknown) => void;
  /** Changes with each dictation: what belongs to an earlier one comes too late. */
  #life = new AbortController();
  #recording: Recording | null = null;

  constructor(api: Api, emit: (name: string, detail?: unknown) => void) {
    this.#api = api;
    this.#emit = emit;
  }

  async start(): Promise<void> {
    if (this.store.value.phase !== "idle") return;
    const obstacle = obstacleHere();
    if (obstacle) return this.store.set({ failure: obstacle });
    this.#life = new AbortController();
    const { signal } = this.#life;
    this.store.set({ phase: "asking", seconds: 0, failure: null });
    try {
      const microphone = await navigator.mediaDevices.getUserMedia({ audio: true });
      if (signal.aborted) return stopTracks(microphone);
      this.#record(microphone);
    } catch (cause) {
      if (!signal.aborted) this.store.set({ phase: "idle", failure: microphoneFailure(cause) });
    }
  }

  #record(microphone: MediaStream): void {
    const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
    const recorder = new MediaRecorder(microphone, mimeType ? { mimeType } : {});
    const chunks: Blob[] = [];
    recorder.ondataavailable = ({ data }) => {
      if (data.size > 0) chunks.push(data);
    };
    const clock = setInterval(() => {
      const seconds = this.store.value.seconds + 1;
      this.store.set({ seconds });
      if (seconds >= MAX_SECONDS) close();
    }, 1000);
    const close = () => {
      clearInterval(clock);
      stopTracks(microphone);
    };
    this.#recording = { recorder, chunks, close };
    recorder.start();
    this.store.set({ phase: "recording" });
  }

  /** Ends the recording; resolves with what was said, or null when nothing came of it. */
  async finish(): Promise<string | null> {
    const recording = this.#recording;
    if (!recording || this.store.value.phase !== "recording") return null;
    const { signal } = this.#life;
    this.#recording = null;
    this.store.set({ phase: "transcribing" });
    try {
      const sound = await soundOf(recording);
      const words = await this.#transcribe(sound, signal);
      if (signal.aborted) return null;
      this.store.set({ phase: "idle", failure: words === "" ? "silent" : null });
      return words || null;
    } catch (cause) {
      if (signal.aborted) return null;
      this.store.set({ phase: "idle", failure: "failed" });
      this.#emit("chatkit.error", { error: asError(cause) });
      return null;
    }
  }

  async #transcribe(sound: Blob, signal: AbortSignal): Promise<string> {
    const params = { audio_base64: await base64Of(sound), mime_type: sound.type };
    const body = await this.#api.json({ type: "input.transcribe", params }, signal);
    return isRecord(body) ? text(body.text).trim() : "";
  }

  /** Throws the recording away. */
  cancel(): void {
    this.#life.abort();
    const recording = this.#recording;
    this.#recording = null;
    recording?.close();
    this.store.set({ phase: "idle", failure: null });
  }

  forgetFailure(): void {
    if (this.store.value.failure) this.store.set({ failure: null });
  }
}

function obstacleHere(): DictationFailure | null {
  // Without https, browsers have no media devices at all.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (typeof devices?.getUserMedia === "function" && typeof MediaRecorder === "function") return null;
  return globalThis.isSecureContext === false ? "insecure" : "unsupported";
}

function microphoneFailure(cause: unknown): DictationFailure {
  const name = cause instanceof Error || cause instanceof DOMException ? cause.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "denied";
  return name === "NotFoundError" || name === "OverconstrainedError" ? "missing" : "unsupported";
}

function stopTracks(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}

function soundOf({ recorder, chunks, close }: Recording): Promise<Blob> {
  const sound = () => new Blob(chunks, { type: recorder.mimeType || chunks[0]?.type || "audio/webm" });
  // It has ended by itself: it was too long, or the microphone is gone.
  if (recorder.state === "inactive") {
    close();
    return Promise.resolve(sound());
  }
  return new Promise((resolve, reject) => {
    recorder.onstop = () => {
      close();
      resolve(sound());
    };
    recorder.onerror = () => {
      close();
      reject(new Error("The recording failed."));
    };
    recorder.stop();
  });
}

async function base64Of(sound: Blob): Promise<string> {
  const bytes = new Uint8Array(await sound.arrayBuffer());
  let binary = "";
  // In slices: too many arguments at once overflow the stack.
  for (let at = 0; at < bytes.length; at += 0x8000) {
    binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  }
  return btoa(binary);
}
