/** The picture of a chart, in a chunk of its own with the parts of D3 that it needs. */
import { type ScaleBand, type ScaleLinear, scaleBand, scaleLinear } from "d3-scale";
import * as shapes from "d3-shape";
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { type ChartModel, type Extent, type Series, stackUp } from "./chart-data.ts";

export interface PlotProps {
  model: ChartModel;
  locale: string;
  label: string;
}

/** Until it is measured, and where nothing can be. */
const FALLBACK = { width: 320, height: 200 };
const TICKS = 4;
/** Of the small figures along the axes: about so wide is a letter. */
const LETTER = 6.4;
const MAX_BAR = 56;

const CURVES: Record<string, shapes.CurveFactory> = {
  basis: shapes.curveBasis,
  basisClosed: shapes.curveBasisClosed,
  basisOpen: shapes.curveBasisOpen,
  bump: shapes.curveBumpX,
  bumpX: shapes.curveBumpX,
  bumpY: shapes.curveBumpY,
  linear: shapes.curveLinear,
  linearClosed: shapes.curveLinearClosed,
  monotone: shapes.curveMonotoneX,
  monotoneX: shapes.curveMonotoneX,
  monotoneY: shapes.curveMonotoneY,
  natural: shapes.curveNatural,
  step: shapes.curveStep,
  stepAfter: shapes.curveStepAfter,
  stepBefore: shapes.curveStepBefore,
};

interface Frame {
  width: number;
  height: number;
  /** The middle of each row. */
  x: (row: number) => number;
  band: ScaleBand<number>;
  y: ScaleLinear<number, number>;
  left: number;
}

export function ChartPlot({ model, locale, label }: PlotProps) {
  const box = useRef<HTMLDivElement>(null);
  const size = useSize(box);
  const [active, setActive] = useState<number | null>(null);
  const extents = useMemo(() => stackUp(model.series), [model]);
  const short = useMemo(() => new Intl.NumberFormat(locale, { notation: "compact" }), [locale]);
  const full = useMemo(() => new Intl.NumberFormat(locale), [locale]);
  const frame = useMemo(() => layOut(model, extents, size, short), [model, extents, size, short]);
  const rows = model.categories.length;
  // A chart that is drawn anew may have fewer rows.
  const row = active === null || active >= rows ? null : active;
  const picture = (
    <svg width={frame.width} height={frame.height} aria-hidden="true" focusable="false">
      <Axes model={model} frame={frame} short={short} />
      {row !== null ? (
        <line class="chart-guide" x1={frame.x(row)} x2={frame.x(row)} y1={0} y2={bottom(frame)} />
      ) : null}
      <Areas model={model} frame={frame} extents={extents} />
      <Bars model={model} frame={frame} extents={extents} active={row} />
      <Lines model={model} frame={frame} extents={extents} active={row} />
    </svg>
  );
  if (!model.tooltip || rows === 0) {
    return (
      <div ref={box} class="chart-plot" dir="ltr">
        {picture}
      </div>
    );
  }
  const say = (index: number) =>
    `${model.categories[index]}: ${model.series.map((one) => `${one.label} ${value(one, index, full)}`).join(", ")}`;
  return (
    <div
      ref={box}
      class="chart-plot"
      dir="ltr"
      // A row is chosen by the arrow keys, and read with its figures.
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-valuemin={1}
      aria-valuemax={rows}
      aria-valuenow={(row ?? 0) + 1}
      aria-valuetext={say(row ?? 0)}
      onKeyDown={(event) => {
        const next = step(event.key, row, rows);
        if (next === undefined) return;
        event.preventDefault();
        // Escape also closes what the chat lies in.
        event.stopPropagation();
        setActive(next);
      }}
      onFocus={() => setActive(row ?? 0)}
      onBlur={() => setActive(null)}
      onPointerMove={(event) => setActive(nearest(event, frame, rows))}
      onPointerDown={(event) => setActive(nearest(event, frame, rows))}
      onPointerLeave={() => setActive(null)}
    >
      {picture}
      {row !== null ? <Tooltip model={model} row={row} frame={frame} full={full} /> : null}
    </div>
  );
}

/** The row that a key leads to, null for none; undefined when the key is not ours. */
function step(key: string, row: number | null, rows: number): number | null | undefined {
  const at = row ?? 0;
  switch (key) {
    case "ArrowRight":
    case "ArrowUp":
      return Math.min(rows - 1, at + 1);
    case "ArrowLeft":
    case "ArrowDown":
      return Math.max(0, at - 1);
    case "Home":
      return 0;
    case "End":
      return rows - 1;
    case "Escape":
      return row === null ? undefined : null;
  }
}

