// Shows the conversation in the element that its user had, closed, in place of the text.
const RENEW_MS = 3000;

const page = document.querySelector(".tc-page");
const element = page.querySelector(".tc-element");
const text = page.querySelector(".tc-text");
const choice = page.querySelector(".tc-switch");
const { chatkitUrl, threadId, csrfToken } = page.dataset;

function isDark() {
  return document.documentElement.classList.contains("dark");
}

function options() {
  return {
    api: {
      url: chatkitUrl,
      domainKey: "any",
      fetch: (input, init) =>
        fetch(input, {
          ...init,
          credentials: "same-origin",
          headers: { ...init?.headers, "X-CSRFToken": csrfToken },
        }),
    },
    initialThread: threadId,
    frameTitle: "The conversation as its user saw it",
    theme: {
      color: {
        accent: { primary: "var(--color-primary-600)" },
        surface: { background: "var(--tc-page)", foreground: "var(--tc-strong)" },
      },
      colorScheme: isDark() ? "dark" : "light",
      typography: { fontFamily: getComputedStyle(document.body).fontFamily, baseSize: 14 },
    },
    header: { enabled: false },
    history: { enabled: false },
    threadItemActions: { feedback: false, retry: false },
  };
}

function show(which) {
  element.hidden = which !== "element";
  text.hidden = which !== "text";
  for (const button of choice.querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(button.dataset.show === which));
  }
}

function begin() {
  element.setOptions(options());
  choice.hidden = false;
  choice.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    if (button) show(button.dataset.show);
  });
  // The text is complete without the element: it stays where the element cannot load the thread.
  element.addEventListener("chatkit.error", () => show("text"), { once: true });
  show("element");
  new MutationObserver(() => element.setOptions(options())).observe(document.documentElement, {
    attributeFilter: ["class"],
  });
}

async function renewTimeline() {
  if (document.hidden) return;
  const response = await fetch(location.href, { credentials: "same-origin" });
  if (!response.ok || response.redirected) return;
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  const place = document.getElementById("tc-timeline");
  if (!place.contains(document.activeElement) && !place.querySelector("details[open]")) {
    place.replaceWith(document.adoptNode(fresh.getElementById("tc-timeline")));
  }
  text.replaceChildren(...document.adoptNode(fresh.querySelector(".tc-text")).childNodes);
  await element.fetchUpdates?.();
  if (!("running" in fresh.querySelector(".tc-page").dataset)) clearInterval(renewing);
}

// The text of an earlier page was asked for by a link in it.
const inText = new URLSearchParams(location.search).has("items_before");
const renewing =
  "running" in page.dataset ? setInterval(() => renewTimeline().catch(() => {}), RENEW_MS) : 0;

customElements.whenDefined("openai-chatkit").then(() => {
  begin();
  if (inText) show("text");
});
