import { useEffect, useState } from "preact/hooks";
import { useChat } from "./context.ts";
import { Icon } from "./Icon.tsx";

const SHOWN_MS = 1600;

export function CopyButton({ text, label }: { text: string; label: string }) {
  const { words } = useChat();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  // Without a secure context there is no clipboard; a button that can do nothing is not shown.
  if (!navigator.clipboard) return null;
  const copy = () => {
    navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  };
  const name = copied ? words.copied : label;
  return (
    <button type="button" class="icon-button small" aria-label={name} title={name} onClick={copy}>
      <Icon name={copied ? "check" : "copy"} />
    </button>
  );
}
