import { expect, test } from "vitest";
import { policyOf } from "./policy.mjs";

const PAGE = `<script src="/app.js" async=""></script><script>alert(1)</script>
  <script id="_R_">\n2 < 3\n</script><script data-x="a" src="/b.js"></script>`;

function sources(directive: string, environment: Record<string, string> = {}): string[] {
  const policy = policyOf(PAGE, environment).split("; ");
  return (
    policy
      .find((one) => one.startsWith(`${directive} `))
      ?.split(" ")
      .slice(1) ?? []
  );
}

test("inline scripts are allowed by their hashes", () => {
  // Each as `openssl dgst -sha256 -binary | base64` prints it.
  expect(sources("script-src")).toEqual([
    "'self'",
    "'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='",
    "'sha256-ZY1QfLTuW/xHntVEx4HdXqlsXOhHqsNeSFgY/mmwu3w='",
  ]);
});

test("a page on one origin speaks to nobody else", () => {
  expect(sources("default-src")).toEqual(["'none'"]);
  expect(sources("connect-src")).toEqual(["'self'"]);
  expect(sources("frame-src")).toEqual(["'none'"]);
  expect(policyOf(PAGE, {})).not.toContain("unsafe");
});

test("the API's and the auth server's origins are those of the build", () => {
  const environment = {
    NEXT_PUBLIC_API_URL: "https://api.example/",
    NEXT_PUBLIC_BASE_URL: "https://auth.example",
  };
  expect(sources("connect-src", environment)).toEqual([
    "'self'",
    "https://api.example",
    "wss://api.example",
    "https://auth.example",
  ]);
  // The element is the API's.
  expect(sources("script-src", environment)).toContain("https://api.example");
});

test("another element's script may draw into a frame of its origin", () => {
  const environment = { NEXT_PUBLIC_CHATKIT_SCRIPT: "https://cdn.example/x/chatkit.js" };
  expect(sources("script-src", environment)).toContain("https://cdn.example");
  expect(sources("frame-src", environment)).toContain("https://cdn.example");
  expect(sources("script-src", { NEXT_PUBLIC_CHATKIT_SCRIPT: "/mine.js" })[1]).toMatch(/^'sha256/);
});
