/** The option `api.getClientSecret`, by what is sent and shown. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { composer, find, mountElement } from "./testing/element.ts";
import { json, reply, settled, stream } from "./testing/server.ts";

afterEach(() => {
  document.body.replaceChildren();
  sessionStorage.clear();
  vi.unstubAllGlobals();
});

describe("a client secret", () => {
  const bearer = (init: RequestInit | undefined) => new Headers(init?.headers).get("Authorization");

  test("is asked for once, sent, and renewed when the server no longer takes it", async () => {
    const seen: { url: string; auth: string | null }[] = [];
    let good = "first";
    vi.stubGlobal("fetch", async (input: string, init?: RequestInit) => {
      seen.push({ url: String(input), auth: bearer(init) });
      if (bearer(init) !== `Bearer ${good}`) return json({ detail: "Expired." }, 401);
      return stream(reply("hi", "Hello"));
    });
    const getClientSecret = vi.fn(async (current: string | null) => (current === null ? "first" : "second"));
    const { element, root } = await mountElement({ api: { getClientSecret } });
    await element.sendUserMessage({ text: "one" });
    await element.sendUserMessage({ text: "two" });
    expect(getClientSecret.mock.calls).toEqual([[null]]);
    expect(seen[0]?.url).toBe("https://api.openai.com/v1/chatkit/conversation");
    good = "second";
    await element.sendUserMessage({ text: "three" });
    expect(getClientSecret.mock.calls).toEqual([[null], ["first"]]);
    expect(seen.map(({ auth }) => auth)).toEqual([
      "Bearer first",
      "Bearer first",
      "Bearer first",
      "Bearer second",
    ]);
    expect(root.querySelector(".failure")).toBeNull();
  });

  test("that is not to be had, or stays refused, is a failure with a way on; it is tried once", async () => {
    const fetching = vi.fn(async () => json({}, 401));
    vi.stubGlobal("fetch", fetching);
    const getClientSecret = vi.fn(async (current: string | null) => {
      if (current === null) return "old";
      throw new Error("Your session is over.");
    });
    const { element, root } = await mountElement({ api: { getClientSecret } });
    await expect(element.sendUserMessage({ text: "hi" })).rejects.toThrow("getClientSecret");
    await settled();
    expect(fetching).toHaveBeenCalledTimes(1);
    expect(find(root, ".failure").textContent).toContain("Your session is over.");
    expect(composer(root).value).toBe("hi");
  });
});
