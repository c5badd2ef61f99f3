import { beforeEach, expect, test, vi } from "vitest";

import type { Cloud, Cursor, NotificationPage } from "../src/cloud/cloud";
import type { Image, Notification } from "../src/cloud/records";
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
let marking: () => Promise<void>;
let counting: Promise<void> | undefined;
let store: NotificationStore;
/** The table, newest first, of which a page holds three. */
let table: Notification[];

const idOf = (from?: Cursor): string => from?.["notification_id"]?.S ?? "999";

function pageOf(from?: Cursor): NotificationPage {
  const rest = table.filter((one) => one.notification_id < idOf(from));
  const notifications = rest.slice(0, 3);
  const last = notifications.at(-1)?.notification_id;
  return {
    notifications,
    next: rest.length > 3 && last ? { notification_id: { S: last } } : undefined,
  };
}

beforeEach(() => {
  events = [];
  table = [];
  deleting = async () => {};
  marking = async () => {};
  counting = undefined;
  const cloud = {
    respond: async (_: Notification, response: string) => void events.push(`record ${response}`),
    markSeen: async (id: string) => {
      await marking();
      events.push(`record seen ${id}`);
    },
    notifications: async (_: number, from?: Cursor) => pageOf(from),
    unseen: async (from: Cursor) => {
      await counting;
      return table
        .filter((one) => !one.seen_at && one.notification_id < idOf(from))
        .map((one) => one.notification_id);
    },
    notificationAbout: async (image: string) => table.find((one) => one.image === image),
  };
  store = new NotificationStore(cloud as unknown as Cloud, {
    deletePhoto: async (key) => {
      await deleting();
      events.push(`delete ${key}`);
    },
    onAnswered: () => void events.push("look again"),
  });
  store.set({ notifications: [told(1)] });
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
  await store.markSeen([told(1)]);
  await store.respond(told(1), "keep");

  store.set({ notifications: [told(2), told(1)] });
  store.put(told(1));

  const first = store.list.value.find((one) => one.notification_id === "001");
  expect(first).toMatchObject({ response: "keep", seen_at: expect.any(String) });
  expect(store.unseen.value).toBe(1);
});

test("the table's word counts when it has an answer of its own", async () => {
  await store.respond(told(1), "keep");

  store.set({
    notifications: [{ ...told(1), response: "retry", responded_at: "2026-11-24T08:05:00Z" }],
  });

  expect(store.list.value[0]?.response).toBe("retry");
});

const many = (count: number): Notification[] =>
  Array.from({ length: count }, (_, index) => told(count - index));

test("those that are new are counted also where they have not been read", async () => {
  table = many(8);
  table[7] = { ...told(1), seen_at: "2026-11-24T09:00:00Z" };

  store.set(pageOf());

  await vi.waitFor(() => expect(store.unseen.value).toBe(7));
  await store.loadOlder();
  await store.loadOlder();
  expect(store.unseen.value).toBe(7);
  expect(store.list.value.map((one) => one.notification_id)).toEqual(
    table.map((one) => one.notification_id),
  );
  expect(store.hasOlder.value).toBe(false);
});

test("older ones that were read stay when the newest are read again", async () => {
  table = many(8);
  store.set(pageOf());
  await store.loadOlder();
  table = [told(9), ...table];

  store.set(pageOf());

  expect(store.list.value.map((one) => one.notification_id)).toEqual([
    "009",
    "008",
    "007",
    "006",
    "005",
    "004",
    "003",
  ]);
});

test("nothing is missing between when more came than a page holds", async () => {
  table = many(4);
  store.set(pageOf());
  table = many(12);

  store.set(pageOf());

  while (store.hasOlder.value) await store.loadOlder();
  expect(store.list.value).toHaveLength(12);
  expect(store.unseen.value).toBe(12);
});

test("all are marked as seen, also where they have not been read", async () => {
  table = many(8);
  store.set(pageOf());

  await store.markAllSeen();

  expect(events.sort()).toEqual(
    many(8)
      .map((one) => `record seen ${one.notification_id}`)
      .sort(),
  );
  expect(store.unseen.value).toBe(0);
});

test("all stay new when marking them fails, and another attempt marks them", async () => {
  table = many(8);
  store.set(pageOf());
  await vi.waitFor(() => expect(store.unseen.value).toBe(8));
  marking = () => Promise.reject(new Error("no connection"));

  await expect(store.markAllSeen()).rejects.toThrow("no connection");
  expect(store.unseen.value).toBe(8);
  marking = async () => {};
  events = [];
  await store.markAllSeen();

  expect(events).toHaveLength(8);
  expect(store.unseen.value).toBe(0);
});

test("older ones are counted again when some of them were read during the count", async () => {
  let goOn = () => {};
  counting = new Promise((resolve) => (goOn = resolve));
  table = many(8);
  store.set(pageOf());
  await store.loadOlder();
  goOn();
  await new Promise((resolve) => setTimeout(resolve));

  store.set(pageOf());

  await vi.waitFor(() => expect(store.unseen.value).toBe(8));
});

test("photos that are ready are told together as mails are, and each that is not by itself", () => {
  const ready = (number: number, told_in?: string): Notification => ({
    ...told(number),
    kind: "processed",
    told_in,
  });
  store.set({
    notifications: [ready(7), ready(6), told(5), ready(4, "002"), told(3), ready(2, "002")],
  });

  expect(store.groups.value.map((group) => group.map((one) => one.notification_id))).toEqual([
    ["007", "006"],
    ["005"],
    ["004", "002"],
    ["003"],
  ]);
});

test("a photo is tried again by the notification that says how it ended, however old that is", async () => {
  table = [...many(5).slice(0, 4), { ...told(1), image: "users/ann/old.jpg" }];
  store.set(pageOf());
  events = [];

  await store.retry({ image: "users/ann/old.jpg" } as Image);

  expect(events).toEqual(["record retry", "look again"]);
});

test("what nothing is told of any more has to be uploaded again, by the name of its kind", async () => {
  table = many(2);
  store.set(pageOf());

  const retry = store.retry({ image: "users/ann/gone.csv", kind: "table" } as Image);

  await expect(retry).rejects.toThrow("Please upload the table again.");
});
