import { useComputed } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import type { Image } from "../cloud/records";
import { sentenceOf } from "../problems";
import { RETRIED } from "../store/notifications";
import { shownName } from "../uploads/keys";
import { useAttempt } from "./attempt";
import { Card } from "./card";
import { Back, Newer, Older, Trash, Warning } from "./icons";
import { useNeighbours, type Ways } from "./neighbours";
import { Downloads } from "./photo-downloads";
import { Facts, MetadataDocument } from "./photo-metadata";
import { PhotoPicture } from "./photo-picture";
import { ReadingProblem, useReading } from "./reading";
import { StepList, stepsOf } from "./steps";
import { useStore } from "./store";

/** One photo: the picture, what is known of it, and what can be done with it. */
export function PhotoView(props: { photo: string }) {
  const { gallery } = useStore();
  const { photo } = props;
  const image = useComputed(() => gallery.images.value.get(photo)).value;
  const heading = useRef<HTMLHeadingElement>(null);
  const ways = useRef<HTMLDivElement>(null);
  const go = useNeighbours(photo, image);
  const name = shownName(photo);
  const hasMetadata = image?.metadata !== undefined || image?.steps["metadata"]?.state !== "done";
  const isMissing = image === undefined;
  const load = async () => ({ photo, found: await gallery.load(photo) });
  const reading = useReading(isMissing || !hasMetadata ? load : undefined, [
    photo,
    isMissing,
    hasMetadata,
  ]);

  useEffect(() => {
    const title = document.title;
    return () => {
      document.title = title;
    };
  }, []);

  useEffect(() => {
    // Whoever goes from photo to photo by a button stays on it.
    if (!ways.current?.contains(document.activeElement))
      heading.current?.focus({ preventScroll: true });
    document.title = `${name} · Darkroom`;
  }, [photo]);

  return (
    <article class="photo">
      <div class="photo-ways" ref={ways}>
        <a class="button" href="#">
          <Back /> All photos
        </a>
        <Way label="Newer photo" onGo={go.newer}>
          <Newer />
        </Way>
        <Way label="Older photo" onGo={go.older}>
          <Older />
        </Way>
      </div>
      <h1 ref={heading} tabIndex={-1}>
        <bdi>{name}</bdi>
      </h1>
      {image ? (
        <Photo key={photo} image={image} name={name} go={go} />
      ) : reading.problem ? (
        <ReadingProblem what="This photo" problem={reading.problem} retry={reading.retry} />
      ) : (
        <p role="status">
          {reading.value?.photo === photo && !reading.value.found
            ? "There is no such photo. It may have been deleted."
            : "Loading …"}
        </p>
      )}
    </article>
  );
}

/** A button to the photo beside this one. At the ends it stays where it is, so that the focus does. */
function Way(props: { label: string; onGo?: () => void; children: ComponentChildren }) {
  return (
    <button
      type="button"
      class="button round"
      aria-label={props.label}
      title={props.label}
      aria-disabled={!props.onGo}
      onClick={() => props.onGo?.()}
    >
      {props.children}
    </button>
  );
}

function Photo(props: { image: Image; name: string; go: Ways }) {
  const { image, name } = props;
  const steps = stepsOf(image);
  const failed = image.status !== "processing" && image.status !== "processed";
  return (
    <div class="photo-columns">
      <div>
        {failed ? (
          <p class="banner" role="alert">
            <Warning /> {image.message ?? "This file could not be processed."}
            {RETRIED.includes(image.status) && <RetryButton image={image} />}
          </p>
        ) : (
          <PhotoPicture image={image} name={name} go={props.go} />
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

/** A button that asks for another attempt at a photo whose processing ended too early. */
function RetryButton(props: { image: Image }) {
  const { notifications } = useStore();
  const { image } = props;
  const { busy, problem, attempt } = useAttempt();
  const [asked, setAsked] = useState(false);
  if (asked && !problem) return <span class="retry">Another attempt is under way.</span>;
  return (
    <span class="retry">
      {problem}
      <button
        type="button"
        class="button small"
        aria-disabled={busy}
        onClick={() =>
          void attempt(async () => {
            await notifications.retry(image);
            setAsked(true);
          })
        }
      >
        Try again
      </button>
    </span>
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
      setProblem(`The photo was not deleted. ${sentenceOf(error)}`);
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
