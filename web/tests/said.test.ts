import { signal } from "@preact/signals";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { NotWritten, Said } from "../src/store/said";

interface Thing {
  name: string;
  size?: number;
}

let held = signal<ReadonlyMap<string, Thing>>(new Map());
let read: string[][];
let refused: string[];
let written: string[];
let said: Said<Thing>;

beforeEach(() => {
  vi.useFakeTimers();
  held = signal(new Map([things("a"), things("b")]));
  read = [];
  refused = [];
  written = [];
  said = new Said({
    held: () => held.peek(),
    read: async (ids) => void read.push([...ids]),
  });
});
afterEach(() => vi.useRealTimers());

const things = (name: string, size?: number): [string, Thing] => [name, { name, size }];
const shown = () => [...said.over(held.value).values()];
const write = async (id: string) => {
  if (refused.includes(id)) throw new Error("refused");
  written.push(id);
};
const grow = (size: number) => () => (one?: Thing) => one && { ...one, size };

test("what was said shows at once, and nobody has to read what the table holds then", async () => {
  const saying = said.say(["a"], "size", grow(3), write);
  expect(shown()).toEqual([{ name: "a", size: 3 }, { name: "b" }]);
  await saying;
  held.value = new Map([things("a", 3), things("b")]);
  await vi.runAllTimersAsync();

  expect(written).toEqual(["a"]);
  expect(read).toEqual([]);
  expect(shown()[0]).toEqual({ name: "a", size: 3 });
});

test("what could not be written is taken back, the others are not, and an error says of which", async () => {
  refused = ["b"];

  const failure = await said.say(["a", "b"], "size", grow(3), write).catch((error) => error);

  expect(failure).toBeInstanceOf(NotWritten);
  expect((failure as NotWritten).ids).toEqual(["b"]);
  expect(((failure as NotWritten).cause as Error).message).toBe("refused");
  expect(shown()).toEqual([{ name: "a", size: 3 }, { name: "b" }]);
});

test("the last word is written last, and stays when an earlier one could not be written", async () => {
  const order: number[] = [];
  const slowly = (size: number, ms: number) => async () => {
    await new Promise((done) => setTimeout(done, ms));
    order.push(size);
    if (size === 1) throw new Error("refused");
  };
  const first = said.say(["a"], "size", grow(1), slowly(1, 50)).catch(() => {});
  const second = said.say(["a"], "size", grow(2), slowly(2, 1));
  await vi.advanceTimersByTimeAsync(100);
  await Promise.all([first, second]);

  expect(order).toEqual([1, 2]);
  expect(shown()[0]).toEqual({ name: "a", size: 2 });
});

test("after a while the table is read where it is not known to hold what was said, and is believed", async () => {
  await said.say(["a", "b"], "size", grow(3), write);
  held.value = new Map([things("a", 3), things("b", 1)]);

  await vi.runAllTimersAsync();

  expect(read).toEqual([["b"]]);
  expect(shown()).toEqual([...held.value.values()]);
});

test("something is made and goes as it is said", async () => {
  await said.say(["c"], "made", (name) => (one) => one ?? { name }, write);
  expect(shown()).toHaveLength(3);

  await said.say(["c"], "made", () => () => undefined, write);
  expect(shown()).toHaveLength(2);
});

test("it is known what is shown as it was said, and nothing is read once the page is signed out", async () => {
  expect(said.has("a", "size")).toBe(false);
  await said.say(["a"], "size", grow(3), write);
  expect(said.has("a", "size")).toBe(true);

  said.stop();
  await vi.runAllTimersAsync();

  expect(read).toEqual([]);
});
