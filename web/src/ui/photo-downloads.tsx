import { answerOf } from "../cloud/answers";
import type { Image, Rendition } from "../cloud/records";
import { bytes } from "../format";
import { useAttempt } from "./attempt";
import { Download } from "./icons";
import { useStore } from "./store";

/** Buttons that save what was made of a photo, behind a line. */
export function OtherDownloads(props: { image: Image; name: string }) {
  const { cloud } = useStore();
  const { image, name } = props;
  const renditions = different(image.renditions);
  if (renditions.length === 0) return null;
  return (
    <details class="card">
      <summary>Other sizes and formats</summary>
      <ul class="downloads">
        {renditions.map(([label, rendition]) => (
          <li key={label}>
            <DownloadButton
              label={renditionName(label, rendition)}
              detail={`${rendition.width} × ${rendition.height}, ${bytes(rendition.bytes)}`}
              name={fileName(name, label, rendition)}
              address={() =>
                cloud.address(
                  cloud.deployment.processedBucket,
                  rendition.key,
                  fileName(name, label, rendition),
                )
              }
            />
          </li>
        ))}
      </ul>
    </details>
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
  if (name.startsWith("watermark")) return `With the watermark, ${shown}`;
  if (/^web\b/.test(name)) return `For the web, ${shown}`;
  return `${name.charAt(0).toUpperCase()}${name.slice(1).replaceAll("-", " ")}, ${shown}`;
}

/**
 * A button that saves a file. The page fetches it, for a link to another origin would leave the page
 * when it cannot be loaded, and end all uploads.
 */
function DownloadButton(props: {
  label: string;
  detail: string;
  name: string;
  address: () => Promise<string>;
}) {
  const { busy, problem, attempt } = useAttempt();
  return (
    <button
      type="button"
      class="download"
      aria-busy={busy}
      onClick={() =>
        void attempt(async () => saveAs(await fetched(await props.address()), props.name))
      }
    >
      <Download />
      <span>
        {props.label} <span class="hint">{busy ? "is being loaded …" : props.detail}</span>
        {problem && (
          <span class="problem" role="alert">
            {" "}
            It was not saved. {problem}
          </span>
        )}
      </span>
    </button>
  );
}

/** The content of an address. */
export async function fetched(address: string): Promise<Blob> {
  return (await answerOf(address)).blob();
}

/** Browsers may read a blob some time after the click. */
const READ_WITHIN_MS = 60_000;

export function saveAs(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), READ_WITHIN_MS);
}
