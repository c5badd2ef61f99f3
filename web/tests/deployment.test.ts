import { expect, test } from "vitest";

import { readDeployment } from "../src/cloud/deployment";

const outputs = () => ({
  auth: {
    aws_region: "eu-central-1",
    identity_pool_id: "eu-central-1:1",
    user_pool_id: "eu-central-1_1",
    user_pool_client_id: "client",
    unauthenticated_identities_enabled: false,
    password_policy: { min_length: 12 },
  },
  custom: {
    uploadsBucket: "uploads",
    processedBucket: "processed",
    imagesTable: "images",
    usageTable: "usage",
    notificationsTable: "notifications",
    peopleTable: "people",
    answersTable: "answers",
    maxUploadBytes: 1000,
    quota: {
      mode: "enforce",
      period: "day",
      storedBytes: 5,
      uploadedBytes: 6,
      uploadedObjects: 7,
      minimumBytes: 8,
    },
  } as Record<string, unknown>,
});

test("limits are read when the quota is enforced", () => {
  expect(readDeployment(outputs()).quota).toEqual({
    storedBytes: 5,
    uploadedBytes: 6,
    uploadedObjects: 7,
    minimumBytes: 8,
    period: "day",
  });
});

test("the largest upload is known of each kind that the stack processes", () => {
  const all = outputs();
  Object.assign(all.custom, { kinds: ["picture", "table"], maxTableBytes: 2000 });
  const pictures = outputs();
  Object.assign(pictures.custom, { kinds: ["picture"], maxTableBytes: 2000 });

  expect(readDeployment(all).limits).toEqual({ picture: 1000, table: 2000 });
  expect(readDeployment(pictures).limits).toEqual({ picture: 1000 });
  expect(readDeployment(outputs()).limits).toEqual({ picture: 1000 }); // of an earlier release
});

test("files of no kind that is processed may be uploaded when the stack keeps them", () => {
  const limitsWith = (keepOtherFiles: boolean) => {
    const all = outputs();
    Object.assign(all.custom, { keepOtherFiles });
    return readDeployment(all).limits;
  };

  expect(limitsWith(true)).toEqual({ picture: 1000, other: 50_000_000_000 });
  expect(limitsWith(false)).toEqual({ picture: 1000 });
});

test("a stack of an earlier release has no bin and no albums", () => {
  const later = outputs();
  Object.assign(later.custom, { albumsTable: "albums", binDays: 30 });

  expect(readDeployment(outputs())).toMatchObject({ albumsTable: undefined, binDays: 0 });
  expect(readDeployment(later)).toMatchObject({ albumsTable: "albums", binDays: 30 });
});

test.each([true, false])("sign-up is offered only when anyone may: %s", (signUp) => {
  const closed = outputs();
  closed.custom["signUp"] = signUp;

  expect(readDeployment(closed).signUp).toBe(signUp);
});

test("there are no limits when the quota is only counted", () => {
  const tracked = outputs();
  tracked.custom["quota"] = { mode: "track", period: "month", minimumBytes: 8 };

  expect(readDeployment(tracked).quota).toEqual({ period: "month", minimumBytes: 8 });
});

test("all that is missing is named at once when outputs are incomplete", () => {
  const broken = outputs();
  delete broken.custom["imagesTable"];
  delete broken.custom["maxUploadBytes"];

  expect(() => readDeployment(broken)).toThrow(/custom\.imagesTable, custom\.maxUploadBytes/);
});
