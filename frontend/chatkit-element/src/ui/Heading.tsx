import { type ComponentChildren, h } from "preact";
import { useChat } from "./context.ts";

interface Props {
  /** Levels below the chat's title. */
  below?: number;
  class?: string;
  part?: string;
  title?: string;
  dir?: "auto";
  children: ComponentChildren;
}

/** A heading of the level that the page gave the chat (`heading-level`). */
export function Heading({ below = 0, children, ...attributes }: Props) {
  const { headingLevel } = useChat();
  return h(`h${Math.min(6, headingLevel + below)}`, attributes, children);
}
