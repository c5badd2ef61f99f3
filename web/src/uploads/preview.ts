/** Small pictures that this browser draws itself, shown until the renditions are there. */

const EDGE = 480;
/** A video that shows nothing for so long is of a format that the browser does not know. */
const VIDEO_WITHIN_MS = 5_000;
let queue: Promise<unknown> = Promise.resolve();

/**
 * The address of a preview; undefined if the browser cannot read the file (HEIC, mostly).
 * Files are decoded one at a time: a dozen photos of a phone at once would take gigabytes.
 */
export function preview(file: Blob, contentType: string): Promise<string | undefined> {
  const make = contentType.startsWith("video/") ? drawVideo : draw;
  const next = queue.then(() => make(file));
  queue = next;
  return next;
}

async function draw(source: Blob | HTMLVideoElement): Promise<string | undefined> {
  let picture: ImageBitmap;
  try {
    picture = await createImageBitmap(source, { resizeWidth: EDGE, resizeQuality: "medium" });
  } catch {
    return undefined; // the browser does not know this format
  }
  const canvas = document.createElement("canvas");
  canvas.width = picture.width;
  canvas.height = picture.height;
  canvas.getContext("2d")?.drawImage(picture, 0, 0);
  picture.close();
  const small = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/webp", 0.8));
  return small ? URL.createObjectURL(small) : undefined;
}

/** Draw a picture of a video, a second from its beginning: the very first is often black. */
async function drawVideo(file: Blob): Promise<string | undefined> {
  const video = document.createElement("video");
  const address = URL.createObjectURL(file);
  try {
    video.muted = true;
    video.preload = "auto";
    video.src = address;
    await happens(video, "loadeddata");
    video.currentTime = Math.min(1, video.duration / 2);
    await happens(video, "seeked");
    return await draw(video);
  } catch {
    return undefined;
  } finally {
    video.removeAttribute("src");
    video.load(); // lets go of the file
    URL.revokeObjectURL(address);
  }
}

/** Resolves when something has happened to a video; throws if it cannot be read. */
function happens(video: HTMLVideoElement, what: string): Promise<void> {
  return new Promise((done, fail) => {
    video.addEventListener(what, () => done(), { once: true });
    video.addEventListener("error", () => fail(new Error("the video cannot be read")), {
      once: true,
    });
    setTimeout(() => fail(new Error("the video shows nothing")), VIDEO_WITHIN_MS);
  });
}
