import { expect, test, vi } from "vitest";
import { aTask, json } from "@/testing/fixtures";
import { ApiError, createTaskApi, errorWords } from "./api";

const send = vi.fn<typeof fetch>();
const api = createTaskApi("user/1", send);
const BASE = "https://tasks.example/api/user%2F1/tasks";
const lastCall = () => send.mock.lastCall ?? [];

test("a list asks for what is set and nothing else", async () => {
  send.mockResolvedValue(json({ items: [aTask()], next_cursor: "next" }));
  const query = { status: "open", q: "a & b", priority: "", label: "", due: "today" } as const;
  const page = await api.list(query, { cursor: null, limit: 100, sort: "due" });
  expect(page.next_cursor).toBe("next");
  expect(lastCall()[0]).toBe(`${BASE}?status=open&q=a+%26+b&due=today&limit=100&sort=due`);
});

test("writes send JSON to the task's own address", async () => {
  send.mockImplementation(async () => json(aTask()));
  await api.create({ title: "milk" });
  expect(lastCall()).toMatchObject([BASE, { method: "POST", body: '{"title":"milk"}' }]);
  await api.update("task_1", { completed: true });
  expect(lastCall()).toMatchObject([`${BASE}/task_1`, { method: "PATCH" }]);
  await api.restore("task_1");
  expect(lastCall()).toMatchObject([`${BASE}/task_1/restore`, { method: "POST" }]);
  send.mockResolvedValue(new Response(null, { status: 204 }));
  expect(await api.remove("task_1")).toBeUndefined();
});

test("an error has the server's own words and code", async () => {
  send.mockResolvedValue(json({ detail: "title must not be empty.", code: "invalid" }, 422));
  const error = await api.create({ title: " " }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({
    status: 422,
    code: "invalid",
    message: "title must not be empty.",
  });
});

test.each([
  [502, /problem right now/],
  [404, /not there any more/],
  [429, /Wait a moment/],
  [418, /error \(418\)/],
])("a proxy's page (%i) gets words of our own", async (status, words) => {
  send.mockResolvedValue(new Response("<html>Bad gateway</html>", { status }));
  await expect(api.assistant()).rejects.toThrow(words);
});

test("no answer at all is said so, and giving up is passed on", async () => {
  send.mockRejectedValueOnce(new TypeError("Failed to fetch"));
  await expect(api.create({ title: "milk" })).rejects.toMatchObject({ status: 0, code: "network" });
  send.mockRejectedValueOnce(new DOMException("aborted", "AbortError"));
  await expect(api.list({})).rejects.toMatchObject({ name: "AbortError" });
});

test("whatever was thrown becomes a sentence", () => {
  expect(errorWords(new Error("It broke."))).toBe("It broke.");
  expect(errorWords("nonsense")).toMatch(/went wrong/);
});
