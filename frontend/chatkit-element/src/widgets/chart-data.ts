/** A chart's props, read defensively: what is drawn, what its table says, and the figures of both. No drawing here. */
import { isRecord, oneOf, records, text } from "../protocol/parse.ts";
import type { WidgetNode } from "../protocol/types.ts";
import { color } from "./style.ts";

/** More would be a picture of nothing, and a table without an end. */
const MAX_ROWS = 500;
const MAX_SERIES = 12;

export type SeriesType = "bar" | "area" | "line";

export interface Series {
  type: SeriesType;
  label: string;
  /** A CSS colour. */
  color: string;
  /** Series with the same name lie on each other; null stands alone. */
  stack: string | null;
  curve: string;
  /** One a row; null where the row has no number. */
  values: readonly (number | null)[];
}

export interface ChartModel {
  categories: readonly string[];
  series: readonly Series[];
  xAxis: boolean;
  yAxis: boolean;
  legend: boolean;
  tooltip: boolean;
  /** Pixels; null leaves it to the plot. */
  barGap: number | null;
  barCategoryGap: number | null;
}

const COLORS = ["blue", "purple", "orange", "green", "red", "yellow", "pink"];

export function readChart(node: WidgetNode): ChartModel {
  const rows = records(node.data).slice(0, MAX_ROWS);
  const axis: Record<string, unknown> = isRecord(node.xAxis) ? node.xAxis : { dataKey: node.xAxis };
  const labels = isRecord(axis.labels) ? axis.labels : {};
  const category = (row: Record<string, unknown>) => {
    const value = word(row[text(axis.dataKey)]);
    return Object.hasOwn(labels, value) ? text(labels[value], value) : value;
  };
  return {
    categories: rows.map(category),
    series: records(node.series)
      .slice(0, MAX_SERIES)
      .map((series, index) => readSeries(series, rows, index)),
    xAxis: axis.hide !== true,
    yAxis: node.showYAxis === true,
    legend: node.showLegend !== false,
    tooltip: node.showTooltip !== false,
    barGap: pixels(node.barGap),
    barCategoryGap: pixels(node.barCategoryGap),
  };
}

function readSeries(series: Record<string, unknown>, rows: Record<string, unknown>[], index: number): Series {
  const key = text(series.dataKey);
  const type = oneOf<SeriesType>(series.type, ["bar", "area", "line"], "bar");
  const own = color(series.color, "chart");
  return {
    type,
    label: text(series.label) || key,
    color: own ?? color(COLORS[index % COLORS.length], "chart") ?? "currentColor",
    stack: type !== "line" && typeof series.stack === "string" && series.stack ? series.stack : null,
    curve: text(series.curveType, "monotone"),
    values: rows.map((row) => number(row[key])),
  };
}

function number(value: unknown): number | null {
  const read = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof read === "number" && Number.isFinite(read) ? read : null;
}

function word(value: unknown): string {
  return typeof value === "number" ? String(value) : text(value);
}

function pixels(value: unknown): number | null {
  return typeof value === "number" && Number.isFinite(value) ? Math.min(100, Math.max(0, value)) : null;
}

/** From where to where a series reaches in each row, when those of its stack lie below it. */
export type Extent = readonly ([from: number, to: number] | null)[];

export function stackUp(series: readonly Series[]): Extent[] {
  const heights = new Map<string, { up: number; down: number }>();
  return series.map((one) =>
    one.values.map((value, row) => {
      if (value === null) return null;
      if (one.stack === null) return [0, value];
      // Bars are not stacked on areas, nor what is below zero on what is above.
      const key = `${one.type}/${one.stack}/${row}`;
      const height = heights.get(key) ?? { up: 0, down: 0 };
      heights.set(key, height);
      const side = value < 0 ? "down" : "up";
      const from = height[side];
      height[side] = from + value;
      return [from, from + value];
    }),
  );
}
