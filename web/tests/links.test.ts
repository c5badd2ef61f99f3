import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { Deployment } from "../src/cloud/deployment";
import { Links } from "../src/cloud/links";
import type { Session } from "../src/cloud/session";
import { Refused } from "../src/cloud/signed-api";
import { routeOf } from "../src/ui/routes";

const MAKE = "http://127.0.0.1:4566/_aws/execute-api/abc/v1/links";
const SHOW = "http://127.0.0.1:4566/_aws/execute-api/def/v1/s";
const LINK = {
  id: "1f",
  title: "Summer",
  files: 1,
  made_at: "2026-11-28T00:00:00.000Z",
  ends_at: "2026-12-05T00:00:00.000Z",
};

interface Sent {
  method: string;
  address: string;
  body: unknown;
  headers: Record<string, string>;
}

let sent: Sent[];
let answers: Response[];
const renew = vi.fn(async () => {});

beforeEach(() => {
  sent = [];
  answers = [];
  renew.mockClear();
  vi.stubGlobal("navigator", { onLine: true });
  vi.stubGlobal("fetch", async (address: string, options: RequestInit) => {
    sent.push({
      method: options.method ?? "",
      address,
      body: options.body && JSON.parse(String(options.body)),
      headers: options.headers as Record<string, string>,
    });
    return answers.shift() ?? new Response("{}");
  });
});
afterEach(() => vi.unstubAllGlobals());

const session = (guest = false) =>
  ({
    guest,
    credentials: async () => ({ accessKeyId: "key", secretAccessKey: "secret", sessionToken: "t" }),
    renew,
  }) as unknown as Session;
const deployment = (more: object = { shareUrl: MAKE, showUrl: SHOW }) =>
  ({ region: "us-east-1", ...more }) as Deployment;
const links = () => Links.of(deployment(), session()) as Links;
const answer = (status: number, body: object) => new Response(JSON.stringify(body), { status });

test("there are none without a stack that shares, and none for guests", () => {
  expect(Links.of(deployment({}), session())).toBeUndefined();
  expect(Links.of(deployment({ shareUrl: MAKE }), session())).toBeUndefined();
  expect(Links.of(deployment(), session(true))).toBeUndefined();
  expect(Links.of(deployment(), session())).toBeDefined();
});

test("a new link has the address that its token is part of, and no other trace of it", async () => {
  answers = [answer(201, { ...LINK, token: "abc_-1" })];

  const made = await links().make(["users/ann/lake.jpg"], "Summer", 7);

  expect(made).toEqual({ ...LINK, address: `${SHOW}/abc_-1` });
  expect(sent).toMatchObject([
    {
      method: "POST",
      address: MAKE,
      body: { files: ["users/ann/lake.jpg"], title: "Summer", days: 7 },
    },
  ]);
  expect(sent[0]?.headers["authorization"]).toContain("/us-east-1/execute-api/aws4_request");
});

test("all links are listed, and one is ended by its id alone", async () => {
  answers = [answer(200, { links: [LINK] })];

  expect(await links().list()).toEqual([LINK]);
  await links().end("1f/../x");

  expect(sent.map(({ method, address, body }) => [method, address, body])).toEqual([
    ["GET", MAKE, undefined],
    ["DELETE", `${MAKE}/1f%2F..%2Fx`, undefined],
  ]);
});

test("a link that has ended already is ended", async () => {
  answers = [answer(404, { message: "There is no such link." })];

  await links().end("1f");

  expect(sent).toHaveLength(1);
});

test.each([400, 409])("what the stack refuses with %s it says itself", async (status) => {
  answers = [answer(status, { message: "You have 100 links, which is the most." })];

  const made = links().make([], "", 1);

  await expect(made).rejects.toThrow(Refused);
  await expect(made).rejects.toThrow("You have 100 links");
});

test("credentials that are too old are renewed once", async () => {
  answers = [answer(403, {}), answer(200, { links: [] }), answer(403, {}), answer(403, {})];

  expect(await links().list()).toEqual([]);
  expect(renew).toHaveBeenCalledTimes(1);
  await expect(links().list()).rejects.toMatchObject({ status: 403 });
  expect(renew).toHaveBeenCalledTimes(2);
});

test("links have an address of the page", () => {
  expect(routeOf("ann", "#/links")).toEqual({ list: "links" });
  expect(routeOf("ann", "#/links/x").list).toBeUndefined();
});
