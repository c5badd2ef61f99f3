import { useEffect, useRef, useState } from "preact/hooks";

import { bytes } from "../format";
import { ACCEPT, FORMATS } from "../uploads/accepted-files";
import { chosenFiles, droppedFiles } from "../uploads/folders";
import { Add, Camera, Folder } from "./icons";
import { useStore } from "./store";

/** Adds photos: chosen, alone or as a folder, taken with a camera, pasted, or dropped on the page. */
export function DropZone() {
  const { cloud, uploads } = useStore();
  const chooser = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
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
      if (event.dataTransfer)
        void droppedFiles(event.dataTransfer).then((files) => uploads.add(files));
    };
    const paste = (event: ClipboardEvent) =>
      uploads.add(chosenFiles(event.clipboardData?.files ?? []));
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
    uploads.add(chosenFiles(input.files ?? []));
    input.value = ""; // the same photo can be chosen again
  };

  return (
    <section class={dragging ? "drop-zone dragging" : "drop-zone"} aria-label="Upload photos">
      <div class="drop-zone-buttons">
        <button type="button" class="button primary" onClick={() => chooser.current?.click()}>
          <Add /> Choose photos
        </button>
        <button type="button" class="button folder-button" onClick={() => folder.current?.click()}>
          <Folder /> Choose a folder
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
        ref={folder}
        type="file"
        id="folder-chooser"
        {...{ webkitdirectory: true }} // the types do not know it
        class="visually-hidden"
        tabIndex={-1}
        aria-label="A folder to upload"
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
