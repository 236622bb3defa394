/** Which files the composer takes: sizes, kinds, how many. */
import { isRecord, strings } from "../protocol/parse.ts";

export interface FileRules {
  /** Bytes, by MIME pattern; `*` is for those that no other names. */
  maxSize: Readonly<Record<string, number>>;
  maxCount: number;
  /** Extensions by MIME pattern; null takes all. */
  accept: Readonly<Record<string, readonly string[]>> | null;
}

const DEFAULT_MAX_BYTES = 100 * 1024 * 1024;
const DEFAULT_MAX_COUNT = 10;

export function readFileRules(option: Record<string, unknown>): FileRules {
  return {
    maxSize: readSizes(option.maxSize),
    maxCount: readCount(option.maxCount),
    accept: readAccept(option),
  };
}

function readSizes(value: unknown): Record<string, number> {
  if (isSize(value)) return { "*": value };
  if (!isRecord(value)) return {};
  const sizes = Object.entries(value).filter((entry): entry is [string, number] => isSize(entry[1]));
  return Object.fromEntries(sizes.map(([pattern, bytes]) => [pattern.toLowerCase() || "*", bytes]));
}

function readCount(value: unknown): number {
  return isSize(value) ? Math.floor(value) : DEFAULT_MAX_COUNT;
}

function isSize(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}

function readAccept({ accept }: Record<string, unknown>): FileRules["accept"] {
  if (!isRecord(accept)) return null;
  const kinds = Object.entries(accept).map(([pattern, endings]) => [
    pattern.toLowerCase(),
    strings(endings).map((ending) => ending.toLowerCase()),
  ]);
  return kinds.length > 0 ? Object.fromEntries(kinds) : null;
}

interface FileFacts {
  name: string;
  type: string;
  size: number;
}

/** Bytes that a file of this kind may have: the limit of its type, else of its family, else of all. */
export function sizeLimit({ maxSize }: FileRules, mimeType: string): number {
  const type = bareType(mimeType);
  const family = `${type.split("/")[0]}/*`;
  return maxSize[type] ?? maxSize[family] ?? maxSize["*/*"] ?? maxSize["*"] ?? DEFAULT_MAX_BYTES;
}

/** As browsers read `accept`: the type fits one of those named, or the name has one of the endings. */
export function isAccepted({ accept }: FileRules, { name, type }: FileFacts): boolean {
  if (accept === null) return true;
  const mime = bareType(type);
  const lowerName = name.toLowerCase();
  return Object.entries(accept).some(
    ([pattern, endings]) => fits(pattern, mime) || endings.some((ending) => lowerName.endsWith(ending)),
  );
}

/** For `<input accept>`; undefined takes all. */
export function acceptAttribute({ accept }: FileRules): string | undefined {
  if (accept === null) return undefined;
  return Object.entries(accept)
    .flatMap(([pattern, endings]) => [pattern, ...endings])
    .join(",");
}

function fits(pattern: string, type: string): boolean {
  if (pattern === "*" || pattern === "*/*") return true;
  return pattern.endsWith("/*") ? type.startsWith(pattern.slice(0, -1)) : type === pattern;
}

function bareType(mimeType: string): string {
  return mimeType.split(";")[0]?.trim().toLowerCase() ?? "";
}
