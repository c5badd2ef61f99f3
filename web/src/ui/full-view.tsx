import { useEffect, useRef, useState } from "preact/hooks";

import type { Image } from "../cloud/records";
import { words } from "../words/language";
import { Cross, Expand, ZoomIn, ZoomOut } from "./icons";
import { movingOf, Picture } from "./picture";
import { ReadingProblem, useReading } from "./reading";
import { useStore } from "./store";

/**
 * A button that shows the photo on the whole screen: first as large as fits, then, by a click on it or
 * a button, each of its pixels, which are scrolled.
 */
export function FullView(props: { image: Image; name: string }) {
  const { image, name } = props;
  const say = words();
  const dialog = useRef<HTMLDialogElement>(null);
  const [open, setOpen] = useState(false);
  const [zoomed, setZoomed] = useState(false);

  useEffect(() => leaveFullScreen, []); // also when the photo behind it is left, or is deleted elsewhere

  async function show(): Promise<void> {
    // Not every browser can, and some only let videos: then it fills the window.
    await document.documentElement.requestFullscreen?.().catch(() => {});
    setOpen(true);
    dialog.current?.showModal();
  }

  function leave(): void {
    setOpen(false);
    setZoomed(false);
    leaveFullScreen();
  }

  return (
    <>
      <button
        type="button"
        class="icon-button on-picture photo-expand"
        aria-label={say.photo.fullScreen}
        title={say.photo.fullScreen}
        onClick={() => void show()}
      >
        <Expand />
      </button>
      <dialog
        ref={dialog}
        class="full-view"
        aria-label={say.photo.nameFullScreen(name)}
        onClose={leave}
        onTouchStart={(event) => event.stopPropagation() /* no swipe to the next photo */}
      >
        {open && (
          <>
            <div class={zoomed ? "full-view-picture zoomed" : "full-view-picture"}>
              {zoomed ? (
                <Sharpest image={image} name={name} />
              ) : (
                <Picture
                  image={image}
                  side={Math.min(screen.width, screen.height)}
                  alt={say.photo.picture(name)}
                  eager
                  urgent
                  onClick={() => setZoomed(true)}
                />
              )}
            </div>
            <div class="full-view-buttons">
              <button
                type="button"
                class="icon-button on-picture"
                aria-label={zoomed ? say.photo.fit : say.photo.eachPixel}
                title={zoomed ? say.photo.fit : say.photo.eachPixel}
                onClick={() => setZoomed(!zoomed)}
              >
                {zoomed ? <ZoomOut /> : <ZoomIn />}
              </button>
              <button
                type="button"
                class="icon-button on-picture"
                aria-label={say.photo.leaveFullScreen}
                title={say.photo.leave}
                onClick={() => dialog.current?.close()}
              >
                <Cross />
              </button>
            </div>
          </>
        )}
      </dialog>
    </>
  );
}

function leaveFullScreen(): void {
  if (document.fullscreenElement) void document.exitFullscreen();
}

/** The picture with all of its pixels: the original, where browsers show it, or the web version. */
function Sharpest(props: { image: Image; name: string }) {
  const { cloud } = useStore();
  const { image, name } = props;
  const say = words();
  const { processedBucket, uploadsBucket } = cloud.deployment;
  const key = sharpestOf(image);
  const bucket = key === image.image ? uploadsBucket : processedBucket;
  const reading = useReading(() => cloud.address(bucket, key), [key]);
  if (reading.problem)
    return (
      <ReadingProblem
        said={say.photo.pictureNotLoaded}
        problem={reading.problem}
        retry={reading.retry}
      />
    );
  return reading.value ? (
    // Whoever opened it by the keyboard scrolls it by the keyboard.
    <img src={reading.value} alt={say.photo.picture(name)} tabIndex={0} />
  ) : (
    <p role="status">{say.photo.loading(name)}</p>
  );
}

/** The key of what has the most pixels and is shown by browsers. */
function sharpestOf(image: Image): string {
  const moving = movingOf(image);
  if (moving) return moving;
  const web = Object.entries(image.renditions).find(([name]) => /^web\b/.test(name));
  if (web) return web[1].key;
  if (image.steps["transcode"]?.reason === "web-ready") return image.image;
  const [largest] = Object.entries(image.renditions)
    .filter(([name]) => name.startsWith("thumbnail-"))
    .map(([, rendition]) => rendition)
    .sort((a, b) => b.width - a.width);
  return largest?.key ?? image.image;
}
