/**
 * The script `ahead.js`: where there may be a session, it has the browser load the code of the main page
 * at once. Without it that begins once the first code runs, which on a slow line is a round trip later.
 */

import type { Plugin, Rolldown } from "vite";

import { LANGUAGE, PREFIX } from "../src/storage.ts";

/** The modules that a session needs beside those that every visitor does. */
const NEEDED = ["src/ui/main-page.tsx", "src/cloud/cloud.ts", "src/cloud/auth.ts"];

/** A plugin of Vite that makes it, and names it in the page. */
export function ahead(): Plugin {
  return {
    name: "ahead",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler(_html, { bundle = {} }) {
        const chunks = Object.values(bundle).filter((each) => each.type === "chunk");
        const output = this as unknown as Rolldown.PluginContext; // which Vite's types do not say
        const asset = { type: "asset", name: "ahead.js", source: script(needed(chunks)) } as const;
        const name = output.getFileName(output.emitFile(asset));
        const attrs = { src: `./${name}`, async: true, fetchpriority: "high" };
        return [{ tag: "script", attrs, injectTo: "head-prepend" }];
      },
    },
  };
}

/** The files of these modules and of all that they import, as far as the page does not name them. */
function needed(chunks: readonly Rolldown.OutputChunk[]): string[] {
  const byFile = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  const withImports = (file: string): string[] => [
    file,
    ...(byFile.get(file)?.imports ?? []).flatMap(withImports),
  ];
  const filesOf = (modules: readonly string[]) =>
    chunks
      .filter(({ facadeModuleId }) => modules.some((each) => facadeModuleId?.endsWith(each)))
      .flatMap(({ fileName }) => withImports(fileName));
  const named = new Set(filesOf(["index.html"]));
  return [...new Set(filesOf(NEEDED))].filter((file) => !named.has(file));
}

/** The script; only the language is stored where nobody was signed in (`hasStored`). */
function script(files: readonly string[]): string {
  const [any, language] = [PREFIX, PREFIX + LANGUAGE].map((name) => JSON.stringify(name));
  return `
if (Object.keys(localStorage).some((name) => name.startsWith(${any}) && name !== ${language}))
  for (const file of ${JSON.stringify(files)}) {
    const link = document.createElement("link");
    link.rel = "modulepreload";
    link.href = "./" + file;
    document.head.append(link);
  }
`;
}
