import { useComputed } from "@preact/signals";
import { memo } from "preact/compat";
import { useEffect, useRef } from "preact/hooks";

import { shownName } from "../keys";
import type { Image } from "../records";
import type { Studio } from "../studio";
import type { Upload } from "../uploads";
import { Warning } from "./icons";
import { Picture } from "./picture";
import { addressOf } from "./routes";
import { StepDots } from "./steps";

/** As wide and high as a tile, nearly; a little blur at its largest saves half of the bytes. */
const TILE_SIDE = 190;
/** As many as a first screen holds at most: these do not wait until it is laid out. */
const FIRST_SCREEN = 8;

/** All photos, newest first. */
export function Gallery(props: { studio: Studio }) {
  const { studio } = props;
  const keys = studio.photos.value;
  if (studio.loaded.value && keys.length === 0) {
    return (
      <div class="empty">
        <p class="empty-title">No photos yet</p>
        <p class="hint">The ones that you upload appear here and are developed before your eyes.</p>
      </div>
    );
  }
  return (
    <>
      <ul class="grid" aria-label="Photos, newest first" aria-busy={!studio.loaded.value}>
        {keys.map((key, index) => (
          <Tile key={key} studio={studio} photo={key} place={index} />
        ))}
        {!studio.loaded.value &&
          keys.length === 0 &&
          Array.from({ length: 12 }, (_, index) => (
            <li key={index} class="tile skeleton" aria-hidden="true" />
          ))}
      </ul>
      {studio.hasOlder.value && <Older studio={studio} />}
    </>
  );
}

const Tile = memo(function Tile(props: { studio: Studio; photo: string; place: number }) {
  const { studio, photo } = props;
  const image = useComputed(() => studio.images.value.get(photo)).value;
  const upload = useComputed(() =>
    studio.uploads.list.value.find((one) => one.key === photo),
  ).value;
  const name = shownName(photo);
  const preview = upload?.preview ?? studio.uploads.previewOf(photo);
  const failed =
    image?.status === "rejected" || image?.status === "over_quota" || image?.status === "failed";
  const body = (
    <>
      <span
        class={failed ? "frame failed" : "frame"}
        style={{ backgroundColor: image?.dominant_colour }}
      >
        {!failed && (
          <Picture
            studio={studio}
            image={image}
            preview={preview}
            side={TILE_SIDE}
            alt=""
            eager={props.place < FIRST_SCREEN}
            urgent={props.place === 0}
          />
        )}
        {failed && (
          <span class="failure">
            <Warning size={28} />
            <span>{image.message ?? "This photo could not be processed."}</span>
          </span>
        )}
        <Overlay image={image} upload={upload} />
      </span>
      <span class="caption">
        <bdi>{name}</bdi>
      </span>
      {image && <span class="state visually-hidden">, {stateInWords(image)}</span>}
    </>
  );
  return <li class="tile">{image ? <a href={addressOf(photo)}>{body}</a> : <div>{body}</div>}</li>;
});

function Overlay(props: { image?: Image; upload?: Upload }) {
  const { image, upload } = props;
  if (image?.status === "processing") {
    return (
      <span class="overlay">
        <StepDots image={image} />
      </span>
    );
  }
  if (image || !upload) return null;
  if (upload.state === "uploaded") return <span class="overlay">Developing …</span>;
  if (upload.state === "uploading") {
    return (
      <span class="overlay">
        <progress max={upload.size} value={upload.sent} aria-label={`Uploading ${upload.name}`} />
      </span>
    );
  }
  return <span class="overlay">{UPLOAD_STATES[upload.state]}</span>;
}

export const UPLOAD_STATES: Record<Upload["state"], string> = {
  waiting: "Waiting",
  uploading: "Uploading",
  paused: "Paused",
  offline: "Waiting for the connection",
  failed: "Not uploaded",
  lost: "Please choose it again",
  uploaded: "Uploaded",
  refused: "Not accepted",
};

function stateInWords(image: Image): string {
  switch (image.status) {
    case "processing":
      return "being processed";
    case "processed":
      return "ready";
    case "over_quota":
      return "over quota";
    case "rejected":
      return "could not be processed";
    default:
      return "failed";
  }
}

/** Loads what is older as soon as one gets there. */
function Older(props: { studio: Studio }) {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!button.current) return;
    const observer = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && void props.studio.loadOlder(),
      { rootMargin: "800px" },
    );
    observer.observe(button.current);
    return () => observer.disconnect();
  }, [props.studio]);
  return (
    <p class="older">
      <button
        ref={button}
        type="button"
        class="button"
        onClick={() => void props.studio.loadOlder()}
      >
        Show older photos
      </button>
    </p>
  );
}
