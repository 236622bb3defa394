import { render } from "preact";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { findMessages } from "../locales/index.ts";
import { decodeEntities, linkHost, parseDeeplink, plainText, safeHref } from "../markdown.ts";
import type { Chat } from "../state/chat.ts";
import { DEFAULT_OPTIONS } from "../state/options.ts";
import { ChatContext } from "./context.ts";
import { Markdown } from "./Markdown.tsx";

const messages = findMessages("en").messages;
const deeplink = vi.fn();
const scope = {
  chat: { deeplink } as unknown as Chat,
  options: DEFAULT_OPTIONS,
  messages,
  words: messages.words,
  headingLevel: 2,
};
let root: HTMLElement;

beforeEach(() => {
  root = document.createElement("div");
});

afterEach(() => render(null, root));

function draw(text: string, streaming = false): HTMLElement {
  render(
    <ChatContext.Provider value={scope}>
      <Markdown text={text} streaming={streaming} />
    </ChatContext.Provider>,
    root,
  );
  return root;
}

const SAFE_TAGS = new Set(
  "A ARTICLE B BLOCKQUOTE BR BUTTON CODE DEL DIV EM H3 H4 H5 H6 HR LI OL P PATH PRE RECT SPAN STRONG SVG TABLE TBODY TD TH THEAD TR UL".split(
    " ",
  ),
);

/** Nothing that runs, loads or leads anywhere but to https, http or mailto. */
function expectHarmless(where: HTMLElement): void {
  for (const node of where.querySelectorAll("*")) {
    expect(SAFE_TAGS, node.outerHTML).toContain(node.tagName.toUpperCase());
    for (const { name, value } of node.attributes) {
      expect(name, node.outerHTML).not.toMatch(/^on|^src|^style$|^xlink|^formaction|^srcdoc/i);
      if (name === "href") expect(value).toMatch(/^(?:https?|mailto):/);
    }
  }
}

const PAYLOADS = [
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "![x](https://evil.example/a.png)",
  "![x](javascript:alert(1))",
  "![x][ref]\n\n[ref]: https://evil.example/a.png",
  "[x](javascript:alert(1))",
  "[x](JaVaScRiPt:alert(1))",
  "[x](java\tscript:alert(1))",
  "[x](&#106;avascript:alert(1))",
  "[x](&#x6A;avascript&colon;alert(1))",
  "[x](data:text/html,<script>alert(1)</script>)",
  "[x](vbscript:alert(1))",
  "[x](//evil.example)",
  "[x](file:///etc/passwd)",
  "<javascript:alert(1)>",
  "[x][j]\n\n[j]: javascript:alert(1)",
  '[x](https://a.example "onmouseover=alert(1)")',
  "<svg><script>alert(1)</script></svg>",
  "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
  "<a href='javascript:alert(1)'>x</a>",
  "<style>@import 'https://evil.example'</style>",
  "<math><mtext></table><mglyph><style><img src=x onerror=alert(1)>",
  "| a |\n| --- |\n| <img src=x onerror=alert(1)> |",
  "- <b onclick=alert(1)>x</b>",
  "```html\n<script>alert(1)</script>\n```",
  "`<img src=x onerror=alert(1)>`",
  "# <img src=x onerror=alert(1)>",
];

describe("hostile Markdown", () => {
  test.each(PAYLOADS)("%s is harmless, also as it streams in", (payload) => {
    expectHarmless(draw(payload));
    for (let length = 1; length < payload.length; length++) {
      draw(payload.slice(0, length), true);
      expectHarmless(root);
    }
  });

  test("raw HTML is shown as it was written", () => {
    expect(draw("a <b>bold</b> move").textContent).toBe("a <b>bold</b> move");
  });

  test("an image is a link that says where it leads", () => {
    const link = draw("![a cat](https://evil.example/cat.png)").querySelector("a");
    expect(link?.textContent).toBe("a catevil.example");
    expect(link?.getAttribute("rel")).toContain("noreferrer");
    expect(link?.getAttribute("target")).toBe("_blank");
    expect(root.querySelector("img")).toBeNull();
  });

  test("nesting without end neither throws nor hangs", () => {
    expect(draw(`${">".repeat(5000)} deep`).textContent).toContain("deep");
    expect(draw(`${"[".repeat(3000)}x${"](a)".repeat(3000)}`).textContent).toContain("x");
  });
});

