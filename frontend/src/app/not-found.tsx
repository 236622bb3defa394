import type { Metadata } from "next";
import Link from "next/link";
import { Mark } from "@/components/ui/icons";

export const metadata: Metadata = { title: "Not found" };

export default function NotFoundPage() {
  return (
    <main className="flex min-h-dvh flex-col items-center justify-center gap-3 p-6 text-center">
      <Mark size={40} />
      <h1 className="mt-2 text-2xl font-semibold tracking-tight">There is nothing here</h1>
      <p className="max-w-[380px] text-quiet">
        The address may have a typing error, or the page has moved. Your tasks are where they were.
      </p>
      <Link className="button button-primary mt-3" href="/tasks/">
        Go to your tasks
      </Link>
    </main>
  );
}
