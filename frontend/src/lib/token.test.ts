import { expect, test, vi } from "vitest";
import { aToken } from "@/testing/fixtures";
import { readClaims, SignedOutError, TokenKeeper } from "./token";

const NOW = Date.parse("2026-11-24T12:00:00Z");
const inMinutes = (minutes: number) => NOW / 1000 + minutes * 60;
const aFresh = (sub = "user_1") => aToken({ sub, exp: inMinutes(15) });

function aKeeper(fetchToken: () => Promise<string | null>, storage?: Storage) {
  return new TokenKeeper({ fetchToken, storage, now: () => NOW });
}

test("a token is fetched once and kept while it is good", async () => {
  const fetchToken = vi.fn(async () => aFresh());
  const keeper = aKeeper(fetchToken);
  expect(await keeper.get()).toBe(aFresh());
  await keeper.get();
  expect(fetchToken).toHaveBeenCalledTimes(1);
});

test("a token is renewed before it expires", async () => {
  const keeper = aKeeper(async () => aFresh());
  keeper.remember(aToken({ exp: inMinutes(0.5) }));
  expect(await keeper.get()).toBe(aFresh());
});

test("many who ask at once share one request", async () => {
  const fetchToken = vi.fn(async () => aFresh());
  const keeper = aKeeper(fetchToken);
  await Promise.all([keeper.get(), keeper.get(), keeper.renew("refused")]);
  expect(fetchToken).toHaveBeenCalledTimes(1);
});

test("a refused token is renewed, unless somebody has done so already", async () => {
  const fetchToken = vi.fn(async () => aFresh("user_2"));
  const keeper = aKeeper(fetchToken);
  keeper.remember(aFresh("user_1"));
  expect(await keeper.renew(aFresh("user_1"))).toBe(aFresh("user_2"));
  expect(await keeper.renew(aFresh("user_1"))).toBe(aFresh("user_2"));
  expect(fetchToken).toHaveBeenCalledTimes(1);
});

test("no token means signed out; an unreachable server does not", async () => {
  await expect(aKeeper(async () => null).get()).rejects.toThrow(SignedOutError);
  const unreachable = aKeeper(() => Promise.reject(new TypeError("offline")));
  await expect(unreachable.get()).rejects.toThrow("offline");
});

test("after a failure the next one asks again", async () => {
  const fetchToken = vi.fn<() => Promise<string | null>>();
  fetchToken.mockRejectedValueOnce(new TypeError("offline")).mockResolvedValueOnce(aFresh());
  const keeper = aKeeper(fetchToken);
  await expect(keeper.get()).rejects.toThrow();
  expect(await keeper.get()).toBe(aFresh());
});

test("an answer that comes after signing out is not kept", async () => {
  let answer: (token: string) => void = () => undefined;
  const fetchToken = vi.fn(
    () =>
      new Promise<string>((resolve) => {
        answer = resolve;
      }),
  );
  const keeper = aKeeper(fetchToken);
  const first = keeper.get();
  keeper.forget();
  answer(aFresh());
  await first;
  void keeper.get();
  expect(fetchToken).toHaveBeenCalledTimes(2);
});

test("with a storage the token outlives a reload", async () => {
  sessionStorage.clear();
  aKeeper(async () => null, sessionStorage).remember(aFresh());
  const fetchToken = vi.fn(async () => null);
  const reloaded = aKeeper(fetchToken, sessionStorage);
  expect(await reloaded.get()).toBe(aFresh());
  reloaded.forget();
  expect(sessionStorage.length).toBe(0);
});

test("claims are read from base64url, and from nonsense as nobody's", () => {
  expect(readClaims(aToken({ sub: "user?>~", exp: 5 }))).toEqual({
    userId: "user?>~",
    expiresAt: 5000,
  });
  expect(readClaims("not a token")).toEqual({ userId: "", expiresAt: 0 });
});
