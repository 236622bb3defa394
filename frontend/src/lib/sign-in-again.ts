/**
 * "Your session ended": one question for all requests that wait on its answer.
 *
 * A request that was refused waits in `askToSignIn` while the dialog is open, and goes on as if
 * nothing had happened once the user has signed in; so nothing that was typed is lost.
 */
type Question = "none" | "asked" | "declined";

let question: Question = "none";
let waiting: ((signedIn: boolean) => void)[] = [];
const listeners = new Set<() => void>();

function change(next: Question): void {
  question = next;
  for (const listener of listeners) listener();
}

/** Resolves to whether the user signed in again; at once to false while they have said "not now". */
export function askToSignIn(): Promise<boolean> {
  if (question === "declined" || listeners.size === 0) return Promise.resolve(false);
  if (question === "none") change("asked");
  return new Promise((resolve) => waiting.push(resolve));
}

export function answerSignIn(signedIn: boolean): void {
  const resolvers = waiting;
  waiting = [];
  change(signedIn ? "none" : "declined");
  for (const resolve of resolvers) resolve(signedIn);
}

/** The banner's button: ask once more. */
export function reopenSignIn(): void {
  change("asked");
}

export function subscribeToSignIn(listener: () => void): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

export function signInQuestion(): Question {
  return question;
}
