import { expect, test } from "vitest";

import { inParallel, tryAll } from "../src/parallel";

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

test("all are tried where some fail, and the last failure is thrown at the end", async () => {
  const tried: number[] = [];
  const trying = tryAll([...Array(20).keys()], async (one) => {
    tried.push(one);
    if (one % 2 === 0) throw new Error(`${one} failed`);
  });

  await expect(trying).rejects.toThrow("18 failed");
  expect(tried).toHaveLength(20);
});
