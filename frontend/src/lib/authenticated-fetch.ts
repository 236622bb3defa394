import { SignedOutError, type TokenKeeper } from "./token";

interface AuthenticatedFetchOptions {
  tokens: Pick<TokenKeeper, "get" | "renew" | "forget">;
  /** Lets the user sign in again; false when they don't want to. */
  askToSignIn: () => Promise<boolean>;
  fetch?: typeof fetch;
}

/**
 * A `fetch` for our API: bearer token and time zone on every request, one renewal of the token on
 * 401, then the question to sign in again. The body is sent again as it was, so nothing is lost;
 * a refused request has done nothing, so repeating it is safe.
 */
export function createAuthenticatedFetch({
  tokens,
  askToSignIn,
  fetch: send = (input, init) => fetch(input, init),
}: AuthenticatedFetchOptions): typeof fetch {
  async function attempt(input: RequestInfo | URL, init: RequestInit | undefined) {
    const token = await tokens.get();
    const response = await send(input, withIdentity(init, token));
    if (response.status !== 401) return response;
    return send(input, withIdentity(init, await tokens.renew(token)));
  }

  async function attemptOrRefusal(input: RequestInfo | URL, init: RequestInit | undefined) {
    try {
      return await attempt(input, init);
    } catch (error) {
      if (error instanceof SignedOutError) return refusal(error.message);
      throw error;
    }
  }

  return async (input, init) => {
    const response = await attemptOrRefusal(input, init);
    if (response.status !== 401) return response;
    tokens.forget();
    if (!(await askToSignIn()) || init?.signal?.aborted) return response;
    return attemptOrRefusal(input, init);
  };
}

function withIdentity(init: RequestInit | undefined, token: string): RequestInit {
  const headers = new Headers(init?.headers);
  headers.set("Authorization", `Bearer ${token}`);
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone) headers.set("X-Time-Zone", zone);
  return { ...init, headers };
}

/** What the server would say, without asking it. */
function refusal(detail: string): Response {
  return Response.json({ detail, code: "signed_out" }, { status: 401 });
}
