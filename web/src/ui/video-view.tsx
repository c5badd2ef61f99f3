import { useRef, useState } from "preact/hooks";

import type { Image, Rendition } from "../cloud/records";
import { bytes } from "../format";
import { reasonInWords } from "../told";
import { words } from "../words/language";
import { Card } from "./card";
import { Pause, Play, Warning } from "./icons";
import { DownloadList, fileName, type Offered } from "./photo-downloads";
import { Picture } from "./picture";
import { ReadingProblem, useReading } from "./reading";
import { useStore } from "./store";
import { MovingPreview } from "./video-tile";
import { mp4Name, type Playable, playableOf } from "./video-words";

/** A video: the player as soon as there is something to play, and its poster until then. */
export function VideoPicture(props: { image: Image; name: string }) {
  const { image } = props;
  const say = words().videos;
  // The sides as they were known at first: the page does not move when they change.
  const [[width, height]] = useState<[number, number]>([image.width ?? 16, image.height ?? 9]);
  const playable = playableOf(image);
  const convert = image.steps["convert"];
  return (
    <div class="video">
      <div
        class="video-frame"
        style={{
          aspectRatio: `${width} / ${height}`,
          // No taller than the window leaves room for. A small video is shown larger than it is.
          maxWidth: `min(${Math.max(width, 640)}px, var(--room) * ${width / height})`,
          backgroundColor: image.dominant_colour,
        }}
      >
        {playable ? (
          <Player key={playable.key} image={image} name={props.name} playable={playable} />
        ) : (
          <Poster image={image} name={props.name} />
        )}
      </div>
      {convert?.state === "pending" && (
        <div class="video-progress" role="status">
          <p>{convert.percent === undefined ? say.waits : say.converting(convert.percent)}</p>
          <progress max={100} value={convert.percent ?? 0} aria-label={say.conversion} />
        </div>
      )}
      {convert?.message && convert.state !== "rejected" && (
        <p class="notice video-notice">
          <Warning /> <span>{reasonInWords(convert.state, convert)}</span>
        </p>
      )}
    </div>
  );
}

/** The poster of a video that cannot be played, or not yet; with three seconds of it on demand. */
function Poster(props: { image: Image; name: string }) {
  const { uploads } = useStore();
  const { image, name } = props;
  const say = words().videos;
  const [moving, setMoving] = useState(false);
  return (
    <>
      <Picture
        image={image}
        preview={uploads.previewOf(image.image)}
        side={Math.min(innerWidth, innerHeight) * 0.8}
        alt={say.poster(name)}
        eager
        urgent
      />
      {moving && <MovingPreview image={image} />}
      {image.preview && (
        <button
          type="button"
          class="icon-button on-picture video-motion"
          aria-label={moving ? say.stopPreview : say.playPreview}
          title={moving ? say.stop : say.preview}
          onClick={() => setMoving(!moving)}
        >
          {moving ? <Pause /> : <Play />}
        </button>
      )}
    </>
  );
}

/**
 * The player. It reads what it plays by ranges of a signed address; when that has expired it goes on
 * with a new one, at the same moment of the video.
 */
function Player(props: { image: Image; name: string; playable: Playable }) {
  const { cloud } = useStore();
  const { image, name, playable } = props;
  const say = words();
  const { processedBucket, uploadsBucket } = cloud.deployment;
  const bucket = playable.isOriginal ? uploadsBucket : processedBucket;
  const [attempt, setAttempt] = useState(0);
  const [fault, setFault] = useState(false);
  const left = useRef({ at: 0, playing: false });
  const poster = posterOf(image);
  const sign = async () => ({
    video: await cloud.address(bucket, playable.key),
    poster: poster && (await cloud.address(processedBucket, poster.key)),
  });
  const reading = useReading(sign, [playable.key, attempt]);
  const addresses = reading.value;

  async function recover(video: HTMLVideoElement): Promise<void> {
    left.current = { at: video.currentTime, playing: !video.paused };
    const isExpired = (await cloud.address(bucket, playable.key)) !== addresses?.video;
    if (isExpired) setAttempt(attempt + 1);
    else setFault(true);
  }

  if (reading.problem)
    return (
      <ReadingProblem said={say.videos.notLoaded} problem={reading.problem} retry={reading.retry} />
    );
  if (fault)
    return (
      <div class="video-fault" role="alert">
        <p>{say.videos.notPlayed}</p>
        <button type="button" class="button small" onClick={() => setFault(false)}>
          {say.common.tryAgain}
        </button>
      </div>
    );
  if (!addresses) return null;
  return (
    <video
      key={addresses.video}
      src={addresses.video}
      poster={addresses.poster}
      aria-label={say.videos.video(name)}
      controls
      playsInline
      preload="metadata"
      onLoadedMetadata={({ currentTarget: video }) => {
        if (left.current.at > 0) video.currentTime = left.current.at;
        if (left.current.playing) void video.play().catch(() => {}); // the browser may not allow it
      }}
      onError={({ currentTarget: video }) => void recover(video).catch(() => setFault(true))}
    />
  );
}

/** The largest poster, as a JPEG if there is one: every program shows these. */
function posterOf(image: Image): Rendition | undefined {
  const all = Object.values(image.renditions).filter(({ format }) => format !== "avif");
  const isJpeg = ({ format }: Rendition) => Number(format === "jpeg");
  return all.sort((a, b) => b.width - a.width || isJpeg(b) - isJpeg(a))[0];
}

/** Buttons that save what was made of a video. */
export function VideoDownloads(props: { image: Image; name: string }) {
  const { image, name } = props;
  const say = words().videos;
  const files: Offered[] = [];
  const { video } = image;
  if (video) {
    files.push({
      label: say.forTheWeb,
      detail: `MP4, ${bytes(video.bytes)}`,
      name: mp4Name(name),
      ...video,
    });
  }
  const poster = posterOf(image);
  if (poster) {
    const { width, height, format } = poster;
    files.push({
      label: say.picture,
      detail: `${format === "jpeg" ? "JPEG" : "WebP"}, ${width} × ${height}, ${bytes(poster.bytes)}`,
      name: fileName(name, "picture", poster),
      key: poster.key,
      bytes: poster.bytes,
    });
  }
  if (files.length === 0) return null;
  return (
    <Card title={say.downloads}>
      <DownloadList files={files} />
    </Card>
  );
}
