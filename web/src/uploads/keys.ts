/**
 * Keys of originals in the uploads bucket: `users/{identityId}/{folder}/{name}`.
 *
 * Every upload gets a new folder, so that two photos which a camera both named IMG_0001.jpg never
 * overwrite each other. Its name begins with the moment at which the upload started, which gives a
 * photo its place in the gallery, whatever order S3 finishes uploads in. Keys of other clients may
 * have no such folder; they are shown whole.
 */

const MAX_KEY_BYTES = 1024; // the limit of S3, in UTF-8
/** Folders of earlier releases have no milliseconds. */
const FOLDER = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})?-[0-9a-f]{12}\//;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** A key that no other upload has, for a file name of any content and length. */
export function uploadKey(identityId: string, fileName: string, now = new Date()): string {
  const moment = now.toISOString().replace(/[-:.Z]/g, "");
  const random = [...crypto.getRandomValues(new Uint8Array(6))]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
  const folder = `users/${identityId}/${moment}-${random}/`;
  return folder + storedName(fileName, MAX_KEY_BYTES - encoder.encode(folder).length);
}

/**
 * A file name that can be the last part of a key: characters that S3, XML or URLs cannot carry are
 * replaced by ones that look alike, and a name that is too long is cut before its extension.
 */
export function storedName(fileName: string, mostBytes: number): string {
  const name = fileName
    .toWellFormed()
    .normalize("NFC")
    .replaceAll("/", "\u2215") // a slash would make a folder; DIVISION SLASH looks the same
    .replace(/[\u0000-\u001f\u007f-\u009f\ufffe\uffff]/g, "\ufffd"); // not in XML 1.0 at all
  if (!name || name === "." || name === "..") return `_${name}`; // URLs resolve these
  if (encoder.encode(name).length <= mostBytes) return name;
  const dot = name.lastIndexOf(".");
  const extension = dot > 0 && name.length - dot <= 8 ? name.slice(dot) : "";
  const room = mostBytes - encoder.encode(`…${extension}`).length;
  return `${head(name, room)}…${extension}`;
}

/** The name to show for a key: the owner's name of the file. */
export function shownName(key: string): string {
  return ownPath(key).replace(FOLDER, "");
}

/** When the upload of a key started, in ISO 8601; undefined if the key does not say. */
export function startOf(key: string): string | undefined {
  const [, year, month, day, hour, minute, second, ms] = FOLDER.exec(ownPath(key)) ?? [];
  return ms && `${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`;
}

/** A key without its user's prefix. Addresses of the page hold it. */
export function ownPath(key: string): string {
  return key.split("/").slice(2).join("/");
}

/** The start of a text: as many whole characters as fit into `mostBytes`. */
function head(text: string, mostBytes: number): string {
  return decoder.decode(encoder.encode(text).slice(0, mostBytes), { stream: true });
}
