import { jwtClient } from "better-auth/client/plugins";
import { createAuthClient } from "better-auth/react";
import { CONFIG } from "./config";
import { forgetDrafts } from "./drafts";
import { TokenKeeper } from "./token";
import { forgetUnsent } from "./unsent";

/** Better Auth's own client; Django answers its HTTP contract under `/api/auth`. */
export const authClient = createAuthClient({
  baseURL: CONFIG.AUTH_BASE_URL,
  plugins: [jwtClient()],
  sessionOptions: { refetchOnWindowFocus: CONFIG.REFRESH_CACHE },
  fetchOptions: {
    onSuccess: ({ response }) => {
      // Each answer about the session brings a fresh JWT: it saves the first request for one.
      const token = response.headers.get("set-auth-jwt");
      if (token) tokens.remember(token);
    },
  },
});

/** The JWT for our API, taken from the auth server's session. */
export const tokens = new TokenKeeper({
  fetchToken: async () => {
    const { data, error } = await authClient.token();
    if (data?.token) return data.token;
    if (error && error.status !== 401) {
      throw new TypeError(error.message || `The sign-in server answered ${error.status}.`);
    }
    return null;
  },
  storage: CONFIG.HTTP_ONLY_TOKEN || typeof window === "undefined" ? undefined : sessionStorage,
});

const SIGN_OUT_CHANNEL = "taskchat.sign-out";

/** Ends the session here and empties every other window of it. */
export async function signOut(): Promise<void> {
  try {
    await authClient.signOut();
  } finally {
    tokens.forget();
    forgetUnsent(sessionStorage);
    forgetDrafts(sessionStorage);
    const channel = new BroadcastChannel(SIGN_OUT_CHANNEL);
    channel.postMessage(null);
    channel.close();
  }
}

/** Calls back when another window signed out. */
export function onSignOutElsewhere(callback: () => void): () => void {
  const channel = new BroadcastChannel(SIGN_OUT_CHANNEL);
  channel.onmessage = () => {
    tokens.forget();
    forgetUnsent(sessionStorage);
    forgetDrafts(sessionStorage);
    callback();
  };
  return () => channel.close();
}
