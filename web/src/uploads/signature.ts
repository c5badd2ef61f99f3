/**
 * What a file is by its first bytes, where neither its name nor the system says it. The functions tell
 * all files so, in layers/core/darkroom/kinds.py; this knows its signatures of pictures and videos.
 */

/** The signatures lie within so many bytes. */
const HEAD_BYTES = 256;

const HEVC = new Set(["heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs"]);
const AV1 = new Set(["avif", "avis"]);
const CONTAINERS = new Set(["mif1", "mif2", "msf1", "miaf"]);
const BMP_HEADERS = new Set([12, 40, 52, 56, 64, 108, 124]);

/** The content type of a picture or video by its bytes; empty if it is none that is known. */
export async function typeOf(file: Blob): Promise<string> {
  try {
    return typeOfHead(new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer()));
  } catch {
    return ""; // the file cannot be read, or not any more
  }
}

export function typeOfHead(head: Uint8Array): string {
  const text = (from: number, to: number) => String.fromCharCode(...head.subarray(from, to));
  if (text(0, 3) === "\xff\xd8\xff") return "image/jpeg";
  if (text(0, 8) === "\x89PNG\r\n\x1a\n") return "image/png";
  if (text(0, 6) === "GIF87a" || text(0, 6) === "GIF89a") return "image/gif";
  if (text(0, 4) === "RIFF" && text(8, 12) === "WEBP") return "image/webp";
  if (["II*\0", "MM\0*", "II+\0", "MM\0+"].includes(text(0, 4)))
    return text(8, 10) === "CR" ? "" : "image/tiff"; // Canon's raw files begin like a TIFF
  if (text(0, 2) === "BM" && BMP_HEADERS.has(number(head, 14))) return "image/bmp";
  if (text(4, 8) === "ftyp") return typeOfBrands(head, text) || typeOfVideo(text(8, 12));
  if (text(0, 4) === "RIFF" && text(8, 12) === "AVI ") return "video/x-msvideo";
  if (text(0, 4) !== "\x1aE\xdf\xa3") return "";
  const [, doctype] = /\x42\x82[\x81-\x88](webm|matroska)/.exec(text(0, HEAD_BYTES)) ?? [];
  return doctype ? `video/${doctype === "webm" ? "webm" : "x-matroska"}` : "";
}

/** By the major brand of ISO/IEC 14496-12 and its kin. */
function typeOfVideo(brand: string): string {
  if (brand === "qt  ") return "video/quicktime";
  if (brand.startsWith("3g")) return "video/3gpp";
  return /^(iso[m2-9]|mp4[12]|avc1|M4V |MSNV|dash)$/.test(brand) ? "video/mp4" : "";
}

/** By the brands of ISO/IEC 23008-12 (HEIF) and of the AV1 Image File Format. */
function typeOfBrands(head: Uint8Array, text: (from: number, to: number) => string): string {
  const major = text(8, 12);
  if (AV1.has(major)) return "image/avif";
  if (HEVC.has(major)) return "image/heic";
  if (!CONTAINERS.has(major)) return "";
  const size = Math.min(new DataView(head.buffer, head.byteOffset).getUint32(0), head.length);
  for (let at = 16; at < size; at += 4) if (AV1.has(text(at, at + 4))) return "image/avif";
  return "image/heif";
}

/** Four bytes as a number, the lowest first; 0 if there are not so many. */
function number(head: Uint8Array, at: number): number {
  if (head.length < at + 4) return 0;
  return new DataView(head.buffer, head.byteOffset).getUint32(at, true);
}
