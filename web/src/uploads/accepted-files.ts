/** Which files may be uploaded, checked before the first byte is sent. */

import { bytes } from "../format";

/** Types by extension, for systems that give no type: Windows has none for HEIC, for example. */
const TYPES: Record<string, string> = {
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  jpe: "image/jpeg",
  jfif: "image/jpeg",
  png: "image/png",
  apng: "image/png",
  gif: "image/gif",
  webp: "image/webp",
  avif: "image/avif",
  heic: "image/heic",
  heif: "image/heif",
  tif: "image/tiff",
  tiff: "image/tiff",
  bmp: "image/bmp",
};

const ACCEPTED = new Set([
  ...Object.values(TYPES),
  "image/jpg",
  "image/pjpeg",
  "image/heic-sequence",
  "image/heif-sequence",
]);

/** The formats as people know them. */
export const FORMATS = ["JPEG", "PNG", "WebP", "GIF", "HEIC", "AVIF", "TIFF", "BMP"];

/** The types and extensions that the file chooser offers. */
export const ACCEPT = [
  ...new Set(Object.values(TYPES)),
  ...Object.keys(TYPES).map((extension) => `.${extension}`),
].join(",");

export interface Candidate {
  name: string;
  type: string;
  size: number;
}

/** The content type to store a file with; empty if neither its type nor its name says one. */
export function contentType({ name, type }: Pick<Candidate, "name" | "type">): string {
  const known = type.toLowerCase();
  if (ACCEPTED.has(known))
    return known === "image/jpg" || known === "image/pjpeg" ? "image/jpeg" : known;
  // A type that is not accepted decides against the name: a PDF called photo.jpg is no photo.
  if (known && known !== "application/octet-stream") return "";
  const dot = name.lastIndexOf(".");
  return dot < 0 ? "" : (TYPES[name.slice(dot + 1).toLowerCase()] ?? "");
}

/**
 * Why a file of a content type cannot be uploaded, as a sentence for its owner; undefined if it can.
 * A file without a type is none that is known, by its name or by its bytes.
 */
export function refusal(
  file: Pick<Candidate, "size">,
  type: string,
  mostBytes: number,
): string | undefined {
  if (file.size === 0) return "This file is empty.";
  if (!type) {
    return `Darkroom cannot process this kind of file. It takes photos: ${FORMATS.join(", ")}.`;
  }
  if (file.size > mostBytes) {
    return `This file is ${bytes(file.size)} large. At most ${bytes(mostBytes)} can be uploaded.`;
  }
  return undefined;
}
