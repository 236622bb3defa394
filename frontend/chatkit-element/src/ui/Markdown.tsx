import type { Token, Tokens } from "marked";
import { type ComponentChildren, createContext, Fragment, h } from "preact";
import { useContext, useMemo, useRef } from "preact/hooks";
import {
  decodeEntities,
  type Growth,
  linkHost,
  MAX_DEPTH,
  parseDeeplink,
  parseGrowing,
  parseMarkdown,
  safeHref,
} from "../markdown.ts";
import { isMarked, type MarkToken, placeMarks } from "../marks.ts";
import { CopyButton } from "./CopyButton.tsx";
import { useChat } from "./context.ts";
import { Heading } from "./Heading.tsx";
import { useImage } from "./images.ts";
import { memo } from "./memo.ts";

/** Something small that stands at a place of a text. */
export interface InlineMark {
  /** In code points. */
  at: number;
  draw: () => ComponentChildren;
}

interface Props {
  text: string;
  streaming?: boolean;
  marks?: readonly InlineMark[];
}

const NO_MARKS: readonly InlineMark[] = [];

/** Markdown as nodes. While `streaming`, half-written marks at the end are read as if they were closed. */
export function Markdown({ text, streaming = false, marks = NO_MARKS }: Props) {
  const growth = useRef<Growth | null>(null);
  const { blocks: read, links } = useMemo(() => {
    growth.current = streaming ? parseGrowing(text, growth.current) : null;
    return growth.current?.tree ?? parseMarkdown(text, false);
  }, [text, streaming]);
  const blocks = useMemo(
    () =>
      placeMarks(
        read,
        text,
        marks.map(({ at }) => at),
      ),
    [read, text, marks],
  );
  return (
    <MarksContext.Provider value={marks}>
      <div class="md" dir="auto">
        {blocks.map((token, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a streamed text only grows, so a block keeps its place
          <Block key={index} token={token} links={links} />
        ))}
      </div>
    </MarksContext.Provider>
  );
}

const MarksContext = createContext(NO_MARKS);

function Mark({ index }: { index: number }) {
  return <>{useContext(MarksContext)[index]?.draw()}</>;
}

/** Of a streamed text only the last block changes; the others are not drawn again. */
const Block = memo(
  ({ token }: { token: Token; links: string }) => <>{draw(token, 0)}</>,
  ({ token: before, links: linksBefore }, { token: after, links }) =>
    before === after ||
    (before.raw === after.raw &&
      before.type === after.type &&
      linksBefore === links &&
      !isMarked(before) &&
      !isMarked(after)),
);

function drawAll(tokens: readonly Token[] | undefined, depth: number): ComponentChildren {
  // biome-ignore lint/suspicious/noArrayIndexKey: see Markdown
  return tokens?.map((token, index) => <Fragment key={index}>{draw(token, depth)}</Fragment>);
}

function draw(token: Token, depth: number): ComponentChildren {
  if (depth > MAX_DEPTH) return token.raw;
  const inside = (tokens?: readonly Token[]) => drawAll(tokens, depth + 1);
  switch (token.type) {
    case "paragraph":
      return <p>{token.tokens ? inside(token.tokens) : token.text}</p>;
    case "heading":
      // One level below the thread's title, whatever the text calls it: it is a part of a message, not of the page.
      return (
        <Heading below={1} class={`heading h${token.depth}`}>
          {inside(token.tokens)}
        </Heading>
      );
    case "code":
      return <CodeBlock code={token.text} title={(token.lang ?? "").split(/\s/)[0] ?? ""} />;
    case "blockquote":
      return <blockquote>{inside(token.tokens)}</blockquote>;
    case "list":
      return drawList(token as Tokens.List, depth);
    case "table":
      return drawTable(token as Tokens.Table, depth);
    case "hr":
      return <hr />;
    case "strong":
      return <strong>{inside(token.tokens)}</strong>;
    case "em":
      return <em>{inside(token.tokens)}</em>;
    case "del":
      return <del>{inside(token.tokens)}</del>;
    case "codespan":
      return <code>{token.text}</code>;
    case "br":
      return <br />;
    case "link":
      return <Link href={token.href} tokens={token.tokens} raw={token.text} depth={depth} />;
    case "image":
      return <ImageLink href={token.href} alt={decodeEntities(token.text)} />;
    case "checkbox":
      return null;
    case "text":
      return token.tokens ? inside(token.tokens) : decodeEntities(token.text);
    case "escape":
      return token.text;
    case "space":
    case "def":
      return null;
    case "mark":
      return <Mark index={(token as Token & MarkToken).mark} />;
    default:
      // Raw HTML and whatever the lexer may learn: as it was written.
      return token.raw;
  }
}

