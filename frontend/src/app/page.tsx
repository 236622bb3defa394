import { Landing } from "@/components/account/Landing";

export default function HomePage() {
  return <Landing />;
}
