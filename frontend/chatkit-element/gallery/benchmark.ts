/** How the element holds up: long tasks under a stream of deltas, beside those of a page at rest; and a long thread. */
import type { OpenAIChatKit } from "@openai/chatkit";
import { longThread } from "./scenes.ts";
import type { ScriptServer } from "./script-server.ts";

export interface Figures {
  deltas: number;
  /** A second, as they really came. */
  rate: number;
  /** Tasks over 50 ms while they came. */
  longTasks: number;
  /** The same, in as much time of the same page at rest. */
  longTasksAtRest: number;
  frames: number;
  /** Milliseconds from `setThreadId` to the last of 2,000 items on the screen. */
  openMs: number;
}

const ITEMS = 2000;
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));

export async function benchmark(
  element: OpenAIChatKit,
  server: ScriptServer,
  settings: { deltas: number; rate: number },
): Promise<Figures> {
  const tasks: PerformanceEntry[] = [];
  new PerformanceObserver((list) => tasks.push(...list.getEntries())).observe({ type: "longtask" });
  await wait(500);

  const id = server.addThread("2,000 items", 0, longThread(ITEMS)).id;
  const before = performance.now();
  await element.setThreadId(id);
  while (!element.shadowRoot?.textContent?.includes(`Answer ${ITEMS / 2}.`)) await frame();
  await frame();
  const openMs = performance.now() - before;
  await element.setThreadId(null);
  await wait(500);

  const seconds = settings.deltas / settings.rate;
  tasks.length = 0;
  await wait(seconds * 1000);
  const longTasksAtRest = tasks.length;

  tasks.length = 0;
  let frames = 0;
  let running = true;
  const count = () => {
    frames++;
    if (running) requestAnimationFrame(count);
  };
  requestAnimationFrame(count);
  const started = performance.now();
  server.deltas = settings;
  await element.sendUserMessage({ text: "deltas" });
  running = false;
  const took = (performance.now() - started) / 1000;
  return {
    deltas: settings.deltas,
    rate: Math.round(settings.deltas / took),
    longTasks: tasks.length,
    longTasksAtRest,
    frames,
    openMs: Math.round(openMs),
  };
}
