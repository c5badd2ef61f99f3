import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { Deployment } from "../src/cloud/deployment";
import { LiveSocket } from "../src/cloud/live-socket";
import type { Session } from "../src/cloud/session";

/** A connection that the test opens and closes. */
class FakeSocket {
  static readonly OPEN = 1;
  static made: FakeSocket[] = [];
  readyState = 0;
  onopen: () => void = () => {};
  onmessage: () => void = () => {};
  onclose: () => void = () => {};

  constructor(readonly address: string) {
    FakeSocket.made.push(this);
  }

  close(): void {
    this.onclose();
  }
}

const newest = () => FakeSocket.made.at(-1)!;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", FakeSocket);
  FakeSocket.made = [];
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

async function start(): Promise<void> {
  const deployment = { liveUrl: "wss://a.example/live", region: "eu-central-1" } as Deployment;
  const credentials = async () => ({ accessKeyId: "A", secretAccessKey: "S" });
  const listener = { onOpen: () => {}, onMessage: () => {}, onClose: () => {} };
  new LiveSocket(deployment, { credentials } as unknown as Session, listener).start();
  await vi.waitFor(() => expect(FakeSocket.made).toHaveLength(1));
}

/** Open the newest connection, close it after some time, and count those of the next minute. */
async function openFor(milliseconds: number): Promise<void> {
  newest().onopen();
  await vi.advanceTimersByTimeAsync(milliseconds);
  newest().onclose();
}

test("pauses grow when each connection is closed soon after it opened", async () => {
  await start();
  for (const pause of [1_000, 2_000, 4_000, 8_000]) {
    const before = FakeSocket.made.length;
    await openFor(500);
    await vi.advanceTimersByTimeAsync(pause - 100);
    expect(FakeSocket.made).toHaveLength(before);
    await vi.advanceTimersByTimeAsync(200);
    await vi.waitFor(() => expect(FakeSocket.made).toHaveLength(before + 1));
  }
});

test("the first pause is short again when a connection was open for a while", async () => {
  await start();
  await openFor(500);
  await vi.advanceTimersByTimeAsync(1_100);
  await vi.waitFor(() => expect(FakeSocket.made).toHaveLength(2));

  await openFor(61_000);
  await vi.advanceTimersByTimeAsync(1_100);

  await vi.waitFor(() => expect(FakeSocket.made).toHaveLength(3));
});
