import { h } from "preact";
import { isFilled } from "./icons.ts";
import { useIcon } from "./more-icons.ts";

/** They point along the line, which runs the other way in some languages. */
const DIRECTED = /^(?:back-(?:small|large)|chevron-(?:left|right))$/;

/** Decoration: what it means is said by the words beside it or by its button's label. Unknown names draw nothing. */
export function Icon({ name, size }: { name: string; size?: string }) {
  const node = useIcon(name);
  if (!node) return null;
  const classes = ["icon"];
  if (isFilled(name)) classes.push("icon-filled");
  if (DIRECTED.test(name)) classes.push("icon-directed");
  const style = size ? { width: size, height: size } : undefined;
  return (
    <svg class={classes.join(" ")} viewBox="0 0 24 24" aria-hidden="true" focusable="false" style={style}>
      {node.map(([tag, attributes], index) => h(tag, { ...attributes, key: index }))}
    </svg>
  );
}
