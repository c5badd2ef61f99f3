import type { FileKind, Noun } from "../../kinds";
import type { UploadState } from "../../uploads/upload-store";
import { counted, form } from "../forms";
import { files, many, Many } from "./nouns";

/** Formats as people know them. */
const FORMATS: Record<FileKind, string> = {
  picture: "JPEG, PNG, WebP, GIF, HEIC, AVIF, TIFF, BMP",
  video: "MP4, MOV, 3GP, WebM, MKV, AVI",
  table: "CSV, TSV and JSON lines, also packed as .gz, and Excel’s .xlsx",
};

const states: Record<UploadState, string> = {
  waiting: "Waiting",
  uploading: "Uploading",
  pausing: "Pausing",
  paused: "Paused",
  offline: "Waiting for the connection",
  failed: "Not uploaded",
  lost: "Please choose it again",
  uploaded: "Uploaded",
  refused: "Not accepted",
};

/** The list of uploads, and why a file is not uploaded. */
export const uploads = {
  uploads: "Uploads",
  all: "All uploads",
  states,
  retry: "Retry",
  pause: "Pause",
  resume: "Resume",
  dismiss: "Dismiss",
  retryAll: "Retry all",
  resumeAll: "Resume all",
  pauseAll: "Pause all",
  cancelAll: "Cancel all",
  cancelAllTitle: "Cancel all uploads?",
  goOn: "Go on",
  cancelled: (number: number, noun: Noun) =>
    `${files(number, noun)} that ${form(number, { one: "has", other: "have" })} not arrived yet will not be uploaded.`,
  retryOne: (name: string) => `Retry ${name}`,
  pauseOne: (name: string) => `Pause ${name}`,
  resumeOne: (name: string) => `Resume ${name}`,
  dismissOne: (name: string) => `Dismiss ${name}`,
  cancelOne: (name: string) => `Cancel ${name}`,
  showIt: "Show it",
  anyway: "Upload anyway",
  anywayOne: (name: string) => `Upload anyway: ${name}`,
  percentOf: (percent: number, size: string) => `${percent} % of ${size}`,

  uploaded: (number: number, noun: Noun) => `${files(number, noun)} uploaded`,
  notAccepted: (number: number) =>
    `${counted(number, { one: "file", other: "files" })} not accepted`,
  notUploaded: (number: number, noun: Noun) => `${files(number, noun)} not uploaded`,
  oneOf: (noun: Noun, sent: string, size: string) => `1 ${noun}, ${sent} of ${size}`,
  someOf: (done: number, total: number, noun: Noun) => `${done} of ${files(total, noun)}`,
  paused: (what: string) => `Paused: ${what}`,
  pausing: (what: string) => `Pausing: ${what}`,
  waiting: (what: string) => `Waiting for the connection: ${what}`,
  uploading: (what: string) => `Uploading ${what}`,
  uploadingLeft: (what: string, left: string) => `Uploading ${what}, ${left} left`,

  /** What may be uploaded of a kind, in a sentence. */
  offer: (kind: FileKind, noun: Noun, most: string) =>
    kind === "picture"
      ? `${FORMATS[kind]}; up to ${most} each.`
      : `${Many(noun)}: ${FORMATS[kind]}; up to ${most} each.`,
  offerOther: (most: string) => `Any other file is kept as it is; up to ${most} each.`,
  empty: "This file is empty.",
  noSuchKind: (noun: Noun) => `This Darkroom takes no ${many(noun)}.`,
  unknownKind: "Darkroom cannot process this kind of file.",
  takes: (kinds: readonly (readonly [FileKind, Noun])[]) =>
    `It takes ${kinds.map(([kind, noun]) => `${many(noun)}: ${FORMATS[kind]}`).join("; ")}.`,
  tooLarge: (size: string, most: string) =>
    `This file is ${size} large. At most ${most} can be uploaded.`,
  twin: (noun: Noun) => `You have this ${noun} already.`,
  twice: "This file is being uploaded already.",
  notLoaded:
    "What uploads files could not be loaded. Load the page again, and choose this file again.",
  askingWhy: "S3 refused this file. Asking why …",
  reasonUnknown: "S3 refused this file, and the reason could not be asked for.",
  mayNot: "S3 refused this file: your session may not upload.",
  refusedOrUnreachable: "S3 refused this file, or cannot be reached from here.",
  connectionLost: "The connection was lost. The upload continues when it is back.",
  expired: "The part that had arrived has expired. Please choose the file again.",
};

/** Why somebody may not upload, and what can be done. `day` is when the next period begins. */
export const quota = {
  storageFull: (limit: string, excess: string) =>
    `Your storage of ${limit} is full. You can upload again as soon as you have deleted at least ${excess}.`,
  allowanceUsed: {
    day: (limit: string, day: string) =>
      `You have used your upload allowance of ${limit} for this day. You can upload again from ${day}.`,
    month: (limit: string, day: string) =>
      `You have used your upload allowance of ${limit} for this month. You can upload again from ${day}.`,
  },
  uploadsUsed: {
    day: (limit: number, day: string) =>
      `You have used your allowance of ${uploadsOf(limit)} for this day. You can upload again from ${day}.`,
    month: (limit: number, day: string) =>
      `You have used your allowance of ${uploadsOf(limit)} for this month. You can upload again from ${day}.`,
  },
  /** `counts` is whether that is what it counts for, which is more than it is large. */
  noStorage: (size: string, counts: boolean, free: string, limit: string) =>
    `${fileIs(size, counts)}, but only ${free} of your storage of ${limit} is free. Delete what you no longer need.`,
  noAllowance: {
    day: (size: string, counts: boolean, left: string, limit: string, day: string) =>
      `${fileIs(size, counts)}, but only ${left} of this day’s upload allowance of ${limit} is left. The next day begins on ${day}.`,
    month: (size: string, counts: boolean, left: string, limit: string, day: string) =>
      `${fileIs(size, counts)}, but only ${left} of this month’s upload allowance of ${limit} is left. The next month begins on ${day}.`,
  },
};

function uploadsOf(limit: number): string {
  return counted(limit, { one: "upload", other: "uploads" });
}

function fileIs(size: string, counts: boolean): string {
  return counts ? `This file counts for ${size}` : `This file is ${size} large`;
}
