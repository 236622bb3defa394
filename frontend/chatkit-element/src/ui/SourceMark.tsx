import type { ComponentChildren } from "preact";
import { linkHost, safeHref } from "../markdown.ts";
import { wordsOf } from "../protocol/parse.ts";
import type { Annotation, Source } from "../protocol/types.ts";
import { EntityName } from "./Entity.tsx";
import { Icon } from "./Icon.tsx";
import type { InlineMark } from "./Markdown.tsx";

/** What stands in the text itself, for the sources that belong to a place of it. */
export function sourceMarks(annotations: readonly Annotation[]): InlineMark[] {
  return annotations.flatMap(({ source, index }) =>
    index === null ? [] : [{ at: index, draw: () => <SourceMark source={source} /> }],
  );
}

/** Short, since it stands between words: a link's host, a file's name, an entity's own label or its icon. */
function SourceMark({ source }: { source: Source }) {
  // The space lets a line break before it, and keeps it apart from the word for those who hear it.
  switch (source.type) {
    case "url": {
      const href = safeHref(source.url);
      if (href === null) return null;
      return (
        <>
          {" "}
          <a class="source-mark" href={href} target="_blank" rel="noopener noreferrer nofollow">
            {linkHost(href, "")?.replace(/^www\./, "")}
            <Hidden>{source.title}</Hidden>
          </a>
        </>
      );
    }
    case "file":
      return (
        <>
          {" "}
          <span class="source-mark">
            <Icon name="document" />
            {source.title || source.filename}
          </span>
        </>
      );
    case "entity": {
      const { id, title, icon, inlineLabel, interactive, data } = source;
      return (
        <>
          {" "}
          <EntityName class="source-mark" entity={{ id, title, icon, interactive, data: wordsOf(data) }}>
            {inlineLabel ?? <Icon name={icon ?? "cube"} />}
            <Hidden>{title}</Hidden>
          </EntityName>
        </>
      );
    }
  }
}

function Hidden({ children }: { children: ComponentChildren }) {
  return <span class="for-readers"> {children}</span>;
}
