import { cleanup, render, renderHook, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { aToken, json } from "@/testing/fixtures";
import { readConfig, type SiteEnvironment } from "./config";

vi.mock("next/navigation", () => ({ useRouter: () => ({ replace: () => undefined }) }));

const PROD: SiteEnvironment = {};
const DEV: SiteEnvironment = {
  mode: "dev",
  apiUrl: "http://localhost:8000",
  baseUrl: "http://localhost:8100",
};
const PAGE = "https://tasks.example";
const fresh = () => aToken({ exp: Date.now() / 1000 + 900 });

/** What `fetch` is asked for: the path of an address, and its answer. */
const answers = new Map<string, () => Response>();
const send = vi.fn<typeof fetch>(async (input) => {
  const { pathname } = new URL(input instanceof Request ? input.url : input);
  return answers.get(pathname)?.() ?? json({});
});
const addresses = () =>
  send.mock.calls.map(([input]) => String(input instanceof Request ? input.url : input));
const sessions = () => addresses().filter((url) => url.endsWith("/get-session"));

beforeEach(() => {
  vi.resetModules();
  vi.stubGlobal("fetch", send);
  send.mockClear();
  sessionStorage.clear();
  answers.clear();
  answers.set("/api/auth/get-session", () => json(null));
  answers.set("/api/auth/token", () => json({ token: fresh() }));
});
afterEach(cleanup);

/** The site as it is built with these variables. */
function build(environment: SiteEnvironment): void {
  vi.doMock("./config", () => ({ CONFIG: readConfig(environment) }));
}

describe("API_BASE_URL", () => {
  test.each([
    [DEV, "http://localhost:8000/api/user_1/tasks/task_1"],
    [PROD, `${PAGE}/api/user_1/tasks/task_1`],
  ])("is where tasks are, with the token: %j", async (environment, address) => {
    build(environment);
    answers.set("/api/user_1/tasks/task_1", () => new Response(null, { status: 204 }));
    const { createTaskApi } = await import("./api");
    await createTaskApi("user_1").remove("task_1");
    expect(addresses().at(-1)).toBe(address);
    expect(new Headers(send.mock.lastCall?.[1]?.headers).get("Authorization")).toMatch(/^Bearer /);
  });
});

describe("AUTH_BASE_URL", () => {
  test.each([
    [DEV, "http://localhost:8100/api/auth/token"],
    [PROD, `${PAGE}/api/auth/token`],
  ])("is whom Better Auth asks, with the cookie: %j", async (environment, address) => {
    build(environment);
    const { tokens } = await import("./auth-client");
    await tokens.get();
    expect(addresses()).toEqual([address]);
    expect(send.mock.lastCall?.[1]?.credentials).toBe("include");
  });

  test("the JWT that comes with the session is used; no other is fetched", async () => {
    build(PROD);
    const token = fresh();
    answers.set("/api/auth/get-session", () => {
      return new Response("null", {
        headers: { "Content-Type": "application/json", "set-auth-jwt": token },
      });
    });
    const { authClient, tokens } = await import("./auth-client");
    await authClient.getSession();
    expect(await tokens.get()).toBe(token);
    expect(addresses()).toEqual([`${PAGE}/api/auth/get-session`]);
  });
});

describe("HTTP_ONLY_TOKEN", () => {
  test("true: the JWT is nowhere but in memory, and gone with the page", async () => {
    build(PROD);
    const { tokens } = await import("./auth-client");
    await tokens.get();
    expect(sessionStorage.length + localStorage.length).toBe(0);
    vi.resetModules();
    await (await import("./auth-client")).tokens.get();
    expect(send).toHaveBeenCalledTimes(2);
  });

  test("false: it outlives a reload", async () => {
    build(DEV);
    const { tokens } = await import("./auth-client");
    const token = await tokens.get();
    vi.resetModules();
    expect(await (await import("./auth-client")).tokens.get()).toBe(token);
    expect(send).toHaveBeenCalledOnce();
  });
});

describe("REFRESH_CACHE", () => {
  test.each([
    ["true: fetched anew on focus", PROD, 2],
    ["false: from the client's cache", DEV, 1],
  ])("says where the session comes from; %s", async (_, environment, fetched) => {
    build(environment);
    const { authClient } = await import("./auth-client");
    renderHook(() => authClient.useSession());
    await waitFor(() => expect(sessions()).toHaveLength(1));
    document.dispatchEvent(new Event("visibilitychange"));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(sessions()).toHaveLength(fetched);
  });
});

describe("COOKIE_SECURE", () => {
  test.each([
    ["true: plain http is refused", PROD, "http://tasks.example/sign-in/", false],
    ["true: https is not", PROD, "https://tasks.example/sign-in/", true],
    ["true: localhost is not", PROD, "http://localhost:8000/sign-in/", true],
    ["false: nothing is", DEV, "http://tasks.example/sign-in/", true],
  ])("says which pages may ask for a password; %s", async (_, environment, address, offered) => {
    build(environment);
    vi.stubGlobal("location", new URL(address));
    const { AccountPage } = await import("@/components/account/AccountPage");
    render(<AccountPage kind="sign-in" />);
    expect(screen.queryByLabelText("Password") !== null).toBe(offered);
    expect(screen.queryByText(/plain http/) === null).toBe(offered);
  });
});

describe("the rest of the site", () => {
  const sources = import.meta.glob("/src/**/*.{ts,tsx}", {
    eager: true,
    import: "default",
    query: "?raw",
  }) as Record<string, string>;
  const others = Object.entries(sources).filter(
    ([path]) => path !== "/src/lib/config.ts" && !/\.test\.|\/testing\//.test(path),
  );

  test("reads no environment and names no host of its own", () => {
    expect(others.length).toBeGreaterThan(50);
    const without = others.filter(([, text]) => /process\.env|https?:\/\/[a-z0-9]/i.test(text));
    expect(without.map(([path]) => path)).toEqual([]);
  });
});