function nearest(event: PointerEvent & { currentTarget: HTMLElement }, frame: Frame, rows: number): number {
  const x = event.clientX - event.currentTarget.getBoundingClientRect().left;
  let best = 0;
  for (let row = 1; row < rows; row++) {
    if (Math.abs(frame.x(row) - x) < Math.abs(frame.x(best) - x)) best = row;
  }
  return best;
}

function value(series: Series, row: number, format: Intl.NumberFormat): string {
  const figure = series.values[row] ?? null;
  return figure === null ? "–" : format.format(figure);
}

function layOut(
  model: ChartModel,
  extents: readonly Extent[],
  { width, height }: typeof FALLBACK,
  short: Intl.NumberFormat,
): Frame {
  const ends = extents.flatMap((extent) => extent.flatMap((reach) => reach ?? []));
  const low = Math.min(0, ...ends);
  const high = Math.max(0, ...ends);
  const y = scaleLinear()
    .domain(low === high ? [0, 1] : [low, high])
    .nice(TICKS)
    .range([height - (model.xAxis ? 24 : 4), 8]);
  const widest = Math.max(...y.ticks(TICKS).map((tick) => short.format(tick).length));
  const left = model.yAxis ? widest * LETTER + 10 : 0;
  const rows = model.categories.length;
  const band = scaleBand<number>()
    .domain(Array.from({ length: rows }, (_, row) => row))
    .range([left, width]);
  // Without bars the lines reach from edge to edge, but for their dots.
  const bars = model.series.some(({ type }) => type === "bar");
  const room = Math.max(0, width - left - 16);
  const x = (row: number) =>
    bars || rows < 2 ? (band(row) ?? 0) + band.bandwidth() / 2 : left + 8 + (room * row) / (rows - 1);
  return { width, height, x, band, y, left };
}

function bottom({ y }: Frame): number {
  return y.range()[0] ?? 0;
}

interface PartProps {
  model: ChartModel;
  frame: Frame;
  extents: readonly Extent[];
  active?: number | null;
}

function Axes({ model, frame, short }: { model: ChartModel; frame: Frame; short: Intl.NumberFormat }) {
  const { y, left, width, x } = frame;
  const rows = model.categories.length;
  const widest = Math.max(1, ...model.categories.map((category) => category.length)) * LETTER + 12;
  const every = Math.max(1, Math.ceil(widest / Math.max(1, (width - left) / Math.max(1, rows))));
  const most = Math.max(3, Math.floor((width - left) / LETTER));
  return (
    <>
      {y.ticks(TICKS).map((tick) => (
        <g key={tick}>
          <line
            class={tick === 0 ? "chart-base" : "chart-grid"}
            x1={left}
            x2={width}
            y1={y(tick)}
            y2={y(tick)}
          />
          {model.yAxis ? (
            <text class="chart-text" x={left - 6} y={y(tick)} text-anchor="end" dominant-baseline="central">
              {short.format(tick)}
            </text>
          ) : null}
        </g>
      ))}
      {model.xAxis
        ? model.categories.map((category, row) =>
            row % every === 0 ? (
              // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other name
              <text key={row} class="chart-text" {...placed(category, x(row), frame)} y={frame.height - 6}>
                {category.length > most ? `${category.slice(0, most - 1)}…` : category}
              </text>
            ) : null,
          )
        : null}
    </>
  );
}

/** In the middle under its row, unless it would stand out at an edge. */
function placed(category: string, x: number, { left, width }: Frame) {
  const half = (category.length * LETTER) / 2;
  if (x - half < left) return { x: left, "text-anchor": "start" as const };
  if (x + half > width) return { x: width, "text-anchor": "end" as const };
  return { x, "text-anchor": "middle" as const };
}

