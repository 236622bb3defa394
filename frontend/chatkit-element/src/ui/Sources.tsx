import { Fragment } from "preact";
import { safeHref } from "../markdown.ts";
import { wordsOf } from "../protocol/parse.ts";
import type { Annotation, Source } from "../protocol/types.ts";
import { useChat } from "./context.ts";
import { EntityName } from "./Entity.tsx";
import { Icon } from "./Icon.tsx";
import { SafeLink } from "./Markdown.tsx";

/** What a text is based on: each source once, under its group's name where it has one. */
export function Sources({ annotations }: { annotations: readonly Annotation[] }) {
  const { words } = useChat();
  const sources = distinct(annotations.map(({ source }) => source));
  const groups = [...new Set(sources.map(({ group }) => group))];
  return (
    <>
      {groups.toSorted(namelessFirst).map((group) => (
        <Fragment key={group}>
          {group === null ? null : (
            <p class="sources-group" dir="auto" aria-hidden>
              {group}
            </p>
          )}
          <ul class="sources" aria-label={group === null ? words.sources : `${words.sources}: ${group}`}>
            {sources
              .filter((source) => source.group === group)
              .map((source) => (
                <li key={keyOf(source)}>
                  <SourceLine source={source} />
                </li>
              ))}
          </ul>
        </Fragment>
      ))}
    </>
  );
}

function namelessFirst(one: string | null, other: string | null): number {
  return Number(one !== null) - Number(other !== null);
}

/** A source's name, as what it leads to, and below it what else is known of it. */
export function SourceLine({ source }: { source: Source }) {
  return (
    <>
      <SourceName source={source} />
      {source.details.length > 0 ? (
        <span class="source-details" dir="auto">
          {source.details.join(" · ")}
        </span>
      ) : null}
    </>
  );
}

function SourceName({ source }: { source: Source }) {
  if (source.type === "url") {
    const href = safeHref(source.url);
    const title = source.title || source.url;
    return href ? (
      <SafeLink href={href} words={title}>
        {title}
      </SafeLink>
    ) : (
      <span>{title}</span>
    );
  }
  return (
    <span class="source">
      <Icon name={source.type === "file" ? "document" : (source.icon ?? "cube")} />
      {source.type === "file" ? source.title || source.filename : <SourceEntity source={source} />}
    </span>
  );
}

function SourceEntity({ source }: { source: Extract<Source, { type: "entity" }> }) {
  const { id, title, icon, interactive, data } = source;
  if (!interactive) return <>{title}</>;
  return (
    <EntityName class="link" entity={{ id, title, icon, interactive, data: wordsOf(data) }}>
      {title}
    </EntityName>
  );
}

function keyOf(source: Source): string {
  if (source.type === "url") return source.url;
  return source.type === "file" ? `file:${source.filename}` : `entity:${source.id}`;
}

function distinct(sources: Source[]): Source[] {
  return [...new Map(sources.map((source) => [keyOf(source), source])).values()];
}
