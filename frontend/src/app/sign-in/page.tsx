import type { Metadata } from "next";
import { AccountPage } from "@/components/account/AccountPage";

export const metadata: Metadata = { title: "Sign in" };

export default function SignInPage() {
  return <AccountPage kind="sign-in" />;
}
