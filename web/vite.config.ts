import { defineConfig } from "vitest/config";

import { land } from "./plugins/land.ts";

export default defineConfig({
  plugins: [land()],
  base: "./",
  build: {
    target: "es2022",
    // Under a strict Content-Security-Policy nothing is inline.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      input: { index: "index.html", shell: "src/shell.ts" },
      // A service worker is asked for by one name for ever.
      output: {
        entryFileNames: ({ name }) => (name === "shell" ? "[name].js" : "assets/[name]-[hash].js"),
      },
    },
  },
  // Vitest empties style sheets unless it is told not to, and a test reads them.
  test: { css: true, setupFiles: ["tests/english.ts"] },
});
