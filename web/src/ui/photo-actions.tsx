import { useRef, useState } from "preact/hooks";

import type { Image } from "../cloud/records";
import { bytes } from "../format";
import { kindOf, nounOf } from "../kinds";
import { words } from "../words/language";
import { useAttempt } from "./attempt";
import { isRestorable } from "./bin-words";
import { Download, Share, Trash } from "./icons";
import { MakeLink } from "./make-link";
import { fetched, fileName, save } from "./photo-downloads";
import { BinButton, FavouriteButton, RestoreButton } from "./photo-own";
import { Question } from "./question";
import { listAddress } from "./routes";
import { useStore } from "./store";
import { mp4Name } from "./video-words";

/** The bar's buttons: what people do with a photo. */
export function PhotoActions(props: { image: Image; name: string; list?: string }) {
  const { cloud, gallery, library } = useStore();
  const entry = gallery.known.value.get(props.image.image);
  const isBinned = entry?.binnedAt !== undefined;
  return (
    <div class="photo-actions">
      {cloud.deployment.albumsTable && !isBinned && <FavouriteButton {...props} />}
      <DownloadOriginal {...props} />
      {!isBinned && <ShareButton {...props} />}
      {isBinned && isRestorable(entry) && <RestoreButton {...props} />}
      {!isBinned && sharedOf(props.image, props.name) && (
        <MakeLink keys={[props.image.image]} label="photo-bar-label" />
      )}
      {library.binDays > 0 && !isBinned ? <BinButton {...props} /> : <DeleteButton {...props} />}
    </div>
  );
}

function DownloadOriginal(props: { image: Image; name: string }) {
  const { cloud } = useStore();
  const { image, name } = props;
  const say = words();
  const { busy, problem, attempt } = useAttempt();
  return (
    <>
      <button
        type="button"
        class="button primary"
        aria-label={say.photo.downloadOriginal}
        title={say.photo.original(bytes(image.bytes))}
        aria-busy={busy}
        onClick={() =>
          void attempt(async () => save(await cloud.original(image.image), name, image.bytes))
        }
      >
        <Download />{" "}
        <span class="photo-bar-label">{busy ? say.common.loading : say.common.download}</span>
      </button>
      {problem && (
        <p class="problem photo-bar-said" role="alert">
          {say.common.notSaved} {problem}
        </p>
      )}
    </>
  );
}

/** What is shared of a file: it holds no place. */
interface Shared {
  key: string;
  name: string;
  type: string;
}

/** The MP4 of a video, or the largest JPEG of a photo: every app takes these. */
function sharedOf(image: Image, name: string): Shared | undefined {
  if (kindOf(image) === "video")
    return image.video && { key: image.video.key, name: mp4Name(name), type: "video/mp4" };
  const [label, rendition] =
    Object.entries(image.renditions)
      .filter(([name, { format }]) => name.startsWith("thumbnail-") && format === "jpeg")
      .sort(([, one], [, other]) => other.width - one.width)[0] ?? [];
  if (!label || !rendition) return undefined;
  return { key: rendition.key, name: fileName(name, label, rendition), type: "image/jpeg" };
}

/** A button that hands the photo to another app, or copies a link to it where there is no such way. */
function ShareButton(props: { image: Image; name: string }) {
  const { cloud } = useStore();
  const { image, name } = props;
  const { busy, problem, attempt } = useAttempt();
  const [copied, setCopied] = useState(false);
  /** What was loaded too long after the tap: browsers hand over a file soon after one, or not at all. */
  const [held, setHeld] = useState<Blob>();
  const noun = nounOf([kindOf(image)]);
  const say = words();
  const shared = sharedOf(image, name);
  if (!shared) return null;

  async function share({ key, name, type }: Shared): Promise<void> {
    // The same address as of a picture would be answered from the cache, without leave for scripts.
    const address = await cloud.address(cloud.deployment.processedBucket, key, name);
    if (navigator.canShare?.({ files: [new File([], name, { type })] })) {
      const content = held ?? (await fetched(address));
      const files = [new File([content], name, { type })];
      try {
        await navigator.share({ files });
        setHeld(undefined);
      } catch (error) {
        const fault = error instanceof Error ? error.name : "";
        if (fault === "NotAllowedError" && !held) setHeld(content);
        else if (fault !== "AbortError") throw error; // else they thought better of it
      }
      return;
    }
    await navigator.clipboard.writeText(address);
    setCopied(true);
  }

  return (
    <>
      <button
        type="button"
        class="button"
        aria-label={say.photo.shareThis(noun)}
        title={say.photo.share}
        aria-busy={busy}
        onClick={() => {
          setCopied(false);
          void attempt(() => share(shared));
        }}
      >
        <Share /> <span class="photo-bar-label">{say.photo.share}</span>
      </button>
      {copied && (
        <p class="notice photo-bar-said" role="status">
          {say.photo.copied(noun)}
        </p>
      )}
      {held && (
        <p class="notice photo-bar-said" role="status">
          {say.photo.held}
        </p>
      )}
      {problem && (
        <p class="problem photo-bar-said" role="alert">
          {say.photo.notShared} {problem}
        </p>
      )}
    </>
  );
}

/** A button that deletes a photo after a question. */
function DeleteButton(props: { image: Image; name: string; list?: string }) {
  const store = useStore();
  const { image, name, list } = props;
  const noun = nounOf([kindOf(image)]);
  const say = words();
  const dialog = useRef<HTMLDialogElement>(null);
  const { busy, problem, attempt } = useAttempt();
  async function deletePhoto(): Promise<void> {
    await store.deletePhoto(image.image);
    dialog.current?.close();
    location.hash = listAddress(list);
  }
  return (
    <>
      <button
        type="button"
        class="button danger"
        aria-label={say.photo.deleteThis(noun)}
        title={say.common.delete}
        onClick={() => dialog.current?.showModal()}
      >
        <Trash /> <span class="photo-bar-label">{say.common.delete}</span>
      </button>
      <Question
        dialog={dialog}
        title={say.photo.deleteTitle(noun)}
        no={say.common.keepIt}
        yes={say.common.delete}
        busy={busy}
        onYes={() => void attempt(deletePhoto)}
      >
        <p>{say.photo.loss(<bdi>{name}</bdi>)}</p>
        {problem && (
          <p class="problem" role="alert">
            {say.photo.notDeleted(noun)} {problem}
          </p>
        )}
      </Question>
    </>
  );
}
