"use client";

import Link from "next/link";
import { useRouter } from "next/navigation";
import { useEffect } from "react";
import { Mark } from "@/components/ui/icons";
import { authClient } from "@/lib/auth-client";

const CONVERSATION = [
  ["You", "Create a task to buy groceries"],
  ["Assistant", "I added “buy groceries”."],
  ["You", "Remind me to call Ana tomorrow"],
  ["Assistant", "I added “call Ana”, due tomorrow."],
] as const;

const TASKS = [
  ["call Ana", "Tomorrow"],
  ["buy groceries", ""],
] as const;

/** The front door: those who are signed in walk through. */
export function Landing() {
  const router = useRouter();
  const { data: session, isPending } = authClient.useSession();
  useEffect(() => {
    if (session) router.replace("/tasks/");
  }, [router, session]);
  // No flash of the landing page for who is about to leave it.
  const known = isPending || session !== null;

  return (
    <main
      className="mx-auto grid min-h-dvh w-full max-w-[960px] content-center items-center gap-12 px-6 py-12 transition-opacity md:grid-cols-2 data-[known=true]:opacity-0"
      data-known={known}
    >
      <div>
        <div className="mb-8 flex items-center gap-2 font-semibold">
          <Mark size={28} /> TaskChat
        </div>
        <h1 className="text-4xl leading-tight font-semibold tracking-tight">
          Your tasks, and someone to talk to about them.
        </h1>
        <p className="mt-4 mb-8 max-w-[420px] text-lg text-quiet">
          Keep a calm list. Add, finish and find things yourself, or just say so: the assistant does
          it while you watch.
        </p>
        <div className="flex flex-wrap gap-3">
          <Link className="button button-primary min-h-11 px-6" href="/sign-up/">
            Sign up
          </Link>
          <Link className="button button-secondary min-h-11 px-6" href="/sign-in/">
            Sign in
          </Link>
        </div>
      </div>
      <figure
        aria-label="An example of a conversation"
        className="flex flex-col gap-3 rounded-lg border border-line bg-surface p-6"
      >
        {CONVERSATION.map(([who, words]) => (
          <p
            className="data-[who=You]:self-end data-[who=You]:rounded-lg data-[who=You]:bg-hover data-[who=You]:px-4 data-[who=You]:py-2"
            data-who={who}
            key={words}
          >
            <span className="sr-only">{who}: </span>
            {words}
          </p>
        ))}
        <div className="mt-1 flex flex-col gap-3 border-t border-line pt-4">
          {TASKS.map(([title, due]) => (
            <p className="flex items-center gap-3" key={title}>
              <span className="size-[22px] flex-none rounded-full border-[1.5px] border-edge" />
              {title}
              <span className="ml-auto text-sm text-quiet">{due}</span>
            </p>
          ))}
        </div>
      </figure>
    </main>
  );
}
