import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Messages } from "../locales/index.ts";
import type { DraftFile, FileProblem } from "../state/attachments.ts";
import { useChat, useStore } from "./context.ts";
import { Icon } from "./Icon.tsx";

/** The files of the message that is being written. */
export function FileTiles() {
  const { chat, words } = useChat();
  const { files } = useStore(chat.composer.attachments.store);
  const list = useRef<HTMLUListElement>(null);
  const failures = files.filter(({ state }) => state === "failed").length;
  // What is new, or has failed, is to be seen.
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each file that came or failed
  useLayoutEffect(() => {
    const rows = [...(list.current?.querySelectorAll(".file") ?? [])];
    const failed = rows.findLast((row) => row.classList.contains("failed"));
    (failed ?? rows.at(-1))?.scrollIntoView?.({ block: "nearest" });
  }, [files.length, failures]);
  if (files.length === 0) return <p class="for-readers" role="status" />;
  const remove = (file: DraftFile, index: number) => {
    chat.composer.attachments.remove(file.key);
    // Whoever takes away one after the other stays among them.
    const rest = [...(list.current?.querySelectorAll<HTMLElement>(".file-remove") ?? [])];
    const next = rest[index + 1] ?? rest[index - 1];
    if (next) next.focus();
    else chat.composer.focus();
  };
  return (
    <>
      <ul ref={list} class="files" aria-label={words.attachedFiles}>
        {files.map((file, index) => (
          <FileTile key={file.key} file={file} onRemove={() => remove(file, index)} />
        ))}
      </ul>
      <p class="for-readers" role="status">
        {said(files, words)}
      </p>
    </>
  );
}

interface TileProps {
  file: DraftFile;
  onRemove: () => void;
}

function FileTile({ file, onRemove }: TileProps) {
  const { chat, words } = useChat();
  const failed = file.state === "failed";
  const failure = failed ? (file.reason ?? words.uploadFailed(file.name)) : words.fileDoubtful;
  return (
    <li class={failed ? "file failed" : "file"} part="attachment">
      {file.thumbnail ? (
        <img class="file-picture" src={file.thumbnail} alt="" />
      ) : (
        <span class="file-picture">
          <Icon name={file.image ? "square-image" : "document"} />
        </span>
      )}
      <span class="file-words">
        <span class="file-name" title={file.name} dir="auto">
          {file.name}
        </span>
        {failed || file.recalled === "refused" ? (
          <span class="file-failure" dir="auto">
            {failure}
          </span>
        ) : null}
        {file.state === "uploading" ? (
          <progress
            class="file-progress"
            aria-label={words.uploading(file.name)}
            value={file.progress ?? undefined}
            max={1}
          />
        ) : null}
      </span>
      {failed ? (
        <button
          type="button"
          class="icon-button small"
          aria-label={`${words.retry}: ${file.name}`}
          title={words.retry}
          onClick={() => chat.composer.attachments.retry(file.key)}
        >
          <Icon name="retry" />
        </button>
      ) : null}
      <button
        type="button"
        class="icon-button small file-remove"
        aria-label={`${words.remove}: ${file.name}`}
        title={words.remove}
        onClick={onRemove}
      >
        <Icon name="close" />
      </button>
    </li>
  );
}

/** What a screen reader is told: what the last file came to. */
function said(files: readonly DraftFile[], words: Messages["words"]): string {
  const last = files.at(-1);
  if (!last) return "";
  if (last.state === "failed") return words.uploadFailed(last.name);
  return last.state === "ready" ? words.uploaded(last.name) : words.uploading(last.name);
}

export function FileProblems() {
  const { chat, messages } = useChat();
  const { problems } = useStore(chat.composer.attachments.store);
  if (problems.length === 0) return null;
  return (
    <div role="alert">
      <ul>
        {problems.map((problem) => {
          const text = problemWords(problem, messages);
          return (
            <li key={text} class="composer-problem">
              {text}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function problemWords(problem: FileProblem, { words, locale }: Messages): string {
  switch (problem.kind) {
    case "lost":
      return words.fileLost(problem.name);
    case "too_large":
      return words.fileTooLarge(problem.name, sizeWords(problem.limit, locale));
    case "refused":
      return words.fileRefused(problem.name);
    case "too_many":
      return words.tooManyFiles(problem.limit);
  }
}

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;

function sizeWords(bytes: number, locale: string): string {
  const step = Math.min(UNITS.length - 1, Math.floor(Math.log(Math.max(bytes, 1)) / Math.log(1024)));
  const format = {
    style: "unit",
    unit: UNITS[step],
    unitDisplay: "short",
    maximumFractionDigits: 1,
  } as const;
  return new Intl.NumberFormat(locale, format).format(bytes / 1024 ** step);
}

/** Whether files are dragged over the element; they may be dropped anywhere on it. */
export function useDrop(
  inside: { current: Element | null },
  enabled: boolean,
  onFiles: (files: File[]) => void,
): boolean {
  const [over, setOver] = useState(false);
  const [take] = useState(() => ({ files: onFiles }));
  take.files = onFiles;
  useEffect(() => {
    const root = inside.current?.getRootNode();
    if (!enabled || !(root instanceof ShadowRoot)) return;
    const { host } = root;
    const listening = new AbortController();
    const on = (name: string, run: (event: DragEvent) => void) =>
      host.addEventListener(name, (event) => run(event as DragEvent), { signal: listening.signal });
    on("dragover", (event) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      setOver(true);
    });
    on("dragleave", ({ relatedTarget }) => {
      if (!(relatedTarget instanceof Node && host.contains(relatedTarget))) setOver(false);
    });
    on("drop", (event) => {
      setOver(false);
      if (!carriesFiles(event)) return;
      event.preventDefault();
      take.files([...(event.dataTransfer?.files ?? [])]);
    });
    return () => listening.abort();
  }, [inside, enabled, take]);
  return enabled && over;
}

function carriesFiles({ dataTransfer }: DragEvent): boolean {
  return dataTransfer?.types.includes("Files") === true;
}
