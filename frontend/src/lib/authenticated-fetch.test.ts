import { beforeEach, expect, test, vi } from "vitest";
import { json } from "@/testing/fixtures";
import { createAuthenticatedFetch } from "./authenticated-fetch";
import { SignedOutError } from "./token";

const URL_ = "https://tasks.example/api/user_1/tasks";
const send = vi.fn<typeof fetch>();
const askToSignIn = vi.fn<() => Promise<boolean>>();
const tokens = { get: vi.fn(), renew: vi.fn(), forget: vi.fn() };
const authenticated = createAuthenticatedFetch({ tokens, askToSignIn, fetch: send });

beforeEach(() => {
  vi.resetAllMocks();
  tokens.get.mockResolvedValue("first");
  tokens.renew.mockResolvedValue("second");
});

const sentTokens = () =>
  send.mock.calls.map(([, init]) => new Headers(init?.headers).get("Authorization"));

test("each request carries the token and the time zone, and keeps its own headers", async () => {
  send.mockResolvedValue(json({}));
  await authenticated(URL_, { method: "POST", headers: { "Content-Type": "application/json" } });
  const headers = new Headers(send.mock.calls[0]?.[1]?.headers);
  expect(headers.get("Authorization")).toBe("Bearer first");
  expect(headers.get("X-Time-Zone")).toBe(Intl.DateTimeFormat().resolvedOptions().timeZone);
  expect(headers.get("Content-Type")).toBe("application/json");
});

test("a refused token is renewed once and the request repeated with the same body", async () => {
  send.mockResolvedValueOnce(json({}, 401)).mockResolvedValueOnce(json({ ok: true }));
  const response = await authenticated(URL_, { method: "POST", body: '{"title":"milk"}' });
  expect(response.status).toBe(200);
  expect(sentTokens()).toEqual(["Bearer first", "Bearer second"]);
  expect(tokens.renew).toHaveBeenCalledExactlyOnceWith("first");
  expect(send.mock.calls[1]?.[1]).toMatchObject({ method: "POST", body: '{"title":"milk"}' });
  expect(askToSignIn).not.toHaveBeenCalled();
});

test("when that fails too, the request waits for a new sign-in and goes on", async () => {
  send
    .mockResolvedValueOnce(json({}, 401))
    .mockResolvedValueOnce(json({}, 401))
    .mockResolvedValueOnce(json({ ok: true }));
  askToSignIn.mockImplementation(async () => {
    tokens.get.mockResolvedValue("third");
    return true;
  });
  const response = await authenticated(URL_, { method: "POST", body: "kept" });
  expect(response.status).toBe(200);
  expect(tokens.forget).toHaveBeenCalled();
  expect(sentTokens()[2]).toBe("Bearer third");
  expect(send.mock.calls[2]?.[1]?.body).toBe("kept");
});

test("who doesn't sign in again gets the 401", async () => {
  send.mockImplementation(async () => json({ detail: "Token expired.", code: "token" }, 401));
  askToSignIn.mockResolvedValue(false);
  const response = await authenticated(URL_);
  expect(response.status).toBe(401);
  expect(await response.json()).toMatchObject({ detail: "Token expired." });
  expect(send).toHaveBeenCalledTimes(2);
});

test("without a session nothing is sent before the new sign-in", async () => {
  tokens.get.mockRejectedValue(new SignedOutError());
  askToSignIn.mockResolvedValue(false);
  const response = await authenticated(URL_);
  expect(response.status).toBe(401);
  expect(await response.json()).toMatchObject({ code: "signed_out" });
  expect(send).not.toHaveBeenCalled();
});

test("a request that was given up meanwhile is not repeated", async () => {
  const controller = new AbortController();
  send.mockImplementation(async () => json({}, 401));
  askToSignIn.mockImplementation(async () => {
    controller.abort();
    return true;
  });
  await authenticated(URL_, { signal: controller.signal });
  expect(send).toHaveBeenCalledTimes(2);
});

test("other answers and failures are passed on as they are", async () => {
  send.mockResolvedValueOnce(json({}, 403)).mockRejectedValueOnce(new TypeError("offline"));
  expect((await authenticated(URL_)).status).toBe(403);
  await expect(authenticated(URL_)).rejects.toThrow("offline");
  expect(tokens.renew).not.toHaveBeenCalled();
});
