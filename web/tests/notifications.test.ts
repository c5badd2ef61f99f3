import { beforeEach, expect, test } from "vitest";

import type { Cloud } from "../src/cloud/cloud";
import type { Notification } from "../src/cloud/records";
import { NotificationStore } from "../src/store/notifications";

const told = (number: number): Notification => ({
  notification_id: String(number).padStart(3, "0"),
  kind: "failed",
  image: "users/ann/a.jpg",
  message: "It failed.",
  sent_at: "2026-11-24T08:00:00Z",
});

let events: string[];
let deleting: () => Promise<void>;
let store: NotificationStore;

beforeEach(() => {
  events = [];
  deleting = async () => {};
  const cloud = {
    respond: async (_: Notification, response: string) => void events.push(`record ${response}`),
    markSeen: async () => void events.push("record seen"),
  };
  store = new NotificationStore(cloud as unknown as Cloud, {
    deletePhoto: async (key) => {
      await deleting();
      events.push(`delete ${key}`);
    },
    onAnswered: () => void events.push("look again"),
  });
  store.set([told(1)]);
});

test("the photo is deleted before the answer is recorded", async () => {
  await store.respond(told(1), "delete");

  expect(events).toEqual(["delete users/ann/a.jpg", "record delete", "look again"]);
  expect(store.list.value[0]?.response).toBe("delete");
});

test("no answer is recorded when the photo could not be deleted", async () => {
  deleting = () => Promise.reject(new Error("offline"));

  await expect(store.respond(told(1), "delete")).rejects.toThrow("offline");

  expect(events).toEqual([]);
  expect(store.list.value[0]?.response).toBeUndefined();
});

test.each(["retry", "keep"] as const)("%s is only recorded", async (answer) => {
  await store.respond(told(1), answer);

  expect(events).toEqual([`record ${answer}`, "look again"]);
});

test("the newest comes first, and once, when notifications arrive in any order", () => {
  store.put(told(3));
  store.put(told(2));
  store.put({ ...told(3), seen_at: "2026-11-24T08:01:00Z" });

  expect(store.list.value.map((one) => one.notification_id)).toEqual(["003", "002", "001"]);
  expect(store.unseen.value).toBe(2);
});

test("what this page said stays when the table is read before it shows there", async () => {
  await store.markSeen(told(1));
  await store.respond(told(1), "keep");

  store.set([told(2), told(1)]);
  store.put(told(1));

  const first = store.list.value.find((one) => one.notification_id === "001");
  expect(first).toMatchObject({ response: "keep", seen_at: expect.any(String) });
  expect(store.unseen.value).toBe(1);
});

test("the table's word counts when it has an answer of its own", async () => {
  await store.respond(told(1), "keep");

  store.set([{ ...told(1), response: "retry", responded_at: "2026-11-24T08:05:00Z" }]);

  expect(store.list.value[0]?.response).toBe("retry");
});
