/** `chat` holds the element that is shown; `seen` all events of it, with their details as they came. */
const EVENTS = [
  "ready",
  "error",
  "effect",
  "deeplink",
  "response.start",
  "response.end",
  "history.open",
  "history.close",
  "thread.change",
  "thread.load.start",
  "thread.load.end",
  "tool.change",
  "log",
];

function plain(detail) {
  if (detail?.error instanceof Error) {
    return { error: { ...detail.error, message: detail.error.message, isError: true } };
  }
  return detail;
}

/** Replaces the element on the page by a new one, and waits until it is ready. `keep`: what the tab has stored. */
globalThis.mount = async (options, { keep = false } = {}) => {
  document.querySelector("openai-chatkit")?.remove();
  if (!keep) sessionStorage.clear();
  await customElements.whenDefined("openai-chatkit");
  const chat = document.createElement("openai-chatkit");
  const seen = [];
  for (const name of EVENTS) {
    chat.addEventListener(`chatkit.${name}`, (event) => seen.push([name, plain(event.detail)]));
  }
  Object.assign(globalThis, { chat, seen, calls: [] });
  const ready = new Promise((resolve) => chat.addEventListener("chatkit.ready", resolve, { once: true }));
  chat.setOptions(options);
  document.querySelector("main").append(chat);
  await ready;
};
