/** The list of conversations. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { button, find, mountElement, optionsFor, press, type } from "../testing/element.ts";
import { FakeServer, json, settled, thread } from "../testing/server.ts";

afterEach(async () => {
  document.body.replaceChildren();
  sessionStorage.clear();
  await settled(2);
});

describe("the history", () => {
  const pages = () =>
    new FakeServer((request) => {
      if (request.type === "threads.list") {
        return request.params.after === undefined
          ? json({ data: [thread("a", { title: "First" }), thread("b")], has_more: true, after: "b" })
          : json({ data: [thread("c", { title: "Third" })], has_more: false });
      }
      if (request.type === "threads.get_by_id") {
        return json({ ...thread(String(request.params.thread_id), { title: "First" }), items: { data: [] } });
      }
      return json({});
    });
  const rows = (root: ShadowRoot) =>
    [...root.querySelectorAll(".history-title")].map((node) => node.textContent);

  test("lists, pages, opens", async () => {
    const { root, seen } = await mountElement(optionsFor(pages()));
    button(root, "History").click();
    await settled();
    expect(rows(root)).toEqual(["First", "New chat"]);
    button(root, "Show more").click();
    await settled();
    expect(rows(root)).toEqual(["First", "New chat", "Third"]);
    find(root, ".history-open").click();
    await settled();
    expect(root.querySelector(".history")).toBeNull();
    expect(seen.at(-1)).toEqual({ name: "thread.load.end", detail: { threadId: "a" } });
  });

  test("renames and deletes, the open thread too", async () => {
    const server = pages();
    const { element, root, seen } = await mountElement(optionsFor(server, { initialThread: "a" }));
    await element.showHistory();
    await settled();
    button(root, "Rename: First").click();
    await settled();
    const field = find<HTMLInputElement>(root, ".history-row input");
    type(field, "Better");
    find(root, ".history-row form").dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
    await settled();
    expect(server.requests.at(-1)).toMatchObject({
      type: "threads.update",
      params: { thread_id: "a", title: "Better" },
    });
    expect(rows(root)[0]).toBe("Better");
    button(root, "Delete: Better").click();
    await settled();
    expect(server.types()).not.toContain("threads.delete");
    button(root, "Delete").click();
    await settled();
    expect(server.types()).toContain("threads.delete");
    expect(rows(root)).toEqual(["New chat"]);
    expect(seen.at(-1)).toEqual({ name: "thread.change", detail: { threadId: null } });
  });

  test("a failure is said, with a way to try again; a refused change is taken back", async () => {
    let fail = true;
    const server = new FakeServer((request) => {
      if (fail || request.type === "threads.delete") return json({}, 503);
      return json({ data: [thread("a", { title: "First" })], has_more: false });
    });
    const { root } = await mountElement(optionsFor(server));
    button(root, "History").click();
    await settled();
    expect(find(root, ".history .failure").textContent).toContain("could not be loaded");
    fail = false;
    button(find(root, ".history"), "Retry").click();
    await settled();
    button(root, "Delete: First").click();
    await settled();
    button(root, "Delete").click();
    await settled();
    expect(rows(root)).toEqual(["First"]);
    expect(find(root, ".notice-danger").textContent).toContain("Nothing was changed");
  });

  test("Escape closes it, and only it", async () => {
    const { root } = await mountElement(optionsFor(pages()));
    const outside = vi.fn();
    document.addEventListener("keydown", outside);
    button(root, "History").click();
    await settled();
    press(find(root, ".history"), "Escape");
    await settled();
    document.removeEventListener("keydown", outside);
    expect(root.querySelector(".history")).toBeNull();
    expect(outside).not.toHaveBeenCalled();
  });
});
