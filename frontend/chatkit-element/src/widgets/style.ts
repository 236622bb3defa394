/**
 * A widget's layout and colour props as styles. They come from a server, perhaps from a model: only values of a
 * known form pass, so that nothing can load an address or lay itself over the page.
 */
import { isRecord } from "../protocol/parse.ts";
import type { WidgetNode } from "../protocol/types.ts";

export type Style = Record<string, string | number>;

const PX_PER_UNIT = 4;
const LENGTH = /^-?\d{0,5}(?:\.\d{1,4})?(?:px|rem|em|ch|lh|%|vw|vh|svh|dvh|fr)?$/;
const LENGTH_WORDS = new Set(["auto", "min-content", "max-content", "fit-content"]);
const COLOR =
  /^(?:#[\da-f]{3,8}|[a-z]{3,24}|(?:rgb|hsl|oklch|oklab|lab|lch|hwb)a?\([\d\s.,%/a-z+-]{1,60}\))$/i;

/** Lengths: numbers are pixels. */
export function length(value: unknown): string | undefined {
  if (typeof value === "number" && Number.isFinite(value)) return `${value}px`;
  if (typeof value !== "string" || value === "") return undefined;
  if (LENGTH_WORDS.has(value)) return value;
  return LENGTH.test(value) ? (/\d$/.test(value) ? `${value}px` : value) : undefined;
}

/** Space: numbers are units of the grid. */
export function space(value: unknown): string | undefined {
  return typeof value === "number" && Number.isFinite(value) ? `${value * PX_PER_UNIT}px` : length(value);
}

function sides(name: "padding" | "margin", value: unknown): Style {
  if (!isRecord(value)) return defined({ [name]: space(value) });
  return defined({
    [`${name}Top`]: space(value.top ?? value.y),
    [`${name}Bottom`]: space(value.bottom ?? value.y),
    [`${name}Left`]: space(value.left ?? value.x),
    [`${name}Right`]: space(value.right ?? value.x),
  });
}

const TEXT_TOKENS: Record<string, string> = {
  prose: "var(--ck-text)",
  primary: "var(--ck-text)",
  emphasis: "var(--ck-text)",
  secondary: "var(--ck-text-2)",
  tertiary: "var(--ck-text-3)",
  success: "var(--ck-success)",
  warning: "var(--ck-warning)",
  danger: "var(--ck-danger)",
};

const SURFACE_TOKENS: Record<string, string> = {
  surface: "var(--ck-raised)",
  "surface-secondary": "var(--ck-hover)",
  "surface-tertiary": "var(--ck-active)",
  "surface-elevated": "var(--ck-raised)",
  "surface-elevated-secondary": "var(--ck-hover)",
};

const BORDER_TOKENS: Record<string, string> = {
  default: "var(--ck-border)",
  subtle: "var(--ck-hover)",
  strong: "var(--ck-border-strong)",
};

/** Hue and chroma of the primitive colours (`red-500`), in oklch. */
const HUES: Record<string, [hue: number, chroma: number]> = {
  gray: [260, 0.012],
  red: [25, 0.2],
  orange: [50, 0.17],
  yellow: [90, 0.15],
  green: [150, 0.16],
  blue: [255, 0.18],
  purple: [300, 0.19],
  pink: [350, 0.18],
  teal: [190, 0.11],
  cyan: [215, 0.12],
  indigo: [275, 0.19],
};

export type ColorKind = "text" | "surface" | "border" | "chart";

/** Of a chart's series: 3:1 on the card, in light and dark. */
const CHART_COLORS = ["blue", "purple", "orange", "green", "red", "yellow", "pink"];

const CHART_TOKENS: Record<string, string> = Object.fromEntries(
  CHART_COLORS.map((name) => {
    const [hue, chroma] = HUES[name] ?? [0, 0];
    return [name, `light-dark(oklch(0.6 ${chroma} ${hue}), oklch(0.73 ${chroma * 0.8} ${hue}))`];
  }),
);

const TOKENS: Record<ColorKind, Record<string, string>> = {
  text: TEXT_TOKENS,
  surface: SURFACE_TOKENS,
  border: BORDER_TOKENS,
  chart: CHART_TOKENS,
};

export function color(value: unknown, kind: ColorKind): string | undefined {
  if (isRecord(value)) {
    const light = color(value.light, kind);
    const dark = color(value.dark, kind);
    return light && dark ? `light-dark(${light}, ${dark})` : (light ?? dark);
  }
  if (typeof value !== "string") return undefined;
  const tokens = TOKENS[kind];
  if (Object.hasOwn(tokens, value)) return tokens[value];
  return primitive(value) ?? (COLOR.test(value) ? value : undefined);
}

function primitive(value: string): string | undefined {
  const match = /^([a-z]+)-(\d{2,3})$/.exec(value);
  const hue = match?.[1] !== undefined && Object.hasOwn(HUES, match[1]) ? HUES[match[1]] : undefined;
  if (!match || !hue) return undefined;
  const step = Math.min(1000, Number(match[2]));
  const lightness = 0.985 - 0.8 * (step / 1000);
  const strength = 1 - Math.abs(step - 500) / 560;
  return `oklch(${lightness.toFixed(3)} ${(hue[1] * Math.max(0.1, strength)).toFixed(3)} ${hue[0]})`;
}

const RADII: Record<string, string> = {
  none: "0",
  "2xs": "2px",
  xs: "4px",
  sm: "6px",
  md: "8px",
  lg: "10px",
  xl: "12px",
  "2xl": "16px",
  "3xl": "20px",
  "4xl": "24px",
  full: "999px",
  "100%": "100%",
};

function pick(table: Record<string, string>, value: unknown): string | undefined {
  return typeof value === "string" && Object.hasOwn(table, value) ? table[value] : undefined;
}

const LINE_STYLES = new Set(["solid", "dashed", "dotted", "double", "groove", "ridge", "inset", "outset"]);

function line(value: unknown): string | undefined {
  if (typeof value === "number") return `${Math.min(20, Math.max(0, value))}px solid var(--ck-border)`;
  if (!isRecord(value) || typeof value.size !== "number") return undefined;
  const style = typeof value.style === "string" && LINE_STYLES.has(value.style) ? value.style : "solid";
  return `${Math.min(20, Math.max(0, value.size))}px ${style} ${color(value.color, "border") ?? "var(--ck-border)"}`;
}

export function border(value: unknown): Style {
  const all = line(value);
  if (all) return { border: all };
  if (!isRecord(value)) return {};
  return defined({
    borderTop: line(value.top ?? value.y),
    borderBottom: line(value.bottom ?? value.y),
    borderLeft: line(value.left ?? value.x),
    borderRight: line(value.right ?? value.x),
  });
}

const ALIGN: Record<string, string> = {
  start: "flex-start",
  center: "center",
  end: "flex-end",
  baseline: "baseline",
  stretch: "stretch",
};

const JUSTIFY: Record<string, string> = {
  start: "flex-start",
  center: "center",
  end: "flex-end",
  between: "space-between",
  around: "space-around",
  evenly: "space-evenly",
  stretch: "stretch",
};

const WRAP: Record<string, string> = { nowrap: "nowrap", wrap: "wrap", "wrap-reverse": "wrap-reverse" };

/** Size, margin, radius: of everything that is a block. */
export function blockStyle(node: WidgetNode): Style {
  return {
    ...defined({
      width: length(node.width ?? node.size),
      height: length(node.height ?? node.size),
      minWidth: length(node.minWidth ?? node.minSize),
      minHeight: length(node.minHeight ?? node.minSize),
      maxWidth: length(node.maxWidth ?? node.maxSize),
      maxHeight: length(node.maxHeight ?? node.maxSize),
      aspectRatio: ratio(node.aspectRatio),
      borderRadius: pick(RADII, node.radius),
      flex: flex(node.flex),
    }),
    ...sides("margin", node.margin),
  };
}

/** The above, and how the children of a box lie. */
export function boxStyle(node: WidgetNode): Style {
  return {
    ...blockStyle(node),
    ...defined({
      gap: space(node.gap),
      alignItems: pick(ALIGN, node.align),
      justifyContent: pick(JUSTIFY, node.justify),
      flexWrap: pick(WRAP, node.wrap),
      backgroundColor: color(node.background, "surface"),
    }),
    ...sides("padding", node.padding),
    ...border(node.border),
  };
}

function flex(value: unknown): string | undefined {
  if (typeof value === "number") return `${value} 1 0%`;
  return typeof value === "string" && /^[\d.\s%a-z]{1,24}$/.test(value) ? value : undefined;
}

function ratio(value: unknown): string | undefined {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && /^[\d.]{1,6}(?:\s*\/\s*[\d.]{1,6})?$/.test(value) ? value : undefined;
}

const WEIGHTS: Record<string, string> = { normal: "400", medium: "500", semibold: "600", bold: "700" };
const TEXT_ALIGN: Record<string, string> = { start: "start", center: "center", end: "end" };

const SIZES: Record<string, Record<string, string>> = {
  text: { xs: "0.8em", sm: "0.875em", md: "1em", lg: "1.125em", xl: "1.25em" },
  caption: { sm: "0.75em", md: "0.8125em", lg: "0.875em" },
  title: {
    sm: "1em",
    md: "1.125em",
    lg: "1.25em",
    xl: "1.5em",
    "2xl": "1.75em",
    "3xl": "2em",
    "4xl": "2.35em",
    "5xl": "2.8em",
  },
};

export function textStyle(node: WidgetNode, kind: "text" | "caption" | "title"): Style {
  const lines = typeof node.maxLines === "number" ? Math.max(1, Math.floor(node.maxLines)) : undefined;
  const least = typeof node.minLines === "number" ? Math.min(20, Math.max(0, node.minLines)) : undefined;
  return defined({
    fontSize: pick(SIZES[kind] ?? {}, node.size),
    fontWeight: pick(WEIGHTS, node.weight),
    textAlign: pick(TEXT_ALIGN, node.textAlign),
    color: color(node.color, "text"),
    width: length(node.width),
    fontStyle: node.italic === true ? "italic" : undefined,
    textDecoration: node.lineThrough === true ? "line-through" : undefined,
    "--lines": lines === undefined ? undefined : String(lines),
    minHeight: least === undefined ? undefined : `${least}lh`,
  });
}

/** How a text is cut: on one line, after some lines, or not at all. */
export function textClass(node: WidgetNode, base: string): string {
  if (node.truncate === true) return `${base} truncate`;
  return typeof node.maxLines === "number" ? `${base} clamp` : base;
}

function defined(style: Record<string, string | undefined>): Style {
  return Object.fromEntries(
    Object.entries(style).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
