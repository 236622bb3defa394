/** Icons by name. */
import { afterEach, expect, test, vi } from "vitest";
import { chatServer } from "../testing/composer.ts";
import { mountElement, optionsFor } from "../testing/element.ts";

afterEach(() => {
  document.body.replaceChildren();
  sessionStorage.clear();
  vi.unstubAllGlobals();
});

test("any of Lucide's icons can be named: those not built in are loaded, unknown ones draw nothing", async () => {
  const icons = ["lucide:zap", "lucide:accessibility", "lucide:no-such-icon", "lucide:zodiac-aries"] as const;
  const prompts = icons.map((icon) => ({ label: icon, prompt: "x", icon }));
  const { root } = await mountElement(optionsFor(chatServer(), { startScreen: { prompts } }));
  const drawn = () =>
    [...root.querySelectorAll(".prompt")].map((node) => node.querySelectorAll("svg > *").length > 0);
  await vi.waitFor(() => expect(drawn()).toEqual([true, true, false, true]), 4000);
});
