import { expect, test } from "vitest";

import type { Image, Step } from "../src/cloud/records";
import { duration } from "../src/format";
import { nounOf } from "../src/kinds";
import { lengthOf, mp4Name, playableOf, underWay, videoFacts } from "../src/ui/video-words";

function video(convert: Step, more: Partial<Image> = {}): Image {
  return {
    image: "users/ann/clip.mov",
    version: "1",
    kind: "video",
    status: "processing",
    bytes: 1,
    uploaded_at: "2026-11-24T08:00:00Z",
    steps: { convert },
    renditions: {},
    ...more,
  };
}

test.each([
  [7.4, "0:07"],
  [59.6, "1:00"],
  [65, "1:05"],
  [3723, "1:02:03"],
])("%d seconds are shown as %s", (seconds, shown) => {
  expect(duration(seconds)).toBe(shown);
});

test("the MP4 is played that was made of a video", () => {
  const made = { key: "users/ann/clip.mov/1/video.mp4", bytes: 2 };

  expect(playableOf(video({ state: "done" }, { video: made }))).toEqual({
    key: made.key,
    isOriginal: false,
  });
});

test("the original is played when browsers play it as it is", () => {
  expect(playableOf(video({ state: "skipped", reason: "web-ready" }))).toEqual({
    key: "users/ann/clip.mov",
    isOriginal: true,
  });
});

test.each<Step>([
  { state: "pending", percent: 50 },
  { state: "skipped", reason: "too-long" },
  { state: "rejected", reason: "corrupt" },
])("nothing is played when the step that converts is %j", (convert) => {
  expect(playableOf(video(convert))).toBeUndefined();
});

test("the length is known with and without the metadata", () => {
  const metadata = { duration_seconds: 65.2 };

  expect(lengthOf(video({ state: "done" }, { metadata }))).toBe(65.2);
  expect(lengthOf(video({ state: "done" }, { duration_seconds: 12 }))).toBe(12);
  expect(lengthOf(video({ state: "pending" }))).toBeUndefined();
});

test.each([
  ["video", { state: "pending" }, "Developing …"],
  ["video", { state: "pending", percent: 35 }, "Converting … 35 %"],
  ["table", { state: "pending" }, "Reading …"],
  ["picture", { state: "pending" }, "Developing …"],
] as const)("of a %s with a step that is %j it is said what happens", (kind, convert, words) => {
  expect(underWay(video(convert, { kind }), kind)).toBe(words);
});

test("facts of a video name what is in the file, and that there is no sound", () => {
  const metadata = { video_codec: "hevc", frame_rate: 29.97, hdr: "hlg", bit_rate: 16_000_000 };
  const facts = new Map(videoFacts(video({ state: "done" }, { metadata, duration_seconds: 65 })));

  expect(facts.get("Length")).toBe("1:05");
  expect(facts.get("Video")).toBe("HEVC · 29.97 frames a second · HDR (HLG) · 2 MB a second");
  expect(facts.get("Sound")).toBe("None");
});

test("the MP4 is saved under a name that tells it from the original", () => {
  expect(mp4Name("IMG_1.MOV")).toBe("IMG_1-web.mp4");
  expect(mp4Name("IMG_1.mp4")).toBe("IMG_1-web.mp4");
});

test.each([
  [[], "photo"],
  [["picture", "picture"], "photo"],
  [["video"], "video"],
  [["table", "picture"], "file"],
  [["other"], "file"],
  [["hologram"], "file"],
])("files of the kinds %j are called a %s", (kinds, noun) => {
  expect(nounOf(kinds)).toBe(noun);
});
