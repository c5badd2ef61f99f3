import { useEffect, useRef, useState } from "preact/hooks";

import { ACCEPT } from "../files";
import type { Studio } from "../studio";
import { bytes } from "../words";
import { Add, Camera } from "./icons";

/** Where photos come in: dropped anywhere, pasted, chosen, or taken with a phone's camera. */
export function Intake(props: { studio: Studio }) {
  const { studio } = props;
  const chooser = useRef<HTMLInputElement>(null);
  const camera = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);

  useEffect(() => {
    let depth = 0; // dragging over children enters and leaves them one by one
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
    const enter = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      depth += 1;
      setOver(true);
    };
    const leave = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      depth -= 1;
      if (depth <= 0) setOver(false);
    };
    const allow = (event: DragEvent) => {
      if (hasFiles(event)) event.preventDefault();
    };
    const drop = (event: DragEvent) => {
      depth = 0;
      setOver(false);
      if (!hasFiles(event)) return;
      event.preventDefault();
      studio.uploads.add(event.dataTransfer?.files ?? []);
    };
    const paste = (event: ClipboardEvent) => studio.uploads.add(event.clipboardData?.files ?? []);
    addEventListener("dragenter", enter);
    addEventListener("dragleave", leave);
    addEventListener("dragover", allow);
    addEventListener("drop", drop);
    addEventListener("paste", paste);
    return () => {
      removeEventListener("dragenter", enter);
      removeEventListener("dragleave", leave);
      removeEventListener("dragover", allow);
      removeEventListener("drop", drop);
      removeEventListener("paste", paste);
    };
  }, [studio]);

  const take = (input: HTMLInputElement) => {
    studio.uploads.add([...(input.files ?? [])]);
    input.value = ""; // the same photo can be chosen again
  };

  return (
    <section class={over ? "intake over" : "intake"} aria-label="Upload photos">
      <div class="intake-buttons">
        <button type="button" class="button primary" onClick={() => chooser.current?.click()}>
          <Add /> Choose photos
        </button>
        <button type="button" class="button camera" onClick={() => camera.current?.click()}>
          <Camera /> Take a photo
        </button>
      </div>
      <p class="hint">
        <span class="drop-hint">Or drop them anywhere on this page. </span>
        JPEG, HEIC, PNG, WebP, AVIF, GIF, TIFF; up to{" "}
        {bytes(studio.cloud.deployment.maxUploadBytes)} each.
      </p>
      <input
        ref={chooser}
        type="file"
        id="chooser"
        multiple
        accept={ACCEPT}
        class="visually-hidden"
        tabIndex={-1}
        aria-label="Photos to upload"
        onChange={(event) => take(event.currentTarget)}
      />
      <input
        ref={camera}
        type="file"
        accept="image/*"
        capture="environment"
        class="visually-hidden"
        tabIndex={-1}
        aria-label="A photo to take"
        onChange={(event) => take(event.currentTarget)}
      />
    </section>
  );
}