describe("ordinary Markdown", () => {
  test("is drawn as nodes", () => {
    draw("# Title\n\nSome **bold** and *soft* `code`.\n\n1. one\n2. two\n   - inner\n\n> quote\n\n---");
    expect(root.querySelector("h3")?.textContent).toBe("Title");
    expect(root.querySelector("strong")?.textContent).toBe("bold");
    expect(root.querySelectorAll("ol > li")).toHaveLength(2);
    expect(root.querySelector("li li")?.textContent).toBe("inner");
    expect(root.querySelector("blockquote")?.textContent).toBe("quote");
  });

  test("tables scroll inside, code keeps its text", () => {
    draw("| a | b |\n| --- | ---: |\n| 1 | 2 |\n\n```js\nlet a = '<b>';\n```");
    expect(root.querySelector(".table-scroll td:last-child")?.textContent).toBe("2");
    expect(root.querySelector("pre")?.textContent).toBe("let a = '<b>';");
  });

  test("character references are read", () => {
    expect(draw("a &amp; b &lt;i&gt; &#8364; &unknown;").textContent).toBe("a & b <i> € &unknown;");
  });

  test("half-written marks do not flicker while streaming", () => {
    expect(draw("some **bo", true).querySelector("strong")?.textContent).toBe("bo");
    expect(draw("see [the docs](https://exa", true).textContent).toBe("see the docs");
    expect(draw("one\n\n- a\n-", true).querySelectorAll("li")).toHaveLength(1);
  });

  test("only the growing block is drawn again", () => {
    draw("first\n\nsecond", true);
    const [first] = root.querySelectorAll("p");
    const text = first?.firstChild;
    draw("first\n\nsecond part", true);
    expect(root.querySelectorAll("p")[0]?.firstChild).toBe(text);
    expect(root.textContent).toContain("second part");
  });

  test("a deeplink is an event, not a navigation", () => {
    draw("[open](chatkit-link://task?id=7)");
    const button = root.querySelector("button");
    button?.click();
    expect(root.querySelector("a")).toBeNull();
    expect(deeplink).toHaveBeenCalledWith("task", { id: "7" });
  });
});

describe("helpers", () => {
  test("safeHref", () => {
    expect(safeHref("https://a.example/?x=1&amp;y=2")).toBe("https://a.example/?x=1&y=2");
    expect(safeHref("mailto:a@b.example")).toBe("mailto:a@b.example");
    for (const bad of [
      "javascript:x",
      " javascript:x",
      "\u0001javascript:x",
      "/path",
      "",
      "ftp://a",
      "blob:https://a",
    ]) {
      expect(safeHref(bad)).toBeNull();
    }
  });

  test("linkHost is shown unless the words say it", () => {
    expect(linkHost("https://www.a.example/x", "see a.example")).toBeNull();
    expect(linkHost("https://evil.example/x", "a.example")).toBe("evil.example");
    expect(linkHost("mailto:a@b.example", "write")).toBe("a@b.example");
  });

  test("decodeEntities survives nonsense", () => {
    expect(decodeEntities("&#0;&#xD800;&#x110000;&constructor;")).toBe("\ufffd\ufffd\ufffd&constructor;");
  });

  test("parseDeeplink", () => {
    expect(parseDeeplink("chatkit-link://a/b?x=1")).toEqual({ name: "a/b", data: { x: "1" } });
    expect(parseDeeplink("https://a")).toBeNull();
  });

  test("plainText", () => {
    expect(plainText("## Hi\n\n- **a** [b](https://c)\n```js\nx\n```")).toBe("Hi\n\na b\nx\n");
  });
});
