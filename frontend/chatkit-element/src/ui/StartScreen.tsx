import { useChat, useStore } from "./context.ts";
import { Heading } from "./Heading.tsx";
import { Icon } from "./Icon.tsx";

export function StartScreen() {
  const { chat, options, words } = useChat();
  const { lostThread } = useStore(chat.store);
  const { greeting, prompts } = options.startScreen;
  return (
    <div class="start" part="start-screen">
      {lostThread ? (
        <p class="notice notice-info" role="status">
          {words.lostThread}
        </p>
      ) : null}
      <Heading below={1} class="greeting" dir="auto">
        {greeting ?? words.greeting}
      </Heading>
      {prompts.length > 0 ? (
        <ul class="prompts" aria-label={words.suggestions}>
          {prompts.map((prompt, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: labels may repeat
            <li key={index}>
              <button type="button" class="prompt" part="prompt" onClick={() => void chat.sendPrompt(prompt)}>
                {prompt.icon ? <Icon name={prompt.icon} /> : null}
                <span dir="auto">{prompt.label}</span>
              </button>
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}
