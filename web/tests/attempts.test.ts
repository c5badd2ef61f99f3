import { expect, test } from "vitest";

import { Attempts } from "../src/uploads/attempts";

function pauses(attempts: Attempts, connected: boolean[]): (number | undefined)[] {
  return connected.map((each) => attempts.next(each));
}

test("attempts end when the connection is there, for S3 may have refused unseen", () => {
  const connected = Array<boolean>(5).fill(true);

  expect(pauses(new Attempts(), connected)).toEqual([2_000, 4_000, 8_000, undefined, undefined]);
});

test("attempts go on for as long as the connection is gone, at most a minute apart", () => {
  const gone = pauses(new Attempts(), Array<boolean>(100).fill(false));

  expect(gone).not.toContain(undefined);
  expect(gone.slice(4, 7)).toEqual([32_000, 60_000, 60_000]);
});

test("attempts end as soon as the connection was there often enough in between", () => {
  const attempts = new Attempts();

  expect(pauses(attempts, [true, false, true, false, true])).not.toContain(undefined);
  expect(attempts.next(true)).toBeUndefined();
});
