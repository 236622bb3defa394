import type { NextConfig } from "next";

const config: NextConfig = {
  // The pages are plain files; the API's own process serves them.
  output: "export",
  trailingSlash: true,
  images: { unoptimized: true },
  reactStrictMode: true,
  // The element beside us has a lock file of its own: say which folder is the site.
  turbopack: { root: import.meta.dirname },
};

export default config;
