import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { bucketAddress, serviceAddress } from "../src/cloud/addresses";
import type { Deployment } from "../src/cloud/deployment";
import { JsonService } from "../src/cloud/json-service";
import { answerOf, ServiceError } from "../src/cloud/requests";
import { Signatures } from "../src/cloud/signatures";

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("navigator", { onLine: true });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** A fetch that gives these answers, one after another; an error is thrown. */
function answering(...answers: (Response | Error)[]) {
  const fetched = vi.fn(async (_: string, options?: RequestInit) => {
    options?.signal?.throwIfAborted();
    const answer = answers.shift();
    if (answer instanceof Error) throw answer;
    return answer ?? new Response("late");
  });
  vi.stubGlobal("fetch", fetched);
  return fetched;
}

function refusing(status: number, body: string, headers: HeadersInit = {}): Response {
  return new Response(body, { status, headers });
}

async function errorOf(asked: Promise<unknown>): Promise<Error> {
  const caught = asked.then(
    () => new Error("nothing was thrown"),
    (error: Error) => error,
  );
  await vi.runAllTimersAsync();
  return caught;
}

test.each([
  ["its namespace", refusing(400, '{"__type":"com.amazonaws.dynamodb.v20120810#AnException"}')],
  ["nothing else", refusing(400, '{"__type":"AnException","message":"Why"}')],
  ["an address behind it", refusing(400, "{}", { "x-amzn-errortype": "AnException:http://a/#b/" })],
  ["XML around it", refusing(403, "<Error><Code>AnException</Code><Message>No</Message></Error>")],
])("an error has the service's name for it, which came with %s", async (_, answer) => {
  answering(answer);

  expect((await errorOf(answerOf("http://a/"))).name).toBe("AnException");
});

test.each(["", "null", "[1]", "<html>Bad gateway</html>", '{"__type":7}'])(
  "a refusal of which nothing can be read, %j, has its status",
  async (body) => {
    answering(refusing(418, body));

    const error = await errorOf(answerOf("http://a/"));

    expect(error).toBeInstanceOf(ServiceError);
    expect((error as ServiceError).status).toBe(418);
  },
);

test.each([
  ["was too much", refusing(400, '{"__type":"ThrottlingException"}')],
  ["broke", refusing(500, "")],
  ["was lost on its way", new TypeError("Failed to fetch")],
])("a request that %s is sent again", async (_, failure) => {
  const fetched = answering(failure, new Response("there"));
  const asked = answerOf("http://a/");
  await vi.runAllTimersAsync();

  expect(await (await asked).text()).toBe("there");
  expect(fetched).toHaveBeenCalledTimes(2);
});

test("a request that fails again and again is given up", async () => {
  const fetched = answering(...Array.from({ length: 9 }, () => refusing(503, "")));

  expect(await errorOf(answerOf("http://a/"))).toMatchObject({ status: 503 });
  expect(fetched).toHaveBeenCalledTimes(3);
});

test.each([
  ["may not be", refusing(403, "<Error><Code>AccessDenied</Code></Error>")],
  ["is wrong", refusing(400, '{"__type":"ValidationException"}')],
  ["nobody waits for", new DOMException("It was aborted.", "AbortError")],
])("a request that %s is sent once", async (_, failure) => {
  const fetched = answering(failure, new Response("there"));
  await errorOf(answerOf("http://a/"));

  expect(fetched).toHaveBeenCalledTimes(1);
});

test("nothing is sent again without a connection", async () => {
  vi.stubGlobal("navigator", { onLine: false });
  const fetched = answering(new TypeError("Failed to fetch"), new Response("there"));
  await errorOf(answerOf("http://a/"));

  expect(fetched).toHaveBeenCalledTimes(1);
});

const AWS = { region: "eu-west-1" } as Deployment;
const LOCAL = { ...AWS, endpoint: "http://127.0.0.1:4566/" };

test("services are in the domain of their region, or at one address of a local cloud", () => {
  const china = { region: "cn-north-1" } as Deployment;

  expect(serviceAddress(AWS, "dynamodb").href).toBe("https://dynamodb.eu-west-1.amazonaws.com/");
  expect(serviceAddress(china, "s3").href).toBe("https://s3.cn-north-1.amazonaws.com.cn/");
  expect(serviceAddress(LOCAL, "s3").href).toBe("http://127.0.0.1:4566/");
});

test("a bucket has a host of its own on AWS, unless a dot in its name forbids it", () => {
  expect(bucketAddress(AWS, "photos").href).toBe("https://photos.s3.eu-west-1.amazonaws.com/");
  expect(bucketAddress(AWS, "a.b").href).toBe("https://s3.eu-west-1.amazonaws.com/a.b/");
  expect(bucketAddress(LOCAL, "photos").href).toBe("http://127.0.0.1:4566/photos/");
});

test("an operation is asked for by name, and unsigned where nobody signs", async () => {
  const fetched = answering(new Response('{"Session":"s"}'));
  const service = new JsonService(AWS, { service: "cognito-idp", target: "Pool", version: "1.1" });

  expect(await service.ask("InitiateAuth", { ClientId: "c" })).toEqual({ Session: "s" });
  const [address, options] = fetched.mock.calls[0] ?? [];
  expect(address).toBe("https://cognito-idp.eu-west-1.amazonaws.com/");
  expect(options).toEqual({
    method: "POST",
    body: '{"ClientId":"c"}',
    headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": "Pool.InitiateAuth" },
  });
});

test("an answer without a word is an empty one", async () => {
  answering(new Response(""));
  const service = new JsonService(AWS, { service: "cognito-idp", target: "Pool", version: "1.1" });

  expect(await service.ask("DeleteUser", {})).toEqual({});
});

test("an address of S3 is signed for its host, whatever is sent there", async () => {
  const session = {
    credentials: async () => ({ accessKeyId: "AKIA", secretAccessKey: "s", sessionToken: "t+/=" }),
  };
  const signatures = new Signatures("s3", "eu-west-1", session);
  const url = bucketAddress(AWS, "photos");
  url.pathname += "users/a%20b.jpg";
  const query = { "response-content-disposition": "attachment; filename*=UTF-8''%C3%A9 (1).jpg" };
  const at = new Date("2026-11-27T08:00:00Z");

  const address = await signatures.address({ method: "GET", url, query }, 60, at);

  expect(address).toMatch(/^https:\/\/photos\.s3\.eu-west-1\.amazonaws\.com\/users\/a%20b\.jpg\?/);
  expect(address).not.toMatch(/[+ ()']/); // as Signature Version 4 escapes
  expect(Object.fromEntries(new URL(address).searchParams)).toMatchObject({
    ...query,
    "X-Amz-Content-Sha256": "UNSIGNED-PAYLOAD",
    "X-Amz-Credential": "AKIA/20261127/eu-west-1/s3/aws4_request",
    "X-Amz-Date": "20261127T080000Z",
    "X-Amz-Expires": "60",
    "X-Amz-Security-Token": "t+/=",
    "X-Amz-SignedHeaders": "host",
  });
  expect(await signatures.address({ method: "GET", url, query }, 60, at)).toBe(address);
  expect(await signatures.address({ method: "DELETE", url, query }, 60, at)).not.toBe(address);
});
