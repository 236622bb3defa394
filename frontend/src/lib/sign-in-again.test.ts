import { expect, test } from "vitest";
import {
  answerSignIn,
  askToSignIn,
  reopenSignIn,
  signInQuestion,
  subscribeToSignIn,
} from "./sign-in-again";

test("without a page that could ask, the answer is no", async () => {
  expect(await askToSignIn()).toBe(false);
});

test("all requests wait for one answer; after a no, nobody is asked until the user wants it", async () => {
  const unsubscribe = subscribeToSignIn(() => undefined);
  const waiting = [askToSignIn(), askToSignIn()];
  expect(signInQuestion()).toBe("asked");
  answerSignIn(false);
  expect(await Promise.all(waiting)).toEqual([false, false]);
  expect(signInQuestion()).toBe("declined");
  expect(await askToSignIn()).toBe(false);

  reopenSignIn();
  const again = askToSignIn();
  answerSignIn(true);
  expect(await again).toBe(true);
  expect(signInQuestion()).toBe("none");
  unsubscribe();
});
