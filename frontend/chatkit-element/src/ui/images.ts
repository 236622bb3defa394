import { createContext } from "preact";
import { useContext } from "preact/hooks";
import { safeHref } from "../markdown.ts";

/** The domains from which the shown thread may load images. Stable while the thread's list is. */
export const ImageDomains = createContext<readonly string[]>([]);

/** One from elsewhere would tell its server who reads, and when. */
const HELD = /^data:image\/(?:png|jpe?g|gif|webp|avif);base64,/i;

/** The address as one to load: what it holds itself, or what lies on a domain that the thread allows; else null. */
export function useImage(address: string): string | null {
  return loadableImage(address, useContext(ImageDomains));
}

/** `example.com` also allows its subdomains; a scheme other than https only on the page's own host. */
export function loadableImage(address: string, domains: readonly string[]): string | null {
  if (HELD.test(address)) return address;
  const href = safeHref(address);
  if (href === null) return null;
  const { protocol, hostname, host } = new URL(href);
  if (protocol !== "https:" && !(protocol === "http:" && host === location.host)) return null;
  const allowed = domains.some((domain) => {
    const name = domain.toLowerCase().replace(/^\*\./, "");
    return name !== "" && (hostname === name || hostname.endsWith(`.${name}`));
  });
  return allowed ? href : null;
}
