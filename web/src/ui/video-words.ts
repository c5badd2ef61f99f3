/** What is known of a video, in words. */

import type { Image } from "../cloud/records";
import { bytes, duration, number } from "../format";
import { words } from "../words/language";

/** Codecs as people know them. */
const CODECS: Record<string, string> = {
  h264: "H.264",
  hevc: "HEVC",
  av1: "AV1",
  vp8: "VP8",
  vp9: "VP9",
  mpeg4: "MPEG-4",
  aac: "AAC",
  mp3: "MP3",
  opus: "Opus",
};
const HDR: Record<string, string> = { pq: "HDR (PQ)", hlg: "HDR (HLG)" };

/** How long a video is, in seconds; undefined while nobody has looked. */
export function lengthOf(image: Image): number | undefined {
  const seconds = Number(image.duration_seconds ?? image.metadata?.["duration_seconds"]);
  return Number.isFinite(seconds) ? seconds : undefined;
}

/** What the file says about its pictures and its sound: names and values. */
export function videoFacts(image: Image): [string, string | undefined][] {
  const say = words().videos;
  const sounds: Record<string, string> = { 1: say.mono, 2: say.stereo, 6: "5.1" };
  const metadata = image.metadata ?? {};
  const length = lengthOf(image);
  const rate = Number(metadata["frame_rate"]);
  const channels = String(metadata["audio_channels"] ?? "");
  return [
    [say.length, length === undefined ? undefined : duration(length)],
    [
      say.pictures,
      joined([
        codec(metadata["video_codec"]),
        rate ? say.frameRate(number(Math.round(rate * 100) / 100)) : undefined,
        HDR[String(metadata["hdr"])],
        metadata["bit_rate"] ? say.bitRate(bytes(Number(metadata["bit_rate"]) / 8)) : undefined,
      ]),
    ],
    [
      say.sound,
      metadata["video_codec"] && !metadata["audio_codec"]
        ? say.noSound
        : joined([codec(metadata["audio_codec"]), sounds[channels]]),
    ],
  ];
}

function codec(name: unknown): string | undefined {
  return name === undefined ? undefined : (CODECS[String(name)] ?? String(name));
}

function joined(parts: (string | undefined)[]): string | undefined {
  return parts.filter(Boolean).join(" · ") || undefined;
}

/** What is happening to a file that is not ready yet, by its kind. */
export function underWay(image: Image | undefined, kind: string | undefined): string {
  const say = words().videos;
  if (kind === "table") return say.reading;
  if (kind === "other") return say.storing;
  const percent = image?.steps["convert"]?.percent;
  return percent === undefined ? say.developing : say.convertingPercent(percent);
}

/** Where the video lies that browsers play. */
export interface Playable {
  key: string;
  /** It is the original, in the uploads bucket. */
  isOriginal: boolean;
}

/** What browsers play of a video: the MP4 made of it, or an original that they play as it is. */
export function playableOf(image: Image): Playable | undefined {
  if (image.video) return { key: image.video.key, isOriginal: false };
  const { state, reason } = image.steps["convert"] ?? {};
  return state === "skipped" && reason === "web-ready"
    ? { key: image.image, isOriginal: true }
    : undefined;
}

/** The name of the MP4 that is made of a video: not the original's own, where that is an MP4, too. */
export function mp4Name(original: string): string {
  return `${original.replace(/(?<=.)\.[^.]*$/, "")}-web.mp4`;
}
