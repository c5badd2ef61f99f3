import { expect, test } from "vitest";

import { Gate } from "../src/uploads/gate";

test("requests of a paused upload wait until it goes on, and no others do", async () => {
  let waits = 0;
  const passed: string[] = [];
  const gate = new Gate(() => (waits += 1));
  const pass = (key: string) => gate.pass(key).then(() => passed.push(key));

  gate.pause("a");
  expect(gate.isWaiting("a")).toBe(false);
  void pass("a");
  await pass("b");
  expect(passed).toEqual(["b"]);
  expect([gate.isPaused("a"), gate.isWaiting("a"), waits]).toEqual([true, true, 1]);

  gate.resume("a");
  await Promise.resolve();
  await Promise.resolve();
  expect(passed).toEqual(["b", "a"]);
  expect([gate.isPaused("a"), gate.isWaiting("a")]).toEqual([false, false]);
});
