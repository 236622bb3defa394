import type { Metadata } from "next";
import { AccountPage } from "@/components/account/AccountPage";

export const metadata: Metadata = { title: "Sign up" };

export default function SignUpPage() {
  return <AccountPage kind="sign-up" />;
}
