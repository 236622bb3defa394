import { h } from "preact";
import { findIcon, isFilled } from "./icons.ts";

/** Decoration: what it means is said by the words beside it or by its button's label. Unknown names draw nothing. */
export function Icon({ name, size }: { name: string; size?: string }) {
  const node = findIcon(name);
  if (!node) return null;
  const style = size ? { width: size, height: size } : undefined;
  return (
    <svg
      class={isFilled(name) ? "icon icon-filled" : "icon"}
      viewBox="0 0 24 24"
      aria-hidden="true"
      focusable="false"
      style={style}
    >
      {node.map(([tag, attributes], index) => h(tag, { ...attributes, key: index }))}
    </svg>
  );
}
