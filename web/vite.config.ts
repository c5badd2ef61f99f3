import { defineConfig } from "vitest/config";

export default defineConfig({
  base: "./",
  build: {
    target: "es2022",
    // Under a strict Content-Security-Policy nothing is inline.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  // Vitest empties style sheets unless it is told not to, and a test reads them.
  test: { css: true },
});
