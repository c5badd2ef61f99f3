import { expect, test } from "vitest";

import { inParallel } from "../src/parallel";

test("each is done once, and at most eight are under way", async () => {
  const done: number[] = [];
  let running = 0;
  let most = 0;

  await inParallel([...Array(20).keys()], async (one) => {
    most = Math.max(most, ++running);
    await Promise.resolve();
    running--;
    done.push(one);
  });

  expect(done.sort((a, b) => a - b)).toEqual([...Array(20).keys()]);
  expect(most).toBe(8);
});

test("the others go on when one fails, whose failure is thrown", async () => {
  const done: number[] = [];
  const work = async (one: number) => {
    if (one === 1) throw new Error("refused");
    done.push(one);
  };

  await expect(inParallel([0, 1, 2, 3], work)).rejects.toThrow("refused");

  expect(done).toEqual([0, 2, 3]);
});
