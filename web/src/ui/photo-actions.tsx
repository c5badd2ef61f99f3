import { useRef, useState } from "preact/hooks";

import type { Image } from "../cloud/records";
import { bytes } from "../format";
import { kindOf, nounOf } from "../kinds";
import { useAttempt } from "./attempt";
import { Download, Share, Trash } from "./icons";
import { fetched, fileName, save } from "./photo-downloads";
import { useStore } from "./store";
import { mp4Name } from "./video-words";

/** The bar's buttons: what people do with a photo. */
export function PhotoActions(props: { image: Image; name: string }) {
  return (
    <div class="photo-actions">
      <DownloadOriginal {...props} />
      <ShareButton {...props} />
      <DeleteButton {...props} />
    </div>
  );
}

function DownloadOriginal(props: { image: Image; name: string }) {
  const { cloud } = useStore();
  const { image, name } = props;
  const { busy, problem, attempt } = useAttempt();
  return (
    <>
      <button
        type="button"
        class="button primary"
        aria-label="Download the original"
        title={`The original, ${bytes(image.bytes)}`}
        aria-busy={busy}
        onClick={() =>
          void attempt(async () => save(await cloud.original(image.image), name, image.bytes))
        }
      >
        <Download /> <span class="photo-bar-label">{busy ? "Loading …" : "Download"}</span>
      </button>
      {problem && (
        <p class="problem photo-bar-said" role="alert">
          It was not saved. {problem}
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
        aria-label={`Share this ${noun}`}
        title="Share"
        aria-busy={busy}
        onClick={() => {
          setCopied(false);
          void attempt(() => share(shared));
        }}
      >
        <Share /> <span class="photo-bar-label">Share</span>
      </button>
      {copied && (
        <p class="notice photo-bar-said" role="status">
          A link is copied. It shows this {noun}, without its place, to whoever has it, for at most
          an hour.
        </p>
      )}
      {held && (
        <p class="notice photo-bar-said" role="status">
          It took a while to load, and is there now. Please share it once more.
        </p>
      )}
      {problem && (
        <p class="problem photo-bar-said" role="alert">
          It was not shared. {problem}
        </p>
      )}
    </>
  );
}

/** A button that deletes a photo after a question. */
function DeleteButton(props: { image: Image; name: string }) {
  const store = useStore();
  const { image, name } = props;
  const noun = nounOf([kindOf(image)]);
  const dialog = useRef<HTMLDialogElement>(null);
  const { busy, problem, attempt } = useAttempt();
  async function deletePhoto(): Promise<void> {
    await store.deletePhoto(image.image);
    dialog.current?.close();
    location.hash = "";
  }
  return (
    <>
      <button
        type="button"
        class="button danger"
        aria-label={`Delete this ${noun}`}
        title="Delete"
        onClick={() => dialog.current?.showModal()}
      >
        <Trash /> <span class="photo-bar-label">Delete</span>
      </button>
      <dialog ref={dialog} aria-labelledby="delete-title">
        <h2 id="delete-title">Delete this {noun}?</h2>
        <p>
          <bdi>{name}</bdi> and everything that was made from it will be gone for good.
        </p>
        {problem && (
          <p class="problem" role="alert">
            The {noun} was not deleted. {problem}
          </p>
        )}
        <div class="dialog-buttons">
          <button type="button" class="button" onClick={() => dialog.current?.close()}>
            Keep it
          </button>
          <button
            type="button"
            class="button danger filled"
            disabled={busy}
            onClick={() => void attempt(deletePhoto)}
          >
            Delete
          </button>
        </div>
      </dialog>
    </>
  );
}
