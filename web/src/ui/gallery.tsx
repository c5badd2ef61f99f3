import { useComputed } from "@preact/signals";
import { memo } from "preact/compat";
import { useEffect, useRef } from "preact/hooks";

import type { Image } from "../cloud/records";
import { capital, count } from "../format";
import { type Kind, kindOf } from "../kinds";
import { shownName } from "../uploads/keys";
import type { Upload } from "../uploads/upload-store";
import { Welcome } from "./adding";
import { Check, Warning } from "./icons";
import { Picture } from "./picture";
import { useLongPress } from "./press";
import { ReadingProblem, useNextPage } from "./reading";
import { addressOf } from "./routes";
import { useStore } from "./store";
import { TableTile } from "./table-tile";
import { VideoTile } from "./video-tile";
import { underWay } from "./video-words";

/** A little less than a tile's side in CSS pixels: a slight blur at its largest saves half the bytes. */
const TILE_SIDE = 190;
/** At most this many tiles fit a first screen. They are loaded before the page is laid out. */
const FIRST_SCREEN = 8;

/** All photos, newest first. */
export function Gallery() {
  const { gallery, selection, usage } = useStore();
  const isSelecting = selection.isOn.value;
  const photos = usage.usage.value?.storedObjects;
  const keys = gallery.keys.value;
  const loaded = gallery.loaded.value;
  const noun = gallery.noun.value;
  if (loaded && keys.length === 0) {
    return (
      <>
        <h1 class="visually-hidden" tabIndex={-1}>
          Your {noun}s
        </h1>
        <Welcome />
      </>
    );
  }
  return (
    <>
      <div class="gallery-head">
        <h1 tabIndex={-1}>Your {noun}s</h1>
        {photos !== undefined && photos > 0 && <p class="hint">{count(photos, noun)}</p>}
      </div>
      <ul
        class={isSelecting ? "gallery selecting" : "gallery"}
        aria-label={`${capital(noun)}s, newest first`}
        aria-busy={!loaded}
      >
        {keys.map((key, index) => (
          <Tile key={key} photo={key} place={index} />
        ))}
        {!loaded &&
          keys.length === 0 &&
          Array.from({ length: 12 }, (_, index) => (
            <li key={index} class="tile skeleton" aria-hidden="true" />
          ))}
      </ul>
      {gallery.hasOlder.value && <OlderPhotos />}
    </>
  );
}

const Tile = memo(function Tile(props: { photo: string; place: number }) {
  const { gallery, selection, uploads } = useStore();
  const { photo } = props;
  const selected = useComputed(() => selection.keys.value.has(photo)).value;
  const press = useLongPress(() => selection.toggle(photo));
  const choose = (event: MouseEvent) =>
    event.shiftKey && selection.isOn.peek() ? selection.extendTo(photo) : selection.toggle(photo);
  const image = useComputed(() => gallery.images.value.get(photo)).value;
  const upload = useComputed(() => uploads.byKey.value.get(photo)).value;
  const name = shownName(photo);
  const preview = upload?.preview ?? uploads.previewOf(photo);
  const kind = image ? kindOf(image) : upload?.kind;
  const failed =
    image?.status === "rejected" || image?.status === "over_quota" || image?.status === "failed";
  const body = (
    <>
      <span
        class={failed ? "tile-picture failed" : "tile-picture"}
        style={{ backgroundColor: image?.dominant_colour }}
      >
        {!failed && kind === "table" && <TableTile image={image} />}
        {!failed && kind !== "table" && (
          <Picture
            image={image}
            preview={preview}
            side={TILE_SIDE}
            alt=""
            eager={props.place < FIRST_SCREEN}
            urgent={props.place === 0}
          />
        )}
        {failed && (
          <span class="tile-failure">
            <Warning size={28} />
            <span>{image.message ?? "This file could not be processed."}</span>
          </span>
        )}
        {!failed && kind === "video" && <VideoTile image={image} />}
        <TileOverlay kind={kind} image={image} upload={upload} />
      </span>
      <span class="tile-caption">
        <bdi>{name}</bdi>
      </span>
      {image && <span class="tile-state visually-hidden">, {stateInWords(image)}</span>}
    </>
  );
  if (!image) {
    return (
      <li class="tile">
        <div>{body}</div>
      </li>
    );
  }
  return (
    <li class={selected ? "tile selected" : "tile"} {...press}>
      <a
        href={addressOf(photo)}
        onClick={(event) => {
          if (!selection.isOn.peek() || event.ctrlKey || event.metaKey) return;
          event.preventDefault();
          choose(event);
        }}
      >
        {body}
      </a>
      <button
        type="button"
        class="tile-check"
        role="checkbox"
        aria-checked={selected}
        aria-label={`Select ${name}`}
        onClick={choose}
      >
        <Check size={18} />
      </button>
    </li>
  );
});

/** What is happening to a photo that is not ready yet. */
function TileOverlay(props: { kind?: Kind; image?: Image; upload?: Upload }) {
  const { kind, image, upload } = props;
  const isDeveloping = image ? image.status === "processing" : upload?.state === "uploaded";
  if (isDeveloping) return <span class="tile-overlay">{underWay(image, kind)}</span>;
  if (image || !upload) return null;
  if (upload.state === "uploading") {
    return (
      <span class="tile-overlay">
        <progress max={upload.size} value={upload.sent} aria-label={`Uploading ${upload.name}`} />
      </span>
    );
  }
  return <span class="tile-overlay">{UPLOAD_STATES[upload.state]}</span>;
}

export const UPLOAD_STATES: Record<Upload["state"], string> = {
  waiting: "Waiting",
  uploading: "Uploading",
  pausing: "Pausing",
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

/** A button that loads older photos, by itself as soon as it is scrolled near. */
function OlderPhotos() {
  const { gallery } = useStore();
  const button = useRef<HTMLButtonElement>(null);
  const pages = gallery.pages.value;
  const { reading, want } = useNextPage(pages, () => gallery.loadOlder());

  useEffect(() => {
    if (!button.current) return;
    const observer = new IntersectionObserver(
      (entries) => entries.some((entry) => entry.isIntersecting) && want(),
      { rootMargin: "800px" },
    );
    observer.observe(button.current);
    return () => observer.disconnect();
  }, [pages]);

  return (
    <div class="gallery-older">
      {reading.problem ? (
        <ReadingProblem what="Older photos" problem={reading.problem} retry={reading.retry} />
      ) : (
        <button ref={button} type="button" class="button" onClick={want}>
          Show older photos
        </button>
      )}
    </div>
  );
}
