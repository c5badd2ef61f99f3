import { computed } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";

import type { Image } from "../cloud/records";
import { day } from "../format";
import { kindOf, nounOf } from "../kinds";
import { endInWords } from "../told";
import { shownName } from "../uploads/keys";
import { words } from "../words/language";
import { Card } from "./card";
import { FileView } from "./file-view";
import { Back, Newer, Older, Warning } from "./icons";
import { listName, waysInWords } from "./list-words";
import { useNeighbours, type Ways } from "./neighbours";
import { PhotoActions } from "./photo-actions";
import { PhotoAlbums } from "./photo-albums";
import { OtherDownloads } from "./photo-downloads";
import { PhotoFinds } from "./photo-finds";
import { Facts, MetadataDocument } from "./photo-metadata";
import { PhotoPicture } from "./photo-picture";
import { ReadingProblem, useReading } from "./reading";
import { RetryButton } from "./retry-button";
import { listAddress } from "./routes";
import { StepList, stepsOf, summaryOf } from "./steps";
import { useStore } from "./store";
import { TableView } from "./table-view";
import { VideoDownloads, VideoPicture } from "./video-view";

/**
 * One photo: the picture, what is known of it, and what can be done with it. `list` is the one in which
 * it was opened.
 */
export function PhotoView(props: { photo: string; list?: string }) {
  const { gallery } = useStore();
  const { photo, list } = props;
  const say = words();
  // Of this very photo: useComputed would keep the last one's until some image changes.
  const image = useMemo(() => computed(() => gallery.images.value.get(photo)), [photo]).value;
  const heading = useRef<HTMLHeadingElement>(null);
  const ways = useRef<HTMLDivElement>(null);
  const go = useNeighbours(photo, image, list);
  const name = shownName(photo);
  const all = gallery.noun.value;
  const from = listName(list, all);
  const sides = waysInWords(list, all);
  const binUntil = gallery.known.value.get(photo)?.binUntil;
  const told = image?.steps["metadata"] ?? image?.steps["probe"];
  const hasMetadata = image?.metadata !== undefined || told?.state !== "done";
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
    document.title = words().common.title(name);
  }, [photo]);

  useEffect(() => {
    // The button that took it out of the bin has gone with its focus.
    if (document.activeElement === document.body) heading.current?.focus({ preventScroll: true });
  }, [binUntil]);

  return (
    <article class="photo">
      <div class="photo-bar">
        <a class="button photo-back" href={listAddress(list)} aria-label={from}>
          <Back /> <span class="photo-bar-label">{from}</span>
        </a>
        <div class="photo-ways" ref={ways}>
          <Way label={sides.newer} onGo={go.newer}>
            <Newer />
          </Way>
          <Way label={sides.older} onGo={go.older}>
            <Older />
          </Way>
        </div>
        {image && <PhotoActions key={photo} image={image} name={name} list={list} />}
      </div>
      <h1 ref={heading} tabIndex={-1}>
        <bdi>{name}</bdi>
      </h1>
      {binUntil && <p class="notice">{say.photo.binned(day(new Date(binUntil)))}</p>}
      {image ? (
        <Photo key={photo} image={image} name={name} go={go} />
      ) : reading.problem ? (
        <ReadingProblem
          said={say.photo.notLoaded(all)}
          problem={reading.problem}
          retry={reading.retry}
        />
      ) : (
        <p role="status">
          {reading.value?.photo === photo && !reading.value.found
            ? say.photo.none(all)
            : say.common.loading}
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
  const failed = image.status !== "processing" && image.status !== "processed";
  const failure = failed && (
    <p class="banner" role="alert">
      <Warning />{" "}
      {endInWords(image.status, nounOf([kindOf(image)]), image) ?? words().common.notProcessed}
      <RetryButton image={image} />
    </p>
  );
  const steps = <Steps image={image} />;
  if (kindOf(image) === "table")
    return <TableView image={image} name={name} failure={failure} steps={steps} />;
  const isVideo = kindOf(image) === "video";
  const isKept = kindOf(image) === "other";
  return (
    <div class="photo-columns">
      <div>
        {failure ||
          (isVideo && <VideoPicture image={image} name={name} />) ||
          (isKept && <FileView />) || <PhotoPicture image={image} name={name} go={props.go} />}
      </div>
      <div class="photo-side">
        {image.status !== "processed" && steps}
        <PhotoFinds image={image} />
        <PhotoAlbums image={image} />
        <Facts image={image} />
        {isVideo ? (
          <VideoDownloads image={image} name={name} />
        ) : (
          <OtherDownloads image={image} name={name} />
        )}
        {image.status === "processed" && steps}
        <MetadataDocument image={image} />
      </div>
    </div>
  );
}

/** The steps while they run, or where one did not succeed; otherwise a line, with them behind it. */
function Steps(props: { image: Image }) {
  const steps = stepsOf(props.image);
  if (steps.length === 0) return null;
  if (props.image.status !== "processed") {
    return (
      <Card title={words().photo.steps}>
        <StepList steps={steps} />
      </Card>
    );
  }
  return (
    <details class="card">
      <summary>{summaryOf(steps)}</summary>
      <StepList steps={steps} />
    </details>
  );
}
