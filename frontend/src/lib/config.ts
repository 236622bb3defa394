/** The build's settings, as Next writes them into the bundle; the one place that reads `process.env`. */
export interface SiteEnvironment {
  mode?: string;
  apiUrl?: string;
  baseUrl?: string;
  domainKey?: string;
  chatkitScript?: string;
}

export interface SiteConfig {
  /** Where `/api/...` and `/ws/live` are, without a trailing slash. */
  readonly API_BASE_URL: string;
  /** Where the auth server is; Better Auth's client adds `/api/auth`. */
  readonly AUTH_BASE_URL: string;
  /** The session cookie is `Secure`: signing in over plain http works on localhost only. */
  readonly COOKIE_SECURE: boolean;
  /** The JWT stays in memory; otherwise it may be kept in sessionStorage across reloads. */
  readonly HTTP_ONLY_TOKEN: boolean;
  /** Fetch the session anew when the window gets the focus. */
  readonly REFRESH_CACHE: boolean;
  /** The script that defines `<openai-chatkit>`. */
  readonly CHATKIT_SCRIPT: string;
  /** The key by which OpenAI's own script knows the domain; our element ignores it. */
  readonly DOMAIN_KEY: string;
}

/** Turns the environment into the configuration; throws on a wrong value, so that the build stops. */
export function readConfig(environment: SiteEnvironment): SiteConfig {
  const mode = environment.mode || "prod";
  if (mode !== "dev" && mode !== "prod") {
    throw new Error(`NEXT_PUBLIC_MOD must be "dev" or "prod", not "${mode}".`);
  }
  const apiUrl = checkedUrl("NEXT_PUBLIC_API_URL", environment.apiUrl);
  const baseUrl = checkedUrl("NEXT_PUBLIC_BASE_URL", environment.baseUrl);
  const production = mode === "prod";
  return {
    // Getters: an unset URL is the page's own origin, known only at run time, so that another
    // host or port needs no other build.
    get API_BASE_URL() {
      return apiUrl ?? pageOrigin();
    },
    get AUTH_BASE_URL() {
      return baseUrl ?? pageOrigin();
    },
    get CHATKIT_SCRIPT() {
      return environment.chatkitScript || `${apiUrl ?? pageOrigin()}/chatkit/chatkit.js`;
    },
    COOKIE_SECURE: production,
    HTTP_ONLY_TOKEN: production,
    REFRESH_CACHE: production,
    DOMAIN_KEY: environment.domainKey || "domain_pk_local",
  };
}

function checkedUrl(name: string, value: string | undefined): string | undefined {
  if (!value) return undefined;
  if (!/^https?:\/\/[^/]/.test(value)) {
    throw new Error(`${name} must be an http or https URL, not "${value}".`);
  }
  return value.replace(/\/+$/, "");
}

/** Pages are also rendered at build time, where there is no origin and nothing is fetched. */
function pageOrigin(): string {
  return typeof location === "undefined" ? "http://localhost" : location.origin;
}

export const CONFIG: SiteConfig = readConfig({
  // Next replaces each of these expressions as a text, so every name is written out.
  mode: process.env.NEXT_PUBLIC_MOD,
  apiUrl: process.env.NEXT_PUBLIC_API_URL,
  baseUrl: process.env.NEXT_PUBLIC_BASE_URL,
  domainKey: process.env.NEXT_PUBLIC_OPENAI_DOMAIN_KEY,
  chatkitScript: process.env.NEXT_PUBLIC_CHATKIT_SCRIPT,
});