function drawList(list: Tokens.List, depth: number) {
  const items = list.items.map((item, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: see Markdown
    <li key={index} class={item.task ? "task" : undefined}>
      {item.task ? <span class="task-box">{item.checked ? "☑" : "☐"}</span> : null}
      {item.task ? <div>{drawAll(item.tokens, depth + 1)}</div> : drawAll(item.tokens, depth + 1)}
    </li>
  ));
  if (!list.ordered) return <ul>{items}</ul>;
  return <ol start={typeof list.start === "number" ? list.start : 1}>{items}</ol>;
}

function drawTable(table: Tokens.Table, depth: number) {
  const cell = (tag: "th" | "td", { tokens }: Tokens.TableCell, column: number) => {
    const align = table.align[column];
    const props = { key: column, style: align ? { textAlign: align } : undefined };
    return h(tag, props, drawAll(tokens, depth + 1));
  };
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a wide table scrolls, by keyboard too
    <div class="table-scroll" tabIndex={0}>
      <table>
        <thead>
          <tr>{table.header.map((entry, column) => cell("th", entry, column))}</tr>
        </thead>
        <tbody>
          {table.rows.map((row, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: see Markdown
            <tr key={index}>{row.map((entry, column) => cell("td", entry, column))}</tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface LinkProps {
  href: string;
  tokens: readonly Token[] | undefined;
  raw: string;
  depth: number;
}

function Link({ href, tokens, raw, depth }: LinkProps) {
  const { chat } = useChat();
  const label = drawAll(tokens, depth + 1) ?? decodeEntities(raw);
  const deeplink = parseDeeplink(href);
  if (deeplink) {
    return (
      <button type="button" class="link" onClick={() => chat.deeplink(deeplink.name, deeplink.data)}>
        {label}
      </button>
    );
  }
  const address = safeHref(href);
  if (address === null) return <>{label}</>;
  return (
    <SafeLink href={address} words={raw}>
      {label}
    </SafeLink>
  );
}

/** A link to elsewhere that says where. `href` has passed `safeHref`. */
export function SafeLink(props: { href: string; words: string; children: ComponentChildren }) {
  const host = linkHost(props.href, props.words);
  return (
    <a href={props.href} target="_blank" rel="noopener noreferrer nofollow">
      {props.children}
      {host ? <span class="link-host">{host}</span> : null}
    </a>
  );
}

/** Images of elsewhere would tell their server who reads what, and when: unless the thread allows it, they are a link. */
function ImageLink({ href, alt }: { href: string; alt: string }) {
  const { words } = useChat();
  const label = alt || words.image;
  const image = useImage(href);
  if (image) return <img src={image} alt={alt} referrerpolicy="no-referrer" loading="lazy" />;
  const address = safeHref(href);
  if (address === null) return <>{label}</>;
  return (
    <SafeLink href={address} words={label}>
      {label}
    </SafeLink>
  );
}

export function CodeBlock({ code, title }: { code: string; title: string }) {
  const { words } = useChat();
  return (
    <div class="code">
      <div class="code-head">
        <span>{title}</span>
        <CopyButton text={code} label={words.copyCode} />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long lines scroll, by keyboard too */}
      <pre tabIndex={0} dir="ltr">
        <code>{code}</code>
      </pre>
    </div>
  );
}
