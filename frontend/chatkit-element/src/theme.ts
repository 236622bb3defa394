/**
 * The host's theme option as CSS custom properties. Every colour is a `light-dark()` pair, so the scheme is one
 * property (`color-scheme`) that a widget can turn for its own part.
 */
import { isRecord, oneOf, textOrNull } from "./protocol/parse.ts";

export interface FontSource {
  family: string;
  src: string;
  descriptors: FontFaceDescriptors;
}

export interface Theme {
  /** `system`: what the reader's system says; also when the host named no scheme. */
  scheme: "light" | "dark" | "system";
  properties: Readonly<Record<string, string>>;
  fonts: readonly FontSource[];
}

const SYSTEM_FONT =
  'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", Arial, sans-serif, "Apple Color Emoji", "Segoe UI Emoji"';
const SYSTEM_MONO = 'ui-monospace, "SF Mono", SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace';

/** Lightness of the neutrals: [light, dark]. Text is at least 4.5:1 on its surfaces, controls' edges 3:1. */
const NEUTRALS: Record<string, [number, number]> = {
  bg: [1, 0.215],
  raised: [1, 0.265],
  text: [0.235, 0.945],
  "text-2": [0.47, 0.755],
  "text-3": [0.54, 0.68],
  border: [0.915, 0.34],
  "border-strong": [0.65, 0.56],
  hover: [0.962, 0.305],
  active: [0.93, 0.345],
  bubble: [0.955, 0.295],
  code: [0.968, 0.255],
};

/** The same, when the host chose both ends itself: how much of the foreground lies over the background. */
const MIXES: Record<string, number> = {
  raised: 2,
  "text-2": 72,
  "text-3": 64,
  border: 12,
  "border-strong": 46,
  hover: 5,
  active: 9,
  bubble: 7,
  code: 5,
};

const RADII: Record<string, [control: string, card: string, bubble: string, composer: string]> = {
  pill: ["999px", "16px", "20px", "26px"],
  round: ["10px", "14px", "16px", "18px"],
  soft: ["6px", "8px", "10px", "10px"],
  sharp: ["0px", "0px", "0px", "0px"],
};

const DENSITIES: Record<string, string> = { compact: "3.4px", normal: "4px", spacious: "4.8px" };

const ACCENT_IN_BUBBLE = ["0%", "10%", "18%", "26%"];

export const DEFAULT_THEME: Theme = readTheme(undefined);

export function readTheme(input: unknown): Theme {
  const option = isRecord(input) ? input : { colorScheme: input };
  const color = isRecord(option.color) ? option.color : {};
  const typography = isRecord(option.typography) ? option.typography : {};
  const radius = RADII[oneOf(option.radius, ["pill", "round", "soft", "sharp"], "pill")] ?? [];
  return {
    scheme: oneOf<Theme["scheme"]>(option.colorScheme, ["light", "dark"], "system"),
    properties: {
      ...neutrals(isRecord(color.grayscale) ? color.grayscale : {}),
      ...surface(isRecord(color.surface) ? color.surface : {}),
      ...accent(isRecord(color.accent) ? color.accent : {}),
      "--ck-radius": radius[0] ?? "",
      "--ck-radius-card": radius[1] ?? "",
      "--ck-radius-bubble": radius[2] ?? "",
      "--ck-radius-composer": radius[3] ?? "",
      "--ck-space": DENSITIES[oneOf(option.density, ["compact", "normal", "spacious"], "normal")] ?? "4px",
      "--ck-font-size": `${between(typography.baseSize, 12, 22, 15)}px`,
      "--ck-font": textOrNull(typography.fontFamily) ?? SYSTEM_FONT,
      "--ck-font-mono": textOrNull(typography.fontFamilyMono) ?? SYSTEM_MONO,
    },
    fonts: Array.isArray(typography.fontSources) ? typography.fontSources.flatMap(readFont) : [],
  };
}

function neutrals(grayscale: Record<string, unknown>): Record<string, string> {
  const hue = between(grayscale.hue, 0, 360, 260);
  const chroma = between(grayscale.tint, 0, 9, 1) * 0.004;
  const shade = between(grayscale.shade, -4, 4, 0) * 0.012;
  const tone = (lightness: number) => {
    // White and near-white paper stays paper; tint shows from there on.
    const l = lightness === 1 && shade >= 0 ? 1 : Math.min(1, Math.max(0, lightness + shade));
    return `oklch(${round(l)} ${round(l === 1 ? 0 : chroma)} ${hue})`;
  };
  return Object.fromEntries(
    Object.entries(NEUTRALS).map(([name, [light, dark]]) => [
      `--ck-${name}`,
      `light-dark(${tone(light)}, ${tone(dark)})`,
    ]),
  );
}

function surface(option: Record<string, unknown>): Record<string, string> {
  const background = textOrNull(option.background);
  const foreground = textOrNull(option.foreground);
  if (background === null || foreground === null) return {};
  const mixed = Object.entries(MIXES).map(([name, percent]) => [
    `--ck-${name}`,
    `color-mix(in oklab, ${foreground} ${percent}%, ${background})`,
  ]);
  return { "--ck-bg": background, "--ck-text": foreground, ...Object.fromEntries(mixed) };
}

function accent(option: Record<string, unknown>): Record<string, string> {
  const primary = textOrNull(option.primary) ?? "var(--ck-text)";
  const share = ACCENT_IN_BUBBLE[between(option.level, 0, 3, 0)] ?? "0%";
  return {
    "--ck-accent": primary,
    // Black or white, whichever reads better on the accent.
    "--ck-on-accent": "oklch(from var(--ck-accent) clamp(0, (0.66 - l) * 1000, 1) 0 0)",
    "--ck-bubble-accent": `color-mix(in oklab, var(--ck-accent) ${share}, var(--ck-bubble))`,
  };
}

function readFont(value: unknown): FontSource[] {
  if (!isRecord(value)) return [];
  const family = textOrNull(value.family);
  const src = textOrNull(value.src);
  if (family === null || src === null) return [];
  const descriptors: FontFaceDescriptors = {};
  if (value.weight !== undefined) descriptors.weight = String(value.weight);
  if (typeof value.style === "string") descriptors.style = value.style;
  if (typeof value.display === "string") descriptors.display = value.display as FontDisplay;
  if (typeof value.unicodeRange === "string") descriptors.unicodeRange = value.unicodeRange;
  return [{ family, src, descriptors }];
}

const loadedFonts = new Set<string>();

/** `@font-face` registers nothing in a shadow root, so fonts go to the document; each once. */
export function loadFonts(fonts: readonly FontSource[]): void {
  for (const { family, src, descriptors } of fonts) {
    const key = JSON.stringify([family, src, descriptors]);
    if (loadedFonts.has(key)) continue;
    loadedFonts.add(key);
    const face = new FontFace(family, `url(${JSON.stringify(src)})`, descriptors);
    document.fonts.add(face);
    // A font that fails to load leaves the fallback; nothing to tell the reader.
    face.load().catch(() => {});
  }
}

function between(value: unknown, min: number, max: number, fallback: number): number {
  return typeof value === "number" && Number.isFinite(value) ? Math.min(max, Math.max(min, value)) : fallback;
}

function round(value: number): number {
  return Math.round(value * 10000) / 10000;
}
