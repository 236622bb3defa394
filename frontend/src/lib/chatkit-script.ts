/** Loads the script that defines `<openai-chatkit>`, once; rejects when it can't be had. */
export function loadChatKit(src: string): Promise<void> {
  if (customElements.get("openai-chatkit")) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.type = "module";
    script.src = src;
    script.onload = () => resolve();
    script.onerror = () => {
      // Another try needs another tag.
      script.remove();
      reject(new Error("The assistant could not be loaded."));
    };
    document.head.append(script);
  });
}
