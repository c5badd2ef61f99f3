/** Ways to add files: chosen, alone or as a folder, taken with a camera, pasted, or dropped anywhere. */

import type { InputHTMLAttributes } from "preact";
import { useEffect, useLayoutEffect, useState } from "preact/hooks";

import type { Noun } from "../kinds";
import { acceptOf, offer } from "../uploads/accepted-files";
import { chosenFiles, droppedFiles } from "../uploads/folders";
import { words } from "../words/language";
import { Add, Camera, Folder } from "./icons";
import { useStore } from "./store";
import { nounFor, whatItIs } from "./what-it-is";

const open = (chooser: string) => () => document.getElementById(chooser)?.click();
const chooseFiles = open("chooser");
const chooseFolder = open("folder-chooser");
const takePhoto = open("camera");

/** What all ways to add files need: it is there once, beside the buttons. */
export function Adding() {
  const { cloud, uploads } = useStore();
  const accept = acceptOf(cloud.deployment.limits);
  const noun = useNoun();
  const say = words();

  useLayoutEffect(() => {
    const paste = (event: ClipboardEvent) =>
      uploads.add(chosenFiles(event.clipboardData?.files ?? []));
    addEventListener("paste", paste);
    return () => removeEventListener("paste", paste);
  }, [uploads]);

  return (
    <>
      <Chooser id="chooser" aria-label={say.gallery.toUpload(noun)} multiple accept={accept} />
      <Chooser
        id="folder-chooser"
        aria-label={say.gallery.folderToUpload}
        {...{ webkitdirectory: true }} // the types do not know it
      />
      <Chooser
        id="camera"
        aria-label={say.gallery.photoToTake}
        accept="image/*"
        capture="environment"
      />
      <DropTarget />
    </>
  );
}

function Chooser(props: InputHTMLAttributes) {
  const { uploads } = useStore();
  return (
    <input
      type="file"
      class="visually-hidden"
      tabIndex={-1}
      {...props}
      onChange={(event) => {
        uploads.add(chosenFiles(event.currentTarget.files ?? []));
        event.currentTarget.value = ""; // the same file can be chosen again
      }}
    />
  );
}

/** The whole page takes files that are dropped on it, and says so while they are over it. */
function DropTarget() {
  const { uploads } = useStore();
  const noun = useNoun();
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
    addEventListener("dragenter", enter);
    addEventListener("dragleave", leave);
    addEventListener("dragover", allow);
    addEventListener("drop", drop);
    return () => {
      removeEventListener("dragenter", enter);
      removeEventListener("dragleave", leave);
      removeEventListener("dragover", allow);
      removeEventListener("drop", drop);
    };
  }, [uploads]);

  if (!dragging) return null;
  return (
    <div class="drop-target" role="status">
      <p>{words().gallery.drop(noun)}</p>
    </div>
  );
}

/** What that is called which may be uploaded, one of it. */
export function useNoun(): Noun {
  return nounFor(useStore().cloud.deployment.limits);
}

/** The buttons in the bar. */
export function AddButtons() {
  const say = words();
  const label = say.gallery.add(useNoun());
  return (
    <div class="add-buttons">
      <button type="button" class="button primary" aria-label={label} onClick={chooseFiles}>
        <Add /> <span class="add-label">{label}</span>
      </button>
      <button
        type="button"
        class="icon-button folder-button"
        aria-label={say.gallery.addFolder}
        title={say.gallery.addFolder}
        onClick={chooseFolder}
      >
        <Folder />
      </button>
    </div>
  );
}

/** The page of somebody who has no files yet: what this is, and how to begin. */
export function Welcome() {
  const { cloud } = useStore();
  const noun = useNoun();
  const say = words();
  return (
    <section class="welcome" aria-label={say.gallery.upload(noun)}>
      <p class="welcome-title">{say.gallery.noneYet(noun)}</p>
      <p>{whatItIs(cloud.deployment.limits)}</p>
      <div class="welcome-buttons">
        <button type="button" class="button primary" onClick={chooseFiles}>
          <Add /> {say.gallery.choose(noun)}
        </button>
        <button type="button" class="button folder-button" onClick={chooseFolder}>
          <Folder /> {say.gallery.chooseFolder}
        </button>
        <button type="button" class="button camera-button" onClick={takePhoto}>
          <Camera /> {say.gallery.takePhoto}
        </button>
      </div>
      <p class="hint">
        <span class="drop-hint">{say.gallery.orDrop} </span>
        {offer(cloud.deployment.limits)}
      </p>
    </section>
  );
}