function Bars({ model, frame, extents, active }: PartProps) {
  const { band, y } = frame;
  const bars = model.series.flatMap((series, index) => (series.type === "bar" ? [{ series, index }] : []));
  // Those of one stack share a place in their row.
  const places = [...new Set(bars.map(({ series, index }) => series.stack ?? `#${index}`))];
  const step = band.bandwidth();
  const gap = places.length > 1 ? Math.min(model.barGap ?? 3, step / places.length / 2) : 0;
  const between = Math.min(model.barCategoryGap ?? step * 0.32, step * 0.9);
  const room = step - between - gap * (places.length - 1);
  const thick = Math.max(1, Math.min(MAX_BAR, room / Math.max(1, places.length)));
  const whole = thick * places.length + gap * (places.length - 1);
  return (
    <>
      {bars.map(({ series, index }) =>
        (extents[index] ?? []).map((reach, row) => {
          if (!reach) return null;
          const place = places.indexOf(series.stack ?? `#${index}`);
          const top = y(Math.max(...reach));
          return (
            <rect
              // biome-ignore lint/suspicious/noArrayIndexKey: rows and series have no other name
              key={`${index}/${row}`}
              class={active === null || active === row ? "chart-bar" : "chart-bar faded"}
              x={(band(row) ?? 0) + (step - whole) / 2 + place * (thick + gap)}
              y={top}
              width={thick}
              height={Math.max(0, y(Math.min(...reach)) - top)}
              rx={Math.min(3, thick / 3)}
              style={{ fill: series.color }}
            />
          );
        }),
      )}
    </>
  );
}

function curve(series: Series): shapes.CurveFactory {
  return Object.hasOwn(CURVES, series.curve)
    ? (CURVES[series.curve] ?? shapes.curveLinear)
    : shapes.curveLinear;
}

function Areas({ model, frame, extents }: PartProps) {
  return (
    <>
      {model.series.map((series, index) => {
        if (series.type !== "area") return null;
        const draw = shapes
          .area<Extent[number]>()
          .defined((reach) => reach !== null)
          .x((_, row) => frame.x(row))
          .y0((reach) => frame.y(reach?.[0] ?? 0))
          .y1((reach) => frame.y(reach?.[1] ?? 0))
          .curve(curve(series));
        const path = draw([...(extents[index] ?? [])]) ?? "";
        // biome-ignore lint/suspicious/noArrayIndexKey: series have no other name
        return <path key={index} class="chart-area" d={path} style={{ fill: series.color }} />;
      })}
    </>
  );
}

/** Also the upper edge of the areas. */
function Lines({ model, frame, extents, active }: PartProps) {
  return (
    <>
      {model.series.map((series, index) => {
        if (series.type === "bar") return null;
        const reaches = [...(extents[index] ?? [])];
        const draw = shapes
          .line<Extent[number]>()
          .defined((reach) => reach !== null)
          .x((_, row) => frame.x(row))
          .y((reach) => frame.y(reach?.[1] ?? 0))
          .curve(curve(series));
        const at = active === null || active === undefined ? null : (reaches[active] ?? null);
        const alone = reaches.filter(Boolean).length === 1 ? reaches.findIndex(Boolean) : -1;
        const dot = at ? active : alone === -1 ? null : alone;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: series have no other name
          <g key={index} style={{ color: series.color }}>
            <path class="chart-line" d={draw(reaches) ?? ""} />
            {typeof dot === "number" ? (
              <circle class="chart-dot" cx={frame.x(dot)} cy={frame.y(reaches[dot]?.[1] ?? 0)} r={4} />
            ) : null}
          </g>
        );
      })}
    </>
  );
}

interface TooltipProps {
  model: ChartModel;
  row: number;
  frame: Frame;
  full: Intl.NumberFormat;
}

function Tooltip({ model, row, frame, full }: TooltipProps) {
  const x = frame.x(row);
  const beyond = x > frame.width / 2;
  const style = beyond ? { right: `${frame.width - x + 10}px` } : { left: `${x + 10}px` };
  return (
    <div class="chart-tip" style={style} aria-hidden="true">
      <b>{model.categories[row]}</b>
      {model.series.map((series, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: series have no other name
        <span key={index}>
          <i class={`chart-swatch ${series.type}`} style={{ color: series.color }} />
          {series.label}
          <em>{value(series, row, full)}</em>
        </span>
      ))}
    </div>
  );
}

function useSize(box: { current: HTMLElement | null }): typeof FALLBACK {
  const [size, setSize] = useState(FALLBACK);
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const measure = () => {
      const { clientWidth: width, clientHeight: height } = element;
      if (width === 0 || height === 0) return;
      setSize((before) => (before.width === width && before.height === height ? before : { width, height }));
    };
    measure();
    if (typeof ResizeObserver !== "function") return;
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [box]);
  return size;
}
