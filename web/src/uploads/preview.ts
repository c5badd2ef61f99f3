/** Small pictures that this browser draws itself, shown until the renditions are there. */

const EDGE = 480;
let queue: Promise<unknown> = Promise.resolve();

/**
 * The address of a preview; undefined if the browser cannot read the file (HEIC, mostly).
 * Files are decoded one at a time: a dozen photos of a phone at once would take gigabytes.
 */
export function preview(file: Blob): Promise<string | undefined> {
  const next = queue.then(() => draw(file));
  queue = next;
  return next;
}

async function draw(file: Blob): Promise<string | undefined> {
  let picture: ImageBitmap;
  try {
    picture = await createImageBitmap(file, { resizeWidth: EDGE, resizeQuality: "medium" });
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
