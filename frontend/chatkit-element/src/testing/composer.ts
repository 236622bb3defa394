/** A server that takes every message, and one that takes files, for tests of the composer. */
import { find } from "./element.ts";
import { FakeServer, json, reply, type SeenRequest, stream } from "./server.ts";

/** Takes every message, and answers what `other` says to other requests. */
export function chatServer(
  other: (request: SeenRequest) => Response | Promise<Response> = () => json({}),
): FakeServer {
  return new FakeServer((request) =>
    /^threads\.(create|add_user_message)$/.test(request.type) ? stream(reply("x", "Fine")) : other(request),
  );
}

/** Of the last message that was sent. */
export const inputOf = (server: FakeServer) =>
  server.requests.findLast(({ params }) => params.input)?.params.input as Record<string, unknown>;

export function texts(root: ParentNode, selector: string): string[] {
  return [...root.querySelectorAll(selector)].map((node) => node.textContent?.trim() ?? "");
}

/** The name of what has the focus. */
export function focused(root: ShadowRoot): string {
  return root.activeElement?.getAttribute("aria-label") ?? root.activeElement?.textContent?.trim() ?? "";
}

export const file = (name: string, body = "text", mime = "text/plain") =>
  new File([body], name, { type: mime });

export const attachment = (id: string, name: string) => ({ id, type: "file", name, mime_type: "text/plain" });

/** Announces files under ids of their own and keeps what is put where it says. */
export function uploadServer(
  answer: (url: string, init: RequestInit) => Response | Promise<Response> = () => json({}),
) {
  const puts: { url: string; init: RequestInit }[] = [];
  const server = chatServer((request) => {
    if (request.type !== "attachments.create") return json({});
    const name = String(request.params.name);
    const upload_descriptor = { url: `/put/${name}`, method: "PUT", headers: { "X-Key": "k" } };
    return json({ ...attachment(`atc_${name}`, name), upload_descriptor });
  });
  const ask = server.fetch;
  const fetchAll: typeof fetch = async (input, init) => {
    if (!String(input).includes("/put/") && !String(input).includes("/upload")) return ask(input, init);
    puts.push({ url: String(input), init: init ?? {} });
    return answer(String(input), init ?? {});
  };
  return { server, puts, api: { url: "/chatkit", domainKey: "x", fetch: fetchAll } };
}

/** Chooses files in the browser's dialogue. */
export function pick(root: ParentNode, ...files: File[]): void {
  const picker = find<HTMLInputElement>(root, 'input[type="file"]');
  Object.defineProperty(picker, "files", { value: files, configurable: true });
  picker.dispatchEvent(new Event("change", { bubbles: true }));
}
