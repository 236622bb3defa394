import { expect, test } from "vitest";
import { readConfig } from "./config";

test("prod is the default: one origin, secure cookies, the token in memory", () => {
  const config = readConfig({});
  expect(config).toMatchObject({
    COOKIE_SECURE: true,
    HTTP_ONLY_TOKEN: true,
    REFRESH_CACHE: true,
  });
  expect(config.API_BASE_URL).toBe(location.origin);
  expect(config.AUTH_BASE_URL).toBe(location.origin);
  expect(config.CHATKIT_SCRIPT).toBe(`${location.origin}/chatkit/chatkit.js`);
});

test("dev lets separate origins and an insecure cookie work", () => {
  const config = readConfig({
    mode: "dev",
    apiUrl: "http://localhost:8000",
    baseUrl: "http://localhost:8000/",
  });
  expect(config).toMatchObject({
    COOKIE_SECURE: false,
    HTTP_ONLY_TOKEN: false,
    REFRESH_CACHE: false,
    API_BASE_URL: "http://localhost:8000",
    AUTH_BASE_URL: "http://localhost:8000",
    CHATKIT_SCRIPT: "http://localhost:8000/chatkit/chatkit.js",
  });
});

test("another script and its domain key are taken as they are", () => {
  const chatkitScript = "https://cdn.example/chatkit.js";
  const config = readConfig({ chatkitScript, domainKey: "domain_pk_1" });
  expect(config).toMatchObject({ CHATKIT_SCRIPT: chatkitScript, DOMAIN_KEY: "domain_pk_1" });
});

test.each([
  [{ mode: "staging" }, /NEXT_PUBLIC_MOD.*"dev" or "prod".*"staging"/],
  [{ apiUrl: "localhost:8000" }, /NEXT_PUBLIC_API_URL.*localhost:8000/],
  [{ baseUrl: "//api" }, /NEXT_PUBLIC_BASE_URL/],
])("a wrong value stops the build and names the variable: %j", (environment, message) => {
  expect(() => readConfig(environment)).toThrow(message);
});
