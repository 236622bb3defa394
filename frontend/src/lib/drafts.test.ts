import { expect, test, vi } from "vitest";
import { forgetDrafts } from "./drafts";

test("signing out forgets the message that was being written, and nothing else", async () => {
  vi.stubGlobal("fetch", async () => Response.json({ success: true }));
  const { signOut } = await import("./auth-client");
  sessionStorage.setItem("chatkit.draft:/chatkit", "{}");
  sessionStorage.setItem("chatkit.files:/chatkit", "{}");
  sessionStorage.setItem("other", "stays");
  await signOut();
  expect(Object.keys(sessionStorage)).toEqual(["other"]);
  vi.unstubAllGlobals();
  sessionStorage.clear();
});

test("storage that is forbidden is no error", () => {
  const forbidden = new Proxy({} as Storage, {
    ownKeys: () => {
      throw new DOMException("no", "SecurityError");
    },
  });
  expect(() => forgetDrafts(forbidden)).not.toThrow();
});
