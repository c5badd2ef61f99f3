import { expect, test } from "vitest";

import plugin from "../node_modules/@uppy/golden-retriever/lib/IndexedDBStore.js?raw";
import { version } from "../node_modules/@uppy/golden-retriever/package.json";
import { dependencies } from "../package.json";
import page from "../src/uploads/unfinished?raw";

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
