/** What is spoken into the composer. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { chatServer, focused } from "../testing/composer.ts";
import { button, composer, find, mountElement, optionsFor, type } from "../testing/element.ts";
import { json, settled } from "../testing/server.ts";

afterEach(() => {
  document.body.replaceChildren();
  sessionStorage.clear();
  vi.unstubAllGlobals();
});

describe("dictation", () => {
  const dictation = { composer: { dictation: { enabled: true } } };
  const tracks = [{ stop: vi.fn() }];

  class FakeRecorder {
    static isTypeSupported = (type: string) => type === "audio/mp4";
    static last: FakeRecorder | null = null;
    state = "inactive";
    mimeType: string;
    ondataavailable = (_event: { data: Blob }) => {};
    onstop = () => {};
    constructor(_stream: unknown, { mimeType = "" } = {}) {
      this.mimeType = mimeType;
    }
    start() {
      this.state = "recording";
      FakeRecorder.last = this;
    }
    stop() {
      this.ondataavailable({ data: new Blob(["sound"], { type: this.mimeType }) });
      setTimeout(() => this.onstop());
    }
  }

  function microphone(getUserMedia: () => Promise<unknown>) {
    vi.stubGlobal("MediaRecorder", FakeRecorder);
    Object.defineProperty(navigator, "mediaDevices", { value: { getUserMedia }, configurable: true });
  }

  afterEach(() => {
    tracks[0]?.stop.mockClear();
    Object.defineProperty(navigator, "mediaDevices", { value: undefined, configurable: true });
  });

  test("records, has the server write it down, and puts the words where the caret is", async () => {
    microphone(async () => ({ getTracks: () => tracks }));
    const server = chatServer(() => json({ text: " milk and eggs " }));
    const { root } = await mountElement(optionsFor(server, dictation));
    type(composer(root), "Buy");
    button(root, "Dictate").focus();
    button(root, "Dictate").click();
    await settled();
    expect(find(root, '[role="timer"]').textContent).toBe("0:00");
    expect(focused(root)).toBe("Write it down");
    button(root, "Write it down").click();
    await settled();
    expect(server.requests[0]).toMatchObject({
      type: "input.transcribe",
      params: { audio_base64: btoa("sound"), mime_type: "audio/mp4" },
    });
    expect(composer(root).value).toBe("Buy milk and eggs");
    expect(root.activeElement).toBe(composer(root));
    expect(tracks[0]?.stop).toHaveBeenCalled();
  });

  test("what was said is kept when the microphone is gone", async () => {
    microphone(async () => ({ getTracks: () => tracks }));
    const server = chatServer(() => json({ text: "milk" }));
    const { root } = await mountElement(optionsFor(server, dictation));
    button(root, "Dictate").click();
    await settled();
    FakeRecorder.last?.ondataavailable({ data: new Blob(["so far"]) });
    Object.assign(FakeRecorder.last ?? {}, { state: "inactive" });
    button(root, "Write it down").click();
    await settled();
    expect(server.requests[0]?.params.audio_base64).toBe(btoa("so far"));
    expect(composer(root).value).toBe("milk");
  });

  test("can be cancelled: nothing is sent", async () => {
    microphone(async () => ({ getTracks: () => tracks }));
    const server = chatServer();
    const { root } = await mountElement(optionsFor(server, dictation));
    button(root, "Dictate").click();
    await settled();
    button(root, "Cancel dictation").click();
    await settled();
    expect(button(root, "Dictate")).toBeTruthy();
    expect(server.requests).toHaveLength(0);
    expect(tracks[0]?.stop).toHaveBeenCalled();
  });

  test.each([
    ["NotAllowedError", "may not use the microphone"],
    ["NotFoundError", "No microphone was found"],
  ])("%s is told in words", async (name, words) => {
    microphone(() => Promise.reject(new DOMException("no", name)));
    const { root } = await mountElement(optionsFor(chatServer(), dictation));
    button(root, "Dictate").click();
    await settled();
    expect(find(root, '[role="alert"]').textContent).toContain(words);
  });

  test("says so where the browser cannot, and where the server did not", async () => {
    const { root } = await mountElement(optionsFor(chatServer(), dictation));
    button(root, "Dictate").click();
    await settled();
    expect(find(root, '[role="alert"]').textContent).toMatch(/cannot record|https/);
    microphone(async () => ({ getTracks: () => tracks }));
    const failing = chatServer(() => json({}, 500));
    const other = await mountElement(optionsFor(failing, dictation));
    button(other.root, "Dictate").click();
    await settled();
    button(other.root, "Write it down").click();
    await settled();
    expect(find(other.root, '[role="alert"]').textContent).toContain("could not be written down");
    expect(other.seen.some(({ name }) => name === "error")).toBe(true);
  });
});
