/**
 * A short-lived secret of the host's: asked for at the first request and kept. The host is asked for another one a
 * little before the secret expires, where it says when (a JWT does), and when a server takes it no longer.
 */
import { ChatKitError, hostWords } from "./errors.ts";
import { isRecord } from "./parse.ts";

/** Given the secret in use, answers one that is good. */
export type GetClientSecret = (current: string | null) => Promise<string>;

/** So long before it expires it is renewed, while requests still go with it; a short life is not all renewing. */
const EARLY_MS = 30_000;
const EARLY_SHARE = 0.1;

interface Held {
  secret: string;
  /** Times in milliseconds of this clock; null where nobody says. */
  renewAt: number | null;
  expiresAt: number | null;
}

export class ClientSecret {
  #held: Held | null = null;
  /** One question serves all requests that wait for it. */
  #asking: Promise<string> | null = null;
  /** To whom the secret is known; no other server is told it. */
  #server: string | null = null;

  /** The secret to send to a server. Rejects with a ChatKitError when the host has none. */
  async current(server: string, ask: GetClientSecret): Promise<string> {
    if (this.#server !== server) {
      this.#server = server;
      this.#held = null;
      this.#asking = null;
    }
    const held = this.#held;
    const now = Date.now();
    if (held === null || (held.expiresAt !== null && held.expiresAt <= now)) return this.#renew(ask);
    if (held.renewAt !== null && held.renewAt <= now) {
      // Once: a host that fails, or keeps to this one, is asked again when it has expired.
      held.renewAt = null;
      this.#renew(ask).catch(() => {});
    }
    return held.secret;
  }

  /** Another one, after the server refused `refused`; the same when the host keeps to it, or another server is talked to now. */
  async replace(server: string, refused: string, ask: GetClientSecret): Promise<string> {
    if (this.#server !== server) return refused;
    const held = this.#held;
    return held && held.secret !== refused ? held.secret : this.#renew(ask);
  }

  #renew(ask: GetClientSecret): Promise<string> {
    if (this.#asking) return this.#asking;
    const asking = askHost(ask, this.#held?.secret ?? null).then((secret) => {
      if (this.#asking === asking) this.#held = { secret, ...lifeOf(secret) };
      return secret;
    });
    this.#asking = asking;
    const done = () => {
      if (this.#asking === asking) this.#asking = null;
    };
    asking.then(done, done);
    return asking;
  }
}

async function askHost(ask: GetClientSecret, current: string | null): Promise<string> {
  let secret: unknown;
  try {
    secret = await ask(current);
  } catch (cause) {
    throw new ChatKitError("unauthorized", "getClientSecret failed.", { cause, detail: hostWords(cause) });
  }
  if (typeof secret !== "string" || secret === "") {
    throw new ChatKitError("unauthorized", "getClientSecret answered no secret.");
  }
  return secret;
}

function lifeOf(secret: string): Omit<Held, "secret"> {
  const exp = expiryOf(secret);
  const now = Date.now();
  // Over before it began: this clock is wrong, and only the server knows.
  if (exp === null || exp <= now) return { renewAt: null, expiresAt: null };
  return { renewAt: exp - Math.min(EARLY_MS, (exp - now) * EARLY_SHARE), expiresAt: exp };
}

/** In milliseconds, when the secret is a JWT that says; null otherwise. */
function expiryOf(secret: string): number | null {
  const [, payload, signature] = secret.split(".");
  if (!payload || signature === undefined) return null;
  try {
    const claims: unknown = JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/")));
    return isRecord(claims) && typeof claims.exp === "number" ? claims.exp * 1000 : null;
  } catch {
    return null;
  }
}
