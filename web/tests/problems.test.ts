import * as dynamodb from "@aws-sdk/client-dynamodb";
import * as identities from "@aws-sdk/client-cognito-identity";
import * as userPools from "@aws-sdk/client-cognito-identity-provider";
import * as s3 from "@aws-sdk/client-s3";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { DeploymentError } from "../src/cloud/deployment";
import { causeOf, Explained, sentenceOf } from "../src/problems";
import { causes as SENTENCES } from "../src/words/en/problems";

const RAW = "raw words of a library";
const KNOWN = new Set(Object.values(SENTENCES));

beforeEach(() => {
  vi.stubGlobal("navigator", { onLine: true });
  vi.spyOn(console, "warn").mockImplementation(() => {});
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

function named(name: string, extra: object = {}): Error {
  return Object.assign(new Error(RAW), { name }, extra);
}

/** Every class of errors that a client of the SDK can throw. */
const CLASSES = Object.entries({ dynamodb, s3, identities, userPools }).flatMap(
  ([client, module]) =>
    Object.entries(module)
      .filter(([, one]) => typeof one === "function" && one.prototype instanceof Error)
      .map(([name, one]): [string, string, new (options: object) => Error] => [
        client,
        name,
        one as unknown as new (options: object) => Error,
      ]),
);

test("the SDK's errors are found", () => {
  expect(CLASSES.length).toBeGreaterThan(100);
});

test.each(CLASSES)("an error of %s has a sentence of ours: %s", (_, name, Class) => {
  const error = new Class({ name, message: RAW, $fault: "client", $metadata: {} });

  expect(KNOWN).toContain(sentenceOf(error));
});

test.each([
  // What throttling, outages and sessions that ended are called by the services that the page asks.
  ["ProvisionedThroughputExceededException", "busy"],
  ["ThrottlingException", "busy"],
  ["RequestLimitExceeded", "busy"],
  ["TooManyRequestsException", "busy"],
  ["SlowDown", "busy"],
  ["InternalServerError", "broken"],
  ["ServiceUnavailable", "broken"],
  ["InternalErrorException", "broken"],
  ["SyntaxError", "broken"],
  ["NotAuthorizedException", "session"],
  ["ExpiredToken", "session"],
  ["ExpiredTokenException", "session"],
  ["UnrecognizedClientException", "session"],
  ["InvalidAccessKeyId", "session"],
  ["AccessDenied", "forbidden"],
  ["AccessDeniedException", "forbidden"],
  ["NoSuchKey", "gone"],
  ["RequestTimeTooSkewed", "clock"],
  ["TimeoutError", "unreachable"],
  ["ResourceNotFoundException", "setup"],
] as const)("%s is told as: %s", (name, cause) => {
  expect(causeOf(named(name))).toBe(cause);
  expect(sentenceOf(named(name))).toBe(SENTENCES[cause]);
});

test.each(["Failed to fetch", "NetworkError when attempting to fetch resource.", "Load failed"])(
  "a browser's %j is told as no connection, and as offline when it knows that it is",
  (words) => {
    expect(sentenceOf(new TypeError(words))).toBe(SENTENCES.unreachable);
    vi.stubGlobal("navigator", { onLine: false });
    expect(sentenceOf(new TypeError(words))).toBe(SENTENCES.offline);
  },
);

test("a mistake in the page is not told as a lost connection", () => {
  expect(sentenceOf(new TypeError("x is undefined"))).toBe(SENTENCES.unknown);
});

test.each([
  [429, "busy"],
  [503, "busy"],
  [502, "broken"],
  [403, "forbidden"],
  [404, "gone"],
] as const)(
  "status %i is told as: %s when the error has no name that is known",
  (status, cause) => {
    expect(causeOf(named("Odd", { status }))).toBe(cause);
  },
);

test("settings that are missing are told without the name of their file", () => {
  expect(sentenceOf(new DeploymentError("amplify_outputs.json answers 404."))).toBe(
    SENTENCES.setup,
  );
});

test("a sentence that was written for people is told as it is", () => {
  expect(sentenceOf(new Explained("This account needs a second factor."))).toBe(
    "This account needs a second factor.",
  );
});

test.each([undefined, null, "words", { message: RAW }])(
  "%j that was thrown has a sentence",
  (thrown) => {
    expect(KNOWN).toContain(sentenceOf(thrown));
  },
);
