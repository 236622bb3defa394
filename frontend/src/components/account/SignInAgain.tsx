"use client";

import { useCallback, useEffect, useSyncExternalStore } from "react";
import { Dialog } from "@/components/ui/Dialog";
import { tokens } from "@/lib/auth-client";
import { answerSignIn, reopenSignIn, signInQuestion, subscribeToSignIn } from "@/lib/sign-in-again";
import { readClaims } from "@/lib/token";
import { CredentialsForm } from "./CredentialsForm";
import type { SignedInUser } from "./SessionGate";

interface SignInAgainProps {
  user: SignedInUser;
  onSignedIn: () => void;
}

/** Asks for the password in place when the session has ended; requests wait for the answer. */
export function SignInAgain({ user, onSignedIn }: SignInAgainProps) {
  const question = useSyncExternalStore(subscribeToSignIn, signInQuestion, () => "none" as const);

  const done = useCallback(async () => {
    tokens.forget();
    const token = await tokens.get().catch(() => null);
    if (token === null) return;
    if (readClaims(token).userId !== user.id) {
      // Somebody else: nothing of the former user may stay on the page.
      location.reload();
      return;
    }
    answerSignIn(true);
    onSignedIn();
  }, [onSignedIn, user.id]);

  useEffect(() => {
    if (question === "none") return;
    // Perhaps the user has signed in again in another window.
    const controller = new AbortController();
    addEventListener("focus", () => void done(), { signal: controller.signal });
    return () => controller.abort();
  }, [done, question]);

  if (question === "none") return null;
  if (question === "declined") return <SignedOutNote />;
  return (
    <Dialog onClose={() => answerSignIn(false)} title="Sign in again">
      <p className="mb-4 text-quiet">
        Your session has ended. Everything on the page stays as it is, and what you just did goes on
        once you are back.
      </p>
      <CredentialsForm kind="sign-in" knownEmail={user.email} onDone={done} />
      <button
        className="button button-quiet mt-2 w-full"
        onClick={() => answerSignIn(false)}
        type="button"
      >
        Not now
      </button>
    </Dialog>
  );
}

function SignedOutNote() {
  return (
    <div className="fixed inset-x-0 top-2 z-60 mx-auto flex w-max max-w-[calc(100vw-16px)] items-center md:top-auto md:right-auto md:bottom-4 md:left-4 gap-3 rounded-lg border border-line bg-raised py-1 pr-1 pl-4 shadow-float">
      <span>You are signed out. Changes can’t be saved.</span>
      <button className="button button-primary button-small" onClick={reopenSignIn} type="button">
        Sign in
      </button>
    </div>
  );
}
