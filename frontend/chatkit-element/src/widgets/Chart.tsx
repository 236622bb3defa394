import type { ComponentType } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { useChat } from "../ui/context.ts";
import type { PlotProps } from "./ChartPlot.tsx";
import { type ChartModel, readChart } from "./chart-data.ts";
import type { NodeProps } from "./Node.tsx";
import { blockStyle } from "./style.ts";

type Plot = ComponentType<PlotProps>;

/** Bars, lines and areas: a picture for the eye, loaded when the first one is needed, and a table for everyone else. */
export function Chart({ node }: NodeProps) {
  const { words, messages } = useChat();
  const model = useMemo(() => readChart(node), [node]);
  const plot = usePlot();
  const Picture = plot === "missing" ? null : plot;
  if (model.series.length === 0) return null;
  const sized = [node.height, node.size, node.aspectRatio].some((value) => value !== undefined);
  const title = `${words.chart}: ${model.series.map(({ label }) => label).join(", ")}`;
  return (
    <figure class={sized ? "w-chart sized" : "w-chart"} style={blockStyle(node)} aria-label={title}>
      {model.legend ? <Legend model={model} /> : null}
      {Picture ? <Picture model={model} locale={messages.locale} label={title} /> : null}
      {plot === null ? <div class="chart-plot" /> : null}
      <DataTable model={model} title={title} locale={messages.locale} shown={plot === "missing"} />
    </figure>
  );
}

function Legend({ model }: { model: ChartModel }) {
  return (
    <div class="chart-legend" aria-hidden="true">
      {model.series.map(({ label, color, type }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: series have no other name
        <span key={index}>
          <i class={`chart-swatch ${type}`} style={{ color }} />
          {label}
        </span>
      ))}
    </div>
  );
}

interface TableProps {
  model: ChartModel;
  title: string;
  locale: string;
  /** To the eye, too: there is no picture. */
  shown: boolean;
}

function DataTable({ model, title, locale, shown }: TableProps) {
  const numbers = new Intl.NumberFormat(locale);
  return (
    <div class={shown ? "table-scroll" : "for-readers"} tabIndex={shown ? 0 : undefined}>
      <table>
        <caption class="for-readers">{title}</caption>
        <thead>
          <tr>
            <td />
            {model.series.map(({ label }, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: series have no other name
              <th key={index} scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {model.categories.map((category, row) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: rows have no other name
            <tr key={row}>
              <th scope="row">{category}</th>
              {model.series.map(({ values }, index) => {
                const value = values[row] ?? null;
                // biome-ignore lint/suspicious/noArrayIndexKey: series have no other name
                return <td key={index}>{value === null ? "–" : numbers.format(value)}</td>;
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

let loading: Promise<Plot> | null = null;
let loaded: Plot | null = null;

/** null while it is on its way; `missing` when it could not be had, which the next chart tries anew. */
function usePlot(): Plot | "missing" | null {
  const [plot, setPlot] = useState<Plot | "missing" | null>(() => loaded);
  useEffect(() => {
    if (loaded) return;
    let here = true;
    loading ??= import("./ChartPlot.tsx").then((chunk) => chunk.ChartPlot);
    loading.then(
      (found) => {
        loaded = found;
        if (here) setPlot(() => found);
      },
      () => {
        loading = null;
        if (here) setPlot("missing");
      },
    );
    return () => {
      here = false;
    };
  }, []);
  return plot;
}
