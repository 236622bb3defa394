import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Api, type ApiConfig } from "./requests.ts";

const NOW = Date.UTC(2026, 0, 1);

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
});

afterEach(() => {
  vi.useRealTimers();
});

/** A JWT of that many seconds; `name` tells it from others. */
function jwt(name: string, seconds: number): string {
  const part = (value: object) => btoa(JSON.stringify(value)).replaceAll("=", "").replaceAll("+", "-");
  return `${part({ alg: "none" })}.${part({ name, exp: (NOW + seconds * 1000) / 1000 })}.sig-${name}`;
}

function nameOf(header: string | null): string {
  return (header ?? "").replace(/^Bearer /, "").replace(/^.*\.sig-/, "");
}

/** An API whose host answers `secrets` one after the other, and whose server takes those that `takes` allows. */
function setUp(secrets: (string | Error)[], takes: (name: string) => boolean = () => true) {
  const asked: (string | null)[] = [];
  const sent: { url: string; name: string }[] = [];
  const config: ApiConfig = {
    url: "/one",
    upload: { type: "two_phase" },
    fetch: async (url, init) => {
      const name = nameOf(new Headers(init?.headers).get("Authorization"));
      sent.push({ url: String(url), name });
      return takes(name) ? Response.json({ for: name }) : new Response("{}", { status: 401 });
    },
    getClientSecret: async (current) => {
      asked.push(current && nameOf(current));
      const answer = secrets.shift() ?? new Error("No more secrets.");
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
  const api = new Api(() => config);
  const ask = () => api.json({ type: "threads.get_by_id", params: { thread_id: "t" } });
  return { api, ask, asked, sent, config, names: () => sent.map(({ name }) => name) };
}

describe("a secret that the server refuses", () => {
  test("is replaced once, with the request repeated; the host is told which one was in use", async () => {
    const { ask, asked, names } = setUp(["old", "new"], (name) => name === "new");
    await expect(ask()).resolves.toEqual({ for: "new" });
    await ask();
    expect(asked).toEqual([null, "old"]);
    expect(names()).toEqual(["old", "new", "new"]);
  });

  test("is replaced by one question for all requests that were refused", async () => {
    const { ask, asked, names } = setUp(["old", "new"], (name) => name === "new");
    await Promise.all([ask(), ask(), ask()]);
    expect(asked).toEqual([null, "old"]);
    expect(names()).toEqual(["old", "old", "old", "new", "new", "new"]);
  });

  test("and whose replacement is refused, too, is a failure, not a loop", async () => {
    const { ask, asked, names } = setUp(["old", "new", "newer"], () => false);
    await expect(ask()).rejects.toMatchObject({ kind: "unauthorized", status: 401 });
    expect(asked).toEqual([null, "old"]);
    expect(names()).toEqual(["old", "new"]);
  });

  test("is not sent again when the host keeps to it", async () => {
    const { ask, names } = setUp(["same", "same"], () => false);
    await expect(ask()).rejects.toMatchObject({ kind: "unauthorized" });
    expect(names()).toEqual(["same"]);
  });

  test("fails with the host's words when it has none", async () => {
    const { ask } = setUp(["old", new Error("Your session is over.")], () => false);
    await expect(ask()).rejects.toMatchObject({ kind: "unauthorized", detail: "Your session is over." });
  });

  test("a host that failed is asked again by the next request", async () => {
    const { ask, asked } = setUp([new Error("Not yet."), "good"]);
    await expect(ask()).rejects.toMatchObject({ kind: "unauthorized" });
    await expect(ask()).resolves.toEqual({ for: "good" });
    expect(asked).toEqual([null, null]);
  });
});

describe("a secret that says when it expires", () => {
  test("is renewed a little before, and no request waits for that", async () => {
    const { ask, asked, names } = setUp([jwt("a", 600), jwt("b", 1200)]);
    await ask();
    vi.setSystemTime(NOW + 560_000);
    await ask();
    expect(asked).toEqual([null]);
    vi.setSystemTime(NOW + 571_000);
    await ask();
    expect(asked).toEqual([null, "a"]);
    await ask();
    expect(names()).toEqual(["a", "a", "a", "b"]);
    expect(asked).toHaveLength(2);
  });

  test("is not sent once it has expired: the request waits for the next one", async () => {
    const { ask, asked, names } = setUp([jwt("a", 600), jwt("b", 1200)]);
    await ask();
    vi.setSystemTime(NOW + 600_000);
    await ask();
    expect(asked).toEqual([null, "a"]);
    expect(names()).toEqual(["a", "b"]);
  });

  test("stays in use when the early question fails, and the host is not asked by each request", async () => {
    const { ask, asked, names } = setUp([jwt("a", 600), new Error("Try later."), jwt("b", 1200)]);
    await ask();
    vi.setSystemTime(NOW + 580_000);
    await ask();
    await ask();
    expect(asked).toEqual([null, "a"]);
    vi.setSystemTime(NOW + 600_001);
    await ask();
    expect(names()).toEqual(["a", "a", "a", "b"]);
  });

  test("one of a short life is not renewed at once", async () => {
    const { ask, asked } = setUp([jwt("a", 20), jwt("b", 40)]);
    await ask();
    vi.setSystemTime(NOW + 15_000);
    await ask();
    expect(asked).toEqual([null]);
  });

  test("one that is over already, by a clock that is wrong, is used until the server refuses it", async () => {
    const { ask, asked } = setUp([jwt("a", -60)]);
    await ask();
    await ask();
    expect(asked).toEqual([null]);
  });

  test.each(["plain", "a.b", "a.b.c", `x.${btoa("[]")}.y`, `x.${btoa('{"exp":"soon"}')}.y`, "..", "a.%%%.c"])(
    "one that does not say is used as it is: %s",
    async (secret) => {
      const { ask, asked } = setUp([secret]);
      await ask();
      vi.setSystemTime(NOW + 10 * 365 * 86_400_000);
      await ask();
      expect(asked).toEqual([null]);
    },
  );
});

describe("another server", () => {
  test("is not told the secret of the one before", async () => {
    const { ask, asked, sent, config } = setUp(["one's", "two's"]);
    await ask();
    config.url = "/two";
    await ask();
    expect(asked).toEqual([null, null]);
    expect(sent).toEqual([
      { url: "/one", name: "one's" },
      { url: "/two", name: "two's" },
    ]);
  });

  test("does not get a secret that was asked for the one before, however late it comes", async () => {
    const { ask, sent, config } = setUp([]);
    const waiting: ((secret: string) => void)[] = [];
    config.getClientSecret = () => new Promise((resolve) => waiting.push(resolve));
    const first = ask();
    await vi.advanceTimersByTimeAsync(0);
    config.url = "/two";
    const second = ask();
    await vi.advanceTimersByTimeAsync(0);
    waiting[1]?.("two's");
    await second;
    waiting[0]?.("one's");
    await first;
    await ask();
    expect(sent.map(({ url, name }) => [url, name])).toEqual([
      ["/two", "two's"],
      ["/one", "one's"],
      ["/two", "two's"],
    ]);
  });
});
