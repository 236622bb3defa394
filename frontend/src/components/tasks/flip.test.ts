import { expect, test } from "vitest";
import { planMoves } from "./flip";

const places = (...entries: [string, number][]) => new Map(entries);

test("what comes with the page is just there", () => {
  expect(planMoves(places(), places(["a", 0], ["b", 44]))).toEqual(new Map());
});

test("a heading stays where it is when the first row of its group leaves", () => {
  const before = places(["Overdue", 0], ["a", 50], ["b", 94], ["c", 138]);
  const after = places(["Overdue", 0], ["b", 50], ["c", 94]);
  expect(planMoves(before, after)).toEqual(
    new Map([
      ["b", { kind: "glide", from: 44 }],
      ["c", { kind: "glide", from: 44 }],
    ]),
  );
});

test("a new row fades in, the others make room", () => {
  expect(planMoves(places(["a", 0]), places(["new", 0], ["a", 44]))).toEqual(
    new Map([
      ["new", { kind: "fade" }],
      ["a", { kind: "glide", from: -44 }],
    ]),
  );
});

test("a row that still moves goes on from where it is drawn", () => {
  const moves = planMoves(places(["a", 0]), places(["a", 88]), places(["a", 20]));
  expect(moves.get("a")).toEqual({ kind: "glide", from: -68 });
});

test("nothing flies over a whole screen, and another list does not begin blank", () => {
  expect(planMoves(places(["a", 0]), places(["a", 1800]))).toEqual(
    new Map([["a", { kind: "fade" }]]),
  );
  const other = places(...Array.from({ length: 9 }, (_, n): [string, number] => [`n${n}`, n * 44]));
  expect(planMoves(places(["a", 0]), other)).toEqual(new Map());
});
