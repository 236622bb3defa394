import { afterEach, describe, expect, test, vi } from "vitest";
import { find, mountElement, press } from "../testing/element.ts";
import { FakeServer, items, json, settled, thread } from "../testing/server.ts";
import { readChart, stackUp } from "./chart-data.ts";

afterEach(async () => {
  document.body.replaceChildren();
  await settled(2);
});

const WEEK = {
  type: "Chart",
  data: [
    { day: "mon", done: 3, open: 5 },
    { day: "tue", done: 1, open: "6.5" },
    { day: "wed", done: null, open: -2 },
  ],
  series: [
    { type: "bar", dataKey: "done", label: "Done", stack: "a" },
    { type: "bar", dataKey: "open", label: "Open", stack: "a", color: "red" },
    { type: "line", dataKey: "open", curveType: "step" },
    { type: "area", dataKey: "done", label: "Finished" },
  ],
  xAxis: { dataKey: "day", labels: { mon: "Monday" } },
  showYAxis: true,
};

async function show(widget: object) {
  const server = new FakeServer(() =>
    json({ ...thread(), items: { data: [items.widget(widget)], has_more: false } }),
  );
  const { root } = await mountElement({
    api: { url: "/chatkit", domainKey: "x", fetch: server.fetch },
    locale: "en",
    initialThread: "thr_1",
  });
  await vi.waitFor(() => expect(root.querySelector("svg, .widget:empty")).not.toBeNull());
  return root;
}

const rowsOf = (root: ParentNode) =>
  [...root.querySelectorAll("figure tr")].map((row) => [...row.children].map((cell) => cell.textContent));

test("a chart's figures are in a table for those who do not see it", async () => {
  const root = await show(WEEK);
  expect(rowsOf(root)).toEqual([
    ["", "Done", "Open", "open", "Finished"],
    ["Monday", "3", "5", "5", "3"],
    ["tue", "1", "6.5", "6.5", "1"],
    ["wed", "–", "-2", "-2", "–"],
  ]);
  expect(find(root, "figure caption").textContent).toBe("Chart: Done, Open, open, Finished");
});

test("bars, lines and areas are drawn, with the axes and the legend that were asked for", async () => {
  const root = await show(WEEK);
  await vi.waitFor(() => expect(root.querySelectorAll(".chart-bar")).toHaveLength(5));
  // The area has an upper edge.
  expect(root.querySelectorAll(".chart-line")).toHaveLength(2);
  expect(root.querySelectorAll(".chart-area")).toHaveLength(1);
  const axis = [...root.querySelectorAll(".chart-text")].map((text) => text.textContent);
  expect(axis).toEqual(expect.arrayContaining(["0", "Monday", "tue", "wed"]));
  expect(find(root, ".chart-legend").textContent).toBe("DoneOpenopenFinished");
});

test("axes, legend and tooltip can be left out", async () => {
  const root = await show({
    ...WEEK,
    xAxis: { dataKey: "day", hide: true },
    showLegend: false,
    showTooltip: false,
    showYAxis: false,
  });
  await vi.waitFor(() => expect(root.querySelector(".chart-bar")).not.toBeNull());
  expect(root.querySelectorAll(".chart-text, .chart-legend, [role=slider]")).toHaveLength(0);
});

test("the arrow keys go from row to row and say its figures", async () => {
  const root = await show(WEEK);
  await vi.waitFor(() => expect(root.querySelector("[role=slider]")).not.toBeNull());
  const plot = find(root, "[role=slider]");
  plot.dispatchEvent(new FocusEvent("focus"));
  press(plot, "ArrowRight");
  await settled();
  expect(plot.getAttribute("aria-valuetext")).toBe("tue: Done 1, Open 6.5, open 6.5, Finished 1");
  expect(find(root, ".chart-tip b").textContent).toBe("tue");
  press(plot, "End");
  await settled();
  expect(plot.getAttribute("aria-valuenow")).toBe("3");
  press(plot, "Escape");
  await settled();
  expect(root.querySelector(".chart-tip")).toBeNull();
});

test("a bar reaches from its stack's height, and one below zero from what is below zero", () => {
  const model = readChart(WEEK);
  const [done, open, line] = stackUp(model.series);
  expect(done).toEqual([[0, 3], [0, 1], null]);
  expect(open).toEqual([
    [3, 8],
    [1, 7.5],
    [0, -2],
  ]);
  expect(line).toEqual([
    [0, 5],
    [0, 6.5],
    [0, -2],
  ]);
});

describe("what is not a chart", () => {
  test.each([
    ["nothing at all", {}],
    ["no series", { data: [{ a: 1 }], series: [], xAxis: "a" }],
    ["wrong kinds", { data: "x", series: [1, null, { type: "pie", dataKey: 4 }], xAxis: 3 }],
    [
      "numbers that are none",
      { data: [{ a: Number.NaN }, { a: "x" }], series: [{ type: "line", dataKey: "a" }] },
    ],
    ["a foreign colour", { data: [{ a: 1 }], series: [{ type: "bar", dataKey: "a", color: "url(//evil)" }] }],
    [
      "a curve of the prototype",
      { data: [{ a: 1 }], series: [{ type: "line", dataKey: "a", curveType: "constructor" }] },
    ],
  ])("%s breaks nothing", async (_, props) => {
    const server = new FakeServer(() =>
      json({
        ...thread(),
        items: {
          data: [
            items.widget({
              type: "Card",
              children: [
                { type: "Chart", ...props },
                { type: "Text", value: "after" },
              ],
            }),
          ],
        },
      }),
    );
    const { root } = await mountElement({
      api: { url: "/chatkit", domainKey: "x", fetch: server.fetch },
      initialThread: "thr_1",
    });
    await settled(20);
    expect(find(root, ".widget").textContent).toContain("after");
    expect(find(root, ".widget").innerHTML).not.toContain("evil");
  });
});
