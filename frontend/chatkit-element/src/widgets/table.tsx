import { createContext, h } from "preact";
import { useContext } from "preact/hooks";
import { oneOf } from "../protocol/parse.ts";
import { Children, type NodeProps } from "./Node.tsx";
import { boxStyle, length } from "./style.ts";

const InHeader = createContext(false);
const ALIGNMENTS = ["start", "center", "end"] as const;
const VERTICAL = { start: "top", center: "middle", end: "bottom" } as const;

export function Table({ node }: NodeProps) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table scrolls, by keyboard too
    <div class="table-scroll" tabIndex={0}>
      <table>
        <tbody>
          <Children of={node} />
        </tbody>
      </table>
    </div>
  );
}

export function TableRow({ node }: NodeProps) {
  return (
    <InHeader.Provider value={node.header === true}>
      <tr>
        <Children of={node} />
      </tr>
    </InHeader.Provider>
  );
}

const COLUMN_SIZES = ["xs", "sm", "md", "lg", "xl", "auto"] as const;
const COLUMNS = { xs: "48px", sm: "80px", md: "120px", lg: "180px", xl: "260px", auto: "" } as const;

export function TableCell({ node }: NodeProps) {
  const header = useContext(InHeader);
  const style = {
    ...boxStyle({ type: node.type, padding: node.padding }),
    textAlign: oneOf(node.align, ALIGNMENTS, "start"),
    verticalAlign: VERTICAL[oneOf(node.vAlign, ALIGNMENTS, "center")],
    width: length(node.width) ?? "",
    minWidth: COLUMNS[oneOf(node.colSize, COLUMN_SIZES, "auto")],
  };
  const span = (value: unknown) =>
    typeof value === "number" && value > 1 ? Math.min(100, value) : undefined;
  const props = { style, colSpan: span(node.colSpan), rowSpan: span(node.rowSpan) };
  return h(header ? "th" : "td", props, <Children of={node} />);
}
