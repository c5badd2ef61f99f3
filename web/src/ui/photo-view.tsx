import { useComputed } from "@preact/signals";
import { useEffect, useRef, useState } from "preact/hooks";

import type { Image } from "../cloud/records";
import { shownName } from "../uploads/keys";
import { Card } from "./card";
import { Back, Trash, Warning } from "./icons";
import { Downloads } from "./photo-downloads";
import { Facts, MetadataDocument } from "./photo-metadata";
import { Picture } from "./picture";
import { addressOf } from "./routes";
import { StepList, stepsOf } from "./steps";
import { useStore } from "./store";

/** One photo: the picture, what is known of it, and what can be done with it. */
export function PhotoView(props: { photo: string }) {
  const { gallery } = useStore();
  const { photo } = props;
  const image = useComputed(() => gallery.images.value.get(photo)).value;
  const [missing, setMissing] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  const name = shownName(photo);
  const hasMetadata = image?.metadata !== undefined || image?.steps["metadata"]?.state !== "done";

  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    scrollTo({ top: 0 });
    const title = document.title;
    document.title = `${name} · Darkroom`;
    return () => {
      document.title = title;
    };
  }, []);

  useEffect(() => {
    if (image && hasMetadata) return;
    void gallery.load(photo).then((found) => setMissing(!found));
  }, [image === undefined, hasMetadata]);

  useEffect(() => {
    const keys = gallery.keys.value.filter((key) => gallery.images.value.has(key));
    const at = keys.indexOf(photo);
    const press = (event: KeyboardEvent) => {
      if (event.altKey || event.ctrlKey || event.metaKey || document.querySelector("dialog[open]"))
        return;
      if (event.target instanceof HTMLElement && event.target.closest("input, .panel")) return;
      const next = { ArrowLeft: keys[at - 1], ArrowRight: keys[at + 1] }[event.key];
      if (event.key === "Escape") location.hash = "";
      else if (next) location.replace(addressOf(next));
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [photo]);

  return (
    <article class="photo">
      <p>
        <a class="button" href="#">
          <Back /> All photos
        </a>
      </p>
      <h1 ref={heading} tabIndex={-1}>
        <bdi>{name}</bdi>
      </h1>
      {image ? (
        <Photo image={image} name={name} />
      ) : (
        <p role="status">
          {missing ? "There is no such photo. It may have been deleted." : "Loading …"}
        </p>
      )}
    </article>
  );
}

function Photo(props: { image: Image; name: string }) {
  const { uploads } = useStore();
  const { image, name } = props;
  const steps = stepsOf(image);
  const failed = image.status !== "processing" && image.status !== "processed";
  // The sides as they were known at first: the page does not move when they change.
  const [[width, height]] = useState<[number, number]>([image.width ?? 3, image.height ?? 2]);
  return (
    <div class="photo-columns">
      <div>
        {failed ? (
          <p class="banner" role="alert">
            <Warning /> {image.message ?? "This file could not be processed."}
          </p>
        ) : (
          <div
            class="photo-picture"
            style={{
              aspectRatio: `${width} / ${height}`,
              // No taller than the window, whatever the shape of the picture.
              maxWidth: `calc(82vh * ${width / height})`,
              backgroundColor: image.dominant_colour,
            }}
          >
            <Picture
              image={image}
              preview={uploads.previewOf(image.image)}
              side={Math.min(innerWidth, innerHeight) * 0.8}
              alt={`The photo ${name}`}
              eager
              urgent
            />
          </div>
        )}
      </div>
      <div class="photo-side">
        {steps.length > 0 && (
          <Card title="Steps">
            <StepList steps={steps} />
          </Card>
        )}
        <Facts image={image} />
        <Card title="Downloads">
          <Downloads image={image} name={name} />
        </Card>
        <MetadataDocument image={image} />
        <DeleteButton image={image} name={name} />
      </div>
    </div>
  );
}

/** A button that deletes a photo after a question. */
function DeleteButton(props: { image: Image; name: string }) {
  const store = useStore();
  const { image, name } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  async function deletePhoto(): Promise<void> {
    setBusy(true);
    try {
      await store.deletePhoto(image.image);
      dialog.current?.close();
      location.hash = "";
    } catch (error) {
      setProblem(`That did not work: ${error instanceof Error ? error.message : error}`);
      setBusy(false);
    }
  }
  return (
    <>
      <button type="button" class="button danger" onClick={() => dialog.current?.showModal()}>
        <Trash /> Delete this photo
      </button>
      <dialog ref={dialog} aria-labelledby="delete-title">
        <h2 id="delete-title">Delete this photo?</h2>
        <p>
          <bdi>{name}</bdi> and everything that was made from it will be gone for good.
        </p>
        {problem && (
          <p class="problem" role="alert">
            {problem}
          </p>
        )}
        <div class="dialog-buttons">
          <button type="button" class="button" onClick={() => dialog.current?.close()}>
            Keep it
          </button>
          <button
            type="button"
            class="button danger filled"
            disabled={busy}
            onClick={() => void deletePhoto()}
          >
            Delete
          </button>
        </div>
      </dialog>
    </>
  );
}
