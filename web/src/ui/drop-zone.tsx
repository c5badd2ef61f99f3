import { useEffect, useRef, useState } from "preact/hooks";

import { bytes } from "../format";
import { ACCEPT, FORMATS } from "../uploads/accepted-files";
import { Add, Camera } from "./icons";
import { useStore } from "./store";

/** Adds photos: chosen, taken with a camera, pasted, or dropped anywhere on the page. */
export function DropZone() {
  const { cloud, uploads } = useStore();
  const chooser = useRef<HTMLInputElement>(null);
  const camera = useRef<HTMLInputElement>(null);
  const [dragging, setDragging] = useState(false);

  useEffect(() => {
    let depth = 0; // each child that the files are dragged over is entered and left
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
    const enter = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      depth += 1;
      setDragging(true);
    };
    const leave = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      depth -= 1;
      if (depth <= 0) setDragging(false);
    };
    const allow = (event: DragEvent) => {
      if (hasFiles(event)) event.preventDefault();
    };
    const drop = (event: DragEvent) => {
      depth = 0;
      setDragging(false);
      if (!hasFiles(event)) return;
      event.preventDefault();
      uploads.add(event.dataTransfer?.files ?? []);
    };
    const paste = (event: ClipboardEvent) => uploads.add(event.clipboardData?.files ?? []);
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
  }, [uploads]);

  const take = (input: HTMLInputElement) => {
    uploads.add([...(input.files ?? [])]);
    input.value = ""; // the same photo can be chosen again
  };

  return (
    <section class={dragging ? "drop-zone dragging" : "drop-zone"} aria-label="Upload photos">
      <div class="drop-zone-buttons">
        <button type="button" class="button primary" onClick={() => chooser.current?.click()}>
          <Add /> Choose photos
        </button>
        <button type="button" class="button camera-button" onClick={() => camera.current?.click()}>
          <Camera /> Take a photo
        </button>
      </div>
      <p class="hint">
        <span class="drop-hint">Or drop them anywhere on this page. </span>
        {FORMATS.join(", ")}; up to {bytes(cloud.deployment.maxUploadBytes)} each.
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
