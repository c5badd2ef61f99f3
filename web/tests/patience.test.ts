import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { patiently } from "../src/cloud/patience";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function refusing(name: string, times: number) {
  return vi.fn(() => {
    if (times-- > 0) return Promise.reject(Object.assign(new Error("no"), { name }));
    return Promise.resolve("a token");
  });
}

test("asks again as long as the account is busy", async () => {
  const ask = refusing("UnexpectedLambdaException", 3);
  const answer = patiently(ask);
  await vi.runAllTimersAsync();
  expect(await answer).toBe("a token");
  expect(ask).toHaveBeenCalledTimes(4);
});

test("asks once when the request is refused for another reason", async () => {
  const ask = refusing("NotAuthorizedException", 1);
  await expect(patiently(ask)).rejects.toThrow("no");
  expect(ask).toHaveBeenCalledTimes(1);
});

test("gives up when the account is busy for longer than half a minute", async () => {
  const ask = refusing("UnexpectedLambdaException", 100);
  const answer = expect(patiently(ask)).rejects.toThrow("no");
  await vi.runAllTimersAsync();
  await answer;
  expect(ask).toHaveBeenCalledTimes(8);
});
