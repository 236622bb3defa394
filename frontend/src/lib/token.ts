/** The session is over: nothing but a new sign-in helps. */
export class SignedOutError extends Error {
  constructor() {
    super("You are signed out. Sign in again to go on.");
    this.name = "SignedOutError";
  }
}

type TokenStorage = Pick<Storage, "getItem" | "setItem" | "removeItem">;

interface TokenKeeperOptions {
  /** Asks the auth server for a JWT; `null` when nobody is signed in; throws when it can't be reached. */
  fetchToken: () => Promise<string | null>;
  /** Where the JWT outlives a reload (development only); without it, it stays in memory. */
  storage?: TokenStorage;
  now?: () => number;
}

const STORAGE_KEY = "taskchat.jwt";
/** A token this close to its end might be dead on arrival. */
const RENEW_BEFORE_MS = 60_000;

/** Holds the JWT, renews it before it expires, and never asks twice at once. */
export class TokenKeeper {
  readonly #fetchToken: () => Promise<string | null>;
  readonly #storage: TokenStorage | undefined;
  readonly #now: () => number;
  #token: string | null;
  #pending: Promise<string> | null = null;

  constructor({ fetchToken, storage, now = Date.now }: TokenKeeperOptions) {
    this.#fetchToken = fetchToken;
    this.#storage = storage;
    this.#now = now;
    this.#token = storage?.getItem(STORAGE_KEY) ?? null;
  }

  /** A token that is good for at least another minute. */
  async get(): Promise<string> {
    if (this.#token && this.#isFresh(this.#token)) return this.#token;
    return this.#fetchOnce();
  }

  /** Another token than `refused`, which the server turned down. */
  async renew(refused: string): Promise<string> {
    // Somebody else's renewal may have come first.
    if (this.#token !== refused && this.#token && this.#isFresh(this.#token)) return this.#token;
    return this.#fetchOnce();
  }

  /** Keeps a token that came by itself, with a session. */
  remember(token: string): void {
    this.#token = token;
    this.#storage?.setItem(STORAGE_KEY, token);
  }

  forget(): void {
    this.#token = null;
    // An answer still on its way belongs to the session that ends here.
    this.#pending = null;
    this.#storage?.removeItem(STORAGE_KEY);
  }

  #isFresh(token: string): boolean {
    return readClaims(token).expiresAt - this.#now() > RENEW_BEFORE_MS;
  }

  #fetchOnce(): Promise<string> {
    if (this.#pending) return this.#pending;
    const request = this.#fetchToken()
      .then((token) => {
        if (!token) throw new SignedOutError();
        if (this.#pending === request) this.remember(token);
        return token;
      })
      .finally(() => {
        if (this.#pending === request) this.#pending = null;
      });
    this.#pending = request;
    return request;
  }
}

export interface TokenClaims {
  /** The opaque id in `/api/{user_id}/...`. */
  userId: string;
  /** Milliseconds since 1970; 0 when the token doesn't say. */
  expiresAt: number;
}

/** What the token says of itself. The server alone checks whether it is true. */
export function readClaims(token: string): TokenClaims {
  try {
    const payload = token.split(".")[1] ?? "";
    const bytes = Uint8Array.from(
      atob(payload.replace(/-/g, "+").replace(/_/g, "/")),
      (character) => character.codePointAt(0) ?? 0,
    );
    const claims = JSON.parse(new TextDecoder().decode(bytes)) as { sub?: unknown; exp?: unknown };
    return {
      userId: typeof claims.sub === "string" ? claims.sub : "",
      expiresAt: typeof claims.exp === "number" ? claims.exp * 1000 : 0,
    };
  } catch {
    return { userId: "", expiresAt: 0 };
  }
}
