// Renews what is running, and leaves alone what the reader is in.
const PERIOD_MS = 2000;

async function renew() {
  const place = document.getElementById("tc-live");
  if (document.hidden || place.contains(document.activeElement)) return;
  const response = await fetch(location.href, { credentials: "same-origin" });
  if (!response.ok || response.redirected) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const next = page.getElementById("tc-live");
  if (next && next.innerHTML !== place.innerHTML && !place.contains(document.activeElement)) {
    place.replaceWith(document.adoptNode(next));
  }
}

setInterval(() => renew().catch(() => {}), PERIOD_MS);
