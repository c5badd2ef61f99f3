import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { Together } from "../src/store/together";

let handed: string[][];
let together: Together<string>;

beforeEach(() => {
  vi.useFakeTimers();
  handed = [];
  together = new Together<string>(16, (all) => handed.push([...all]));
});
afterEach(() => vi.useRealTimers());

test("what comes within a moment is handed on together, in its order", () => {
  together.add("a");
  vi.advanceTimersByTime(10);
  together.add("b");
  expect(handed).toEqual([]);
  vi.advanceTimersByTime(6);
  together.add("c");
  vi.advanceTimersByTime(16);

  expect(handed).toEqual([["a", "b"], ["c"]]);
});

test("it is handed on at once where that is asked for, and nothing after the end", () => {
  together.add("a");
  together.flush();
  together.flush();
  expect(handed).toEqual([["a"]]);

  together.add("b");
  together.stop();
  vi.runAllTimers();
  expect(handed).toEqual([["a"]]);
});
