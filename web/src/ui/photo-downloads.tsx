import { useState } from "preact/hooks";

import type { Image, Rendition } from "../cloud/records";
import { bytes } from "../format";
import { causeOfStatus, Explained, SENTENCES, sentenceOf } from "../problems";
import { Download } from "./icons";
import { useStore } from "./store";

/** Buttons that save the original and each rendition. */
export function Downloads(props: { image: Image; name: string }) {
  const { cloud } = useStore();
  const { image, name } = props;
  const renditions = Object.entries(image.renditions).sort(
    ([a, one], [b, other]) => other.width - one.width || (a < b ? -1 : 1),
  );
  return (
    <ul class="downloads">
      <li>
        <DownloadButton
          label="Original"
          detail={bytes(image.bytes)}
          name={name}
          address={() => cloud.original(image.image)}
        />
      </li>
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
  );
}

/** The name to save a rendition under: `tower-thumbnail-240.webp`. */
function fileName(original: string, name: string, rendition: Rendition): string {
  const stem = original.replace(/\.[^.]*$/, "");
  const extension = rendition.key.slice(rendition.key.lastIndexOf("."));
  return `${stem}-${name.replace(/-(jpeg|webp|avif|png)$/, "")}${extension}`;
}

/** A rendition's name as a label: `thumbnail-240-webp` is `240 px, WebP`. */
function renditionName(name: string, rendition: Rendition): string {
  const format =
    { jpeg: "JPEG", webp: "WebP", avif: "AVIF", png: "PNG" }[rendition.format] ?? rendition.format;
  if (name.startsWith("thumbnail-")) return `${name.split("-")[1]} px, ${format}`;
  return `${name.charAt(0).toUpperCase()}${name.slice(1).replaceAll("-", " ")}, ${format}`;
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
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();

  async function save(): Promise<void> {
    setBusy(true);
    setProblem(undefined);
    try {
      const answer = await fetch(await props.address());
      if (!answer.ok) throw new Explained(SENTENCES[causeOfStatus(answer.status)]);
      saveAs(await answer.blob(), props.name);
    } catch (error) {
      setProblem(sentenceOf(error));
    }
    setBusy(false);
  }

  return (
    <button
      type="button"
      class="download"
      aria-busy={busy}
      onClick={() => {
        if (!busy) void save();
      }}
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

/** Browsers may read a blob some time after the click. */
const READ_WITHIN_MS = 60_000;

function saveAs(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), READ_WITHIN_MS);
}
