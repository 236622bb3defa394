import { h } from "preact";
import { findIcon, type IconNode, isFilled } from "./icons.ts";
import { useLoadedIcon } from "./more-icons.ts";

/** They point along the line, which runs the other way in some languages. */
const DIRECTED = /^(?:back-(?:small|large)|chevron-(?:left|right))$/;

interface Props {
  name: string;
  size?: string;
}

/** Decoration: what it means is said by the words beside it or by its button's label. Unknown names draw nothing. */
export function Icon({ name, size }: Props) {
  const node = findIcon(name);
  return node ? <Drawing node={node} name={name} size={size} /> : <LoadedIcon name={name} size={size} />;
}

function LoadedIcon({ name, size }: Props) {
  const node = useLoadedIcon(name);
  return node ? <Drawing node={node} name={name} size={size} /> : null;
}

function Drawing({ node, name, size }: Props & { node: IconNode }) {
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
