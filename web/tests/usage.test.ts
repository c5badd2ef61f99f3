import { expect, test } from "vitest";

import type { Cloud } from "../src/cloud/cloud";
import type { UsageRow } from "../src/cloud/records";
import { UsageStore } from "../src/store/usage";

const row = (period: string, stored: number): UsageRow => ({ period, stored_bytes: stored });

test("what was told live stays when a read that was asked for before it comes late", () => {
  const deployment = { quota: { period: "month" } };
  const usage = new UsageStore({ deployment } as unknown as Cloud);
  const askedAt = Date.now() - 1_000;
  usage.set([row("total", 0)]);
  usage.put(row("total", 500));

  usage.set([row("total", 0)], askedAt);
  expect(usage.usage.value?.storedBytes).toBe(500);

  usage.set([row("total", 700)], Date.now() + 1_000);
  expect(usage.usage.value?.storedBytes).toBe(700);
});
