import { useComputed } from "@preact/signals";
import { memo } from "preact/compat";

import type { Image } from "../cloud/records";
import { type Kind, kindOf, nounOf } from "../kinds";
import { endInWords } from "../told";
import { shownName } from "../uploads/keys";
import type { Upload } from "../uploads/upload-store";
import { words } from "../words/language";
import { leftInWords } from "./bin-words";
import { FileTile } from "./file-tile";
import { Check, Heart, Warning } from "./icons";
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
  /** The list that it is in, if that is not the gallery. */
  list?: string;
}) {
  const { gallery, selection, uploads } = useStore();
  const { photo, left, top, side } = props;
  const say = words();
  const selected = useComputed(() => selection.keys.value.has(photo)).value;
  const press = useLongPress(() => selection.toggle(photo));
  const choose = (event: MouseEvent) =>
    event.shiftKey && selection.isOn.peek() ? selection.extendTo(photo) : selection.toggle(photo);
  const entry = useComputed(() => gallery.known.value.get(photo)).value;
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
        {!failed && kind === "other" && (
          <FileTile name={name} bytes={image?.bytes ?? upload?.size} />
        )}
        {!failed && kind !== "table" && kind !== "other" && (
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
            <span>
              {endInWords(image.status, nounOf([kindOf(image)]), image) ?? say.common.notProcessed}
            </span>
          </span>
        )}
        {!failed && kind === "video" && <VideoTile image={image} />}
        {entry?.binUntil ? (
          <span class="tile-overlay">{leftInWords(entry.binUntil)}</span>
        ) : (
          <TileOverlay kind={kind} image={image} upload={upload} />
        )}
        {entry?.favourite && !entry.binnedAt && (
          <span class="tile-favourite">
            <Heart filled size={18} />
          </span>
        )}
      </span>
      <span class="tile-caption">
        <bdi>{name}</bdi>
      </span>
      {image && (
        <span class="tile-state visually-hidden">, {say.gallery.statuses[image.status]}</span>
      )}
      {entry?.favourite && <span class="visually-hidden">, {say.gallery.favourite}</span>}
    </>
  );
  const spot = {
    class: selected ? "tile selected" : "tile",
    style: { insetInlineStart: `${left}px`, top: `${top}px`, width: `${side}px` },
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
        href={addressOf(photo, props.list)}
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
        aria-label={say.gallery.select(name)}
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
        <progress
          max={upload.size}
          value={upload.sent}
          aria-label={words().gallery.uploading(upload.name)}
        />
      </span>
    );
  }
  return <span class="tile-overlay">{words().uploads.states[upload.state]}</span>;
}
