/** Which files may be uploaded, checked before the first byte is sent. */

import { bytes } from "../format";
import { type FileKind, nounOf, type TakenKind } from "../kinds";
import { words } from "../words/language";

/** The kinds that may be uploaded, and the largest upload of each in bytes. */
export type Limits = Readonly<Partial<Record<TakenKind, number>>>;

interface Accepted {
  /** Content types by extension, for systems that give none: Windows has none for HEIC, for example. */
  types: Record<string, string>;
  /** What systems call these, too. */
  others: Record<string, string>;
  /** Types that say too little: then the extension decides. */
  vague: string[];
}

const UNKNOWN = ["", "application/octet-stream"];
const ACCEPTED: Record<FileKind, Accepted> = {
  picture: {
    types: {
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
    },
    others: {
      "image/jpg": "image/jpeg",
      "image/pjpeg": "image/jpeg",
      "image/heic-sequence": "image/heic-sequence",
      "image/heif-sequence": "image/heif-sequence",
    },
    vague: UNKNOWN,
  },
  video: {
    types: {
      mp4: "video/mp4",
      m4v: "video/mp4",
      mov: "video/quicktime",
      "3gp": "video/3gpp",
      "3g2": "video/3gpp2",
      webm: "video/webm",
      mkv: "video/x-matroska",
      avi: "video/x-msvideo",
    },
    others: {
      "video/x-m4v": "video/mp4",
      "video/matroska": "video/x-matroska",
      "video/avi": "video/x-msvideo",
      "video/msvideo": "video/x-msvideo",
      "video/vnd.avi": "video/x-msvideo",
    },
    vague: UNKNOWN,
  },
  table: {
    types: {
      csv: "text/csv",
      tsv: "text/tab-separated-values",
      tab: "text/tab-separated-values",
      "csv.gz": "application/gzip",
      "tsv.gz": "application/gzip",
      jsonl: "application/jsonl",
      ndjson: "application/jsonl",
      "jsonl.gz": "application/gzip",
      "ndjson.gz": "application/gzip",
      xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
      xlsm: "application/vnd.ms-excel.sheet.macroenabled.12",
    },
    others: {
      "application/csv": "text/csv",
      "application/x-ndjson": "application/jsonl",
      "application/ndjson": "application/jsonl",
      "application/x-jsonlines": "application/jsonl",
    },
    // Windows with Excel takes a CSV file for one of Excel's.
    vague: [
      ...UNKNOWN,
      "text/plain",
      "application/json",
      "application/zip",
      "application/x-zip-compressed",
      "application/vnd.ms-excel",
      "application/gzip",
      "application/x-gzip",
    ],
  },
};
const KINDS = Object.keys(ACCEPTED) as FileKind[];

/** What a file is taken for until a function has seen its bytes. */
export interface Told {
  kind: TakenKind;
  contentType: string;
}

/** What a file is by its type and its name; undefined if neither says it. */
export function told({ name, type }: { name: string; type: string }): Told | undefined {
  const given = type.toLowerCase();
  const extension = extensionOf(name);
  for (const kind of KINDS) {
    const { types, others, vague } = ACCEPTED[kind];
    const isGiven = Object.values(types).includes(given) && !vague.includes(given);
    // A type that is not accepted decides against the name: a PDF called photo.jpg is no photo.
    const contentType = isGiven
      ? given
      : (others[given] ?? (vague.includes(given) ? types[extension] : undefined));
    if (contentType) return { kind, contentType };
  }
  return undefined;
}

/** What a file is taken for here: just a file where it is of no kind that is processed, but kept. */
export function takenFor(
  what: Told | undefined,
  { type }: { type: string },
  limits: Limits,
): Told | undefined {
  if (limits.other === undefined || (what && limits[what.kind] !== undefined)) return what;
  return { kind: "other", contentType: what?.contentType || type || "application/octet-stream" };
}

/** The extension of a name in small letters: `csv.gz` of what is packed. */
function extensionOf(name: string): string {
  return /\.((?:[^.]+\.)?gz|[^.]+)$/i.exec(name)?.[1]?.toLowerCase() ?? "";
}

/** The types and extensions that the file chooser offers; undefined if it offers all files. */
export function acceptOf(limits: Limits): string | undefined {
  if (limits.other !== undefined) return undefined;
  const types = processedIn(limits).flatMap((kind) => Object.entries(ACCEPTED[kind].types));
  return [
    ...new Set(types.map(([, type]) => type)),
    // Choosers know no extension of two parts.
    ...new Set(types.map(([extension]) => `.${extension.split(".").at(-1)}`)),
  ].join(",");
}

/** What may be uploaded, in a sentence or two. */
export function offer(limits: Limits): string {
  const say = words().uploads;
  const offers = processedIn(limits).map((kind) =>
    say.offer(kind, nounOf([kind]), bytes(limits[kind] ?? 0)),
  );
  if (limits.other !== undefined) offers.push(say.offerOther(bytes(limits.other)));
  return offers.join(" ");
}

/** Why a file cannot be uploaded, as a sentence for its owner; undefined if it can. */
export function refusal(
  { size }: { size: number },
  what: Told | undefined,
  limits: Limits,
): string | undefined {
  const say = words().uploads;
  if (size === 0) return say.empty;
  const most = what && limits[what.kind];
  if (most === undefined) {
    const taken = processedIn(limits).map((kind) => [kind, nounOf([kind])] as const);
    return `${what ? say.noSuchKind(nounOf([what.kind])) : say.unknownKind} ${say.takes(taken)}`;
  }
  return size > most ? say.tooLarge(bytes(size), bytes(most)) : undefined;
}

/** The kinds that may be uploaded. */
export function kindsIn(limits: Limits): TakenKind[] {
  return limits.other === undefined ? processedIn(limits) : [...processedIn(limits), "other"];
}

function processedIn(limits: Limits): FileKind[] {
  return KINDS.filter((kind) => limits[kind] !== undefined);
}
