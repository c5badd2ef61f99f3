import { useState } from "preact/hooks";

import type { Image, Rendition } from "../cloud/records";
import { bytes } from "../format";
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
          address={() => cloud.original(image.image)}
        />
      </li>
      {renditions.map(([label, rendition]) => (
        <li key={label}>
          <DownloadButton
            label={renditionName(label, rendition)}
            detail={`${rendition.width} × ${rendition.height}, ${bytes(rendition.bytes)}`}
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

/** A button that saves a file. Its address is signed when the button is clicked. */
function DownloadButton(props: { label: string; detail: string; address: () => Promise<string> }) {
  const [problem, setProblem] = useState(false);
  return (
    <button
      type="button"
      class="download"
      onClick={async () => {
        try {
          setProblem(false);
          const link = document.createElement("a");
          link.href = await props.address();
          link.download = "";
          link.click();
        } catch {
          setProblem(true);
        }
      }}
    >
      <Download />
      <span>
        {props.label} <span class="hint">{props.detail}</span>
        {problem && <span role="alert"> could not be loaded</span>}
      </span>
    </button>
  );
}
