import { defineConfig } from "vitest/config";

import { ahead } from "./plugins/ahead.ts";
import { land } from "./plugins/land.ts";

export default defineConfig({
  plugins: [ahead(), land()],
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
  // A test ends by itself; on a busy machine that may take longer than the 5 s that are usual.
  test: { css: true, setupFiles: ["tests/english.ts"], testTimeout: 60_000, hookTimeout: 60_000 },
});
