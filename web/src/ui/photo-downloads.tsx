import { answerOf } from "../cloud/requests";
import type { Image, Rendition } from "../cloud/records";
import { bytes, capital } from "../format";
import { words } from "../words/language";
import { useAttempt } from "./attempt";
import { Download } from "./icons";
import { useStore } from "./store";

/** Buttons that save what was made of a photo, behind a line. */
export function OtherDownloads(props: { image: Image; name: string }) {
  const { image, name } = props;
  const renditions = different(image.renditions);
  if (renditions.length === 0) return null;
  return (
    <details class="card">
      <summary>{words().photo.otherSizes}</summary>
      <DownloadList
        files={renditions.map(([label, rendition]) => ({
          label: renditionName(label, rendition),
          detail: `${rendition.width} × ${rendition.height}, ${bytes(rendition.bytes)}`,
          name: fileName(name, label, rendition),
          key: rendition.key,
          bytes: rendition.bytes,
        }))}
      />
    </details>
  );
}

/** A file in the processed bucket that can be saved. */
export interface Offered {
  label: string;
  /** What comes behind the label. */
  detail: string;
  /** The name to save it under. */
  name: string;
  key: string;
  bytes?: number;
}

/** Buttons that save these files. */
export function DownloadList(props: { files: Offered[] }) {
  return (
    <ul class="downloads">
      {props.files.map((file) => (
        <li key={file.name}>
          <DownloadButton file={file} />
        </li>
      ))}
    </ul>
  );
}

/**
 * The renditions that differ, largest first. A small picture is never enlarged: its thumbnails, which
 * are named after the longest edge that they may have, are then all of one size.
 */
export function different(renditions: Image["renditions"]): [string, Rendition][] {
  const found = new Map<string, [string, Rendition]>();
  for (const [name, rendition] of Object.entries(renditions)) {
    const { width, height, format } = rendition;
    const kind = name.startsWith("thumbnail-") ? `${width}x${height} ${format}` : name;
    const known = found.get(kind);
    if (!known || edgeOf(name) < edgeOf(known[0])) found.set(kind, [name, rendition]);
  }
  return [...found.values()].sort(
    ([a, one], [b, other]) => other.width - one.width || (a < b ? -1 : 1),
  );
}

/** The longest edge that a thumbnail's name says. */
function edgeOf(name: string): number {
  return Number(name.split("-")[1]);
}

/** The name to save a rendition under: `tower-thumbnail-240.webp`. */
export function fileName(original: string, name: string, rendition: Rendition): string {
  const stem = original.replace(/\.[^.]*$/, "");
  const extension = rendition.key.slice(rendition.key.lastIndexOf("."));
  return `${stem}-${name.replace(/-(jpeg|webp|avif|png)$/, "")}${extension}`;
}

/** A rendition's name as a label: `thumbnail-240-webp` is `240 px, WebP`. */
function renditionName(name: string, { format, width, height }: Rendition): string {
  const shown = { jpeg: "JPEG", webp: "WebP", avif: "AVIF", png: "PNG" }[format] ?? format;
  if (name.startsWith("thumbnail-")) return `${Math.max(width, height)} px, ${shown}`;
  if (name.startsWith("watermark")) return words().photo.watermarked(shown);
  if (/^web\b/.test(name)) return words().photo.forTheWeb(shown);
  return `${capital(name.replaceAll("-", " "))}, ${shown}`;
}

function DownloadButton(props: { file: Offered }) {
  const { cloud } = useStore();
  const say = words();
  const { label, detail, name, key, bytes: size } = props.file;
  const { busy, problem, attempt } = useAttempt();
  return (
    <button
      type="button"
      class="download"
      aria-busy={busy}
      onClick={() =>
        void attempt(async () =>
          save(await cloud.address(cloud.deployment.processedBucket, key, name), name, size),
        )
      }
    >
      <Download />
      <span>
        {label} <span class="hint">{busy ? say.photo.isLoaded : detail}</span>
        {problem && (
          <span class="problem" role="alert">
            {" "}
            {say.common.notSaved} {problem}
          </span>
        )}
      </span>
    </button>
  );
}

/**
 * Save the file at an address, which says itself under which name. The page fetches it, for a link to
 * another origin would leave the page when it cannot be loaded, and end all uploads. The browser saves
 * a large file by itself, as it comes: in a tab that closes again, once it is known to be there.
 */
export async function save(address: string, name: string, size = 0): Promise<void> {
  if (size <= HELD_BYTES) return saveAs(await fetched(address), name);
  await fetched(address, { headers: { Range: "bytes=0-0" } });
  follow(address, { target: "_blank", rel: "noopener" });
}

/** The content of an address. */
export async function fetched(address: string, options?: RequestInit): Promise<Blob> {
  return (await answerOf(address, options)).blob();
}

/** At most so many bytes of a file that is saved are held by the page. */
const HELD_BYTES = 50_000_000;

/** Browsers may read a blob some time after the click. */
const READ_WITHIN_MS = 60_000;

export function saveAs(file: Blob, name: string): void {
  const href = URL.createObjectURL(file);
  follow(href, { download: name });
  setTimeout(() => URL.revokeObjectURL(href), READ_WITHIN_MS);
}

function follow(href: string, attributes: Partial<HTMLAnchorElement>): void {
  Object.assign(document.createElement("a"), { href, ...attributes }).click();
}
