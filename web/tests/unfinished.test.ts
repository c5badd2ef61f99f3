import { afterEach, expect, test, vi } from "vitest";

import plugin from "../node_modules/@uppy/golden-retriever/lib/IndexedDBStore.js?raw";
import { version } from "../node_modules/@uppy/golden-retriever/package.json";
import { dependencies } from "../package.json";
import { forgetUnfinished, hasUnfinished } from "../src/uploads/unfinished";
import page from "../src/uploads/unfinished?raw";

afterEach(() => vi.unstubAllGlobals());

test("the plugin whose private database is read is pinned, and names it as the page does", () => {
  expect(dependencies["@uppy/golden-retriever"]).toBe(version);
  for (const [theirs, ours] of [
    ["DB_NAME", "DATABASE"],
    ["METADATA_STORE_NAME", "STORE"],
  ]) {
    const name = new RegExp(`const ${theirs} = '(.+)'`).exec(plugin)?.[1];
    expect(page).toContain(`const ${ours} = "${name}"`);
  }
});

test("nothing is unfinished, and forgetting it succeeds, when a browser opens no database", async () => {
  const open = () => {
    throw new DOMException("Not in this window.", "SecurityError");
  };
  vi.stubGlobal("indexedDB", { open });

  expect(await hasUnfinished("ann")).toBe(false);
  await expect(forgetUnfinished("ann")).resolves.toBeUndefined();
});
