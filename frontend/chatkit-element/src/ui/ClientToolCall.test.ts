import { afterEach, expect, test } from "vitest";
import { button, find, mountElement } from "../testing/element.ts";
import { FakeServer, items, json, settled, thread } from "../testing/server.ts";

afterEach(async () => {
  document.body.replaceChildren();
  await settled(2);
});

async function show(call: object) {
  const item = { ...items.toolCall("read_clipboard"), status: "completed", ...call };
  const server = new FakeServer(() => json({ ...thread(), items: { data: [item], has_more: false } }));
  const { root } = await mountElement({
    api: { url: "/chatkit", domainKey: "x", fetch: server.fetch },
    locale: "en",
    initialThread: "thr_1",
  });
  return root;
}

const parts = (root: ParentNode) =>
  [...root.querySelectorAll(".code")].map((code) => [
    find(code, ".code-head span").textContent,
    find(code, "pre").textContent,
  ]);

test("a client tool is one line that opens onto what the page was given and what it answered", async () => {
  const root = await show({ arguments: { format: "text" }, output: ["a", 1] });
  const line = button(root, "Read clipboard");
  expect(line.getAttribute("aria-expanded")).toBe("false");
  expect(parts(root)).toEqual([]);
  line.click();
  await settled();
  expect(parts(root)).toEqual([
    ["Input", '{\n  "format": "text"\n}'],
    ["Result", '[\n  "a",\n  1\n]'],
  ]);
});

test("with neither it is a line to be read", async () => {
  const root = await show({ arguments: {}, output: {} });
  expect(find(root, ".step").tagName).toBe("DIV");
});

test("an answer of any size and kind is shown, shortened", async () => {
  for (const output of ["<script>x</script>", 0, false, "x".repeat(50_000)]) {
    const root = await show({ output });
    button(root, "Read clipboard").click();
    await settled();
    const [[, shown] = []] = parts(root);
    expect(shown?.startsWith(JSON.stringify(output).slice(0, 5_000))).toBe(true);
    expect(shown?.length).toBeLessThanOrEqual(10_001);
    document.body.replaceChildren();
  }
});
