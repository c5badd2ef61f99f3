import { useComputed } from "@preact/signals";
import { memo } from "preact/compat";

import type { Image } from "../cloud/records";
import { type Kind, kindOf } from "../kinds";
import { shownName } from "../uploads/keys";
import type { Upload } from "../uploads/upload-store";
import { Check, Warning } from "./icons";
import { Picture } from "./picture";
import { useLongPress } from "./press";
import { addressOf } from "./routes";
import { useStore } from "./store";
import { TableTile } from "./table-tile";
import { VideoTile } from "./video-tile";
import { underWay } from "./video-words";

/** A picture has a little less than its tile's side: a slight blur often saves half of the bytes. */
const TILE_SHARE = 0.85;
/** At most this many tiles fit a first screen. They are loaded before the page is laid out. */
const FIRST_SCREEN = 8;

/** A photo or an upload of the gallery, at its place within its day. */
export const Tile = memo(function Tile(props: {
  photo: string;
  left: number;
  top: number;
  side: number;
  /** Its number within its day, of so many. */
  number: number;
  of: number;
  /** Its number within the gallery. */
  place: number;
}) {
  const { gallery, selection, uploads } = useStore();
  const { photo, left, top, side } = props;
  const selected = useComputed(() => selection.keys.value.has(photo)).value;
  const press = useLongPress(() => selection.toggle(photo));
  const choose = (event: MouseEvent) =>
    event.shiftKey && selection.isOn.peek() ? selection.extendTo(photo) : selection.toggle(photo);
  const entry = useComputed(() => gallery.entries.value.get(photo)).value;
  const image = useComputed(() => gallery.images.value.get(photo)).value;
  const upload = useComputed(() => uploads.byKey.value.get(photo)).value;
  const name = shownName(photo);
  const preview = upload?.preview ?? uploads.previewOf(photo);
  const kind = image ? kindOf(image) : (entry?.kind ?? upload?.kind);
  const failed =
    image?.status === "rejected" || image?.status === "over_quota" || image?.status === "failed";
  const body = (
    <>
      <span
        class={failed ? "tile-picture failed" : "tile-picture"}
        style={{ backgroundColor: entry?.colour }}
      >
        {!failed && kind === "table" && <TableTile image={image} />}
        {!failed && kind !== "table" && (
          <Picture
            image={image}
            preview={preview}
            side={side * TILE_SHARE}
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
  const spot = {
    class: selected ? "tile selected" : "tile",
    style: { left: `${left}px`, top: `${top}px`, width: `${side}px` },
    "aria-posinset": props.number + 1,
    "aria-setsize": props.of,
  };
  if (!entry) {
    return (
      <li {...spot}>
        <div>{body}</div>
      </li>
    );
  }
  return (
    <li {...spot} {...press}>
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
