/** The vendor's own React binding, unmodified, on this element. `?api=/chatkit` says where the ChatKit server is. */
import { ChatKit, useChatKit } from "@openai/chatkit-react";
import { StrictMode, useState } from "react";
import { createRoot } from "react-dom/client";
import "./page.css";

const url = new URLSearchParams(location.search).get("api") ?? "/chatkit";

function Assistant() {
  const [dark, setDark] = useState(false);
  const [cups, setCups] = useState(0);
  const [told, setTold] = useState<string[]>([]);
  const tell = (what: string) => setTold((before) => [...before, what]);

  const chat = useChatKit({
    api: { url, domainKey: "any" },
    theme: dark ? "dark" : "light",
    startScreen: { greeting: "Which tea today?" },
    onClientTool: () => ({ cups }),
    onReady: () => tell("ready"),
    onError: ({ error }) => tell(`error ${error.message}`),
    onResponseStart: () => tell("response.start"),
    onResponseEnd: () => tell("response.end"),
    onThreadChange: ({ threadId }) => tell(threadId ? "thread" : "no thread"),
    onThreadLoadStart: () => tell("load.start"),
    onThreadLoadEnd: () => tell("load.end"),
    onHistoryOpen: () => tell("history.open"),
    onHistoryClose: () => tell("history.close"),
    onToolChange: ({ toolId }) => tell(`tool ${toolId}`),
    onEffect: ({ name }) => tell(`effect ${name}`),
    onDeeplink: ({ name }) => tell(`deeplink ${name}`),
  });

  return (
    <main>
      <ChatKit control={chat.control} />
      <button type="button" onClick={() => setDark(!dark)}>
        Other theme
      </button>
      <button type="button" onClick={() => setCups(cups + 1)}>
        Another cup
      </button>
      <button type="button" onClick={() => void chat.sendUserMessage({ text: "Hello" })}>
        Say hello
      </button>
      <button type="button" onClick={() => void chat.setThreadId(null)}>
        Start anew
      </button>
      <button type="button" onClick={() => void chat.showHistory()}>
        Show history
      </button>
      <button type="button" onClick={() => void chat.hideHistory()}>
        Hide history
      </button>
      <button type="button" onClick={() => void chat.setComposerValue({ text: "A draft" })}>
        Write a draft
      </button>
      <button type="button" onClick={() => void chat.focusComposer()}>
        Focus
      </button>
      <button type="button" onClick={() => void chat.fetchUpdates()}>
        Refresh
      </button>
      <button type="button" onClick={() => void chat.sendCustomAction({ type: "shake" })}>
        Shake
      </button>
      <output>{told.join(", ")}</output>
    </main>
  );
}

createRoot(document.getElementById("root") as HTMLElement).render(
  <StrictMode>
    <Assistant />
  </StrictMode>,
);
