import { createHash } from "node:crypto";

const INLINE_SCRIPT = /<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g;

/**
 * The Content-Security-Policy of a page that was built with the variables of `environment`.
 *
 * Its data is in inline scripts, which are allowed by their hashes and by nothing else: what is
 * added to a page later does not run (https://www.w3.org/TR/CSP3/#framework-directive-script-src).
 *
 * @param {string} page HTML
 * @param {Record<string, string | undefined>} environment
 */
export function policyOf(page, environment) {
  const api = originsOf(environment.NEXT_PUBLIC_API_URL);
  const auth = originsOf(environment.NEXT_PUBLIC_BASE_URL);
  const sockets = api.map((origin) => origin.replace(/^http/, "ws"));
  const chosen = environment.NEXT_PUBLIC_CHATKIT_SCRIPT;
  const hashes = [...page.matchAll(INLINE_SCRIPT)].map(([, script]) => hashOf(script));
  const directives = {
    "default-src": ["'none'"],
    "script-src": ["'self'", ...(chosen ? originsOf(chosen) : api), ...hashes],
    "style-src": ["'self'"],
    "font-src": ["'self'"],
    "img-src": ["'self'", "data:", "blob:"],
    "connect-src": ["'self'", ...api, ...sockets, ...auth],
    // OpenAI's own script draws into a frame of its origin.
    "frame-src": chosen ? ["'self'", ...originsOf(chosen)] : ["'none'"],
    "base-uri": ["'none'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
  };
  return Object.entries(directives)
    .map(([name, sources]) => [name, ...new Set(sources)].join(" "))
    .join("; ");
}

/** @param {string | undefined} url An address of another origin; empty or `/path` for the page's own. */
function originsOf(url) {
  return url && !url.startsWith("/") ? [new URL(url).origin] : [];
}

/** @param {string} script */
function hashOf(script) {
  return `'sha256-${createHash("sha256").update(script).digest("base64")}'`;
}
