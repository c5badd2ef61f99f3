import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";

import { entryOf } from "../cloud/photo-index";
import type { Image } from "../cloud/records";
import { bytes, moment } from "../format";
import { kindOf, nounOf } from "../kinds";
import { takenOn } from "../store/days";
import { words } from "../words/language";
import { Card } from "./card";
import { Pin } from "./icons";
import { ReadingProblem, useReading } from "./reading";
import { useStore } from "./store";
import { videoFacts } from "./video-words";

/** What the file says about itself, in the order in which people look for it. */
export function Facts(props: { image: Image }) {
  const { image } = props;
  const say = words().photo;
  const metadata = image.metadata ?? {};
  const taken = takenOn(entryOf(image));
  const facts: Fact[] = [
    [say.taken, taken && moment(taken)],
    [say.camera, text(metadata["camera"])],
    [say.lens, text(metadata["lens"])],
    [
      say.exposure,
      [
        metadata["exposure"] &&
          `${metadata["exposure"]}${/s$/.test(String(metadata["exposure"])) ? "" : " s"}`,
        metadata["f_number"] && `ƒ/${metadata["f_number"]}`,
        metadata["iso"] && `ISO ${metadata["iso"]}`,
        metadata["focal_length_mm"] && `${metadata["focal_length_mm"]} mm`,
      ]
        .filter(Boolean)
        .join(" · ") || undefined,
    ],
    ...(kindOf(image) === "video" ? videoFacts(image) : []),
    [say.name, text(metadata["title"])],
    [say.size, image.width && image.height ? say.pixels(image.width, image.height) : undefined],
    image.format
      ? [say.format, `${image.format.toUpperCase()}, ${bytes(image.bytes)}`]
      : [say.fileSize, bytes(image.bytes)],
    [say.frames, Number(metadata["frames"]) > 1 ? String(metadata["frames"]) : undefined],
    [say.colours, text(metadata["colour_profile"])],
    [say.uploaded, moment(image.uploaded_at)],
  ];
  const latitude = Number(metadata["latitude"]);
  const longitude = Number(metadata["longitude"]);
  const placed =
    metadata["has_gps"] === true && Number.isFinite(latitude) && Number.isFinite(longitude);
  const name = placeName(image);
  return (
    <Card title={say.metadata}>
      <FactList facts={facts}>
        {placed && (
          <div>
            <dt>{say.place}</dt>
            <dd>
              {name && (
                <>
                  <bdi>{name}</bdi>
                  <br />
                </>
              )}
              <a
                class="place"
                href={`https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=14/${latitude}/${longitude}`}
                target="_blank"
                rel="noopener noreferrer"
              >
                <Pin /> {latitude.toFixed(4)}, {longitude.toFixed(4)}
                <span class="visually-hidden"> {say.onMap}</span>
              </a>
            </dd>
          </div>
        )}
      </FactList>
      {placed && (
        <Place
          latitude={latitude}
          longitude={longitude}
          name={say.map(
            nounOf([kindOf(image)]),
            name ?? `${latitude.toFixed(4)}, ${longitude.toFixed(4)}`,
          )}
        />
      )}
    </Card>
  );
}

const loadMap = () => import("./place-map");

/** The place on a map, once that is loaded. Nothing is said if it cannot be: the place has been named. */
function Place(props: { latitude: number; longitude: number; name: string }) {
  const { value, problem } = useReading(loadMap, []);
  if (problem) return null;
  return <div class="place-map">{value && <value.PlaceMap {...props} />}</div>;
}

/** What the place is called where a photo was taken: town, region and country, each once. */
export function placeName(image: Image): string | undefined {
  const place = image.metadata?.["place"];
  if (typeof place !== "object") return undefined;
  const names = [place.town, place.region, place.country].filter(Boolean);
  return [...new Set(names)].join(", ") || undefined;
}

export type Fact = [name: string, value: string | undefined];

/** Facts with their names, those that are known; `children` come after them. */
export function FactList(props: { facts: Fact[]; children?: ComponentChildren }) {
  return (
    <dl class="facts">
      {props.facts.map(
        ([name, value]) =>
          value && (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <bdi>{value}</bdi>
              </dd>
            </div>
          ),
      )}
      {props.children}
    </dl>
  );
}

function text(value: unknown): string | undefined {
  return value === undefined || value === "" ? undefined : String(value);
}

/** The whole metadata document, which is loaded when it is opened. */
export function MetadataDocument(props: { image: Image }) {
  const { cloud } = useStore();
  const say = words();
  const [open, setOpen] = useState(false);
  const key = metadataDocumentKey(props.image);
  const reading = useReading(open && key ? () => cloud.details(key) : undefined, [open, key]);
  if (!key) return null;
  return (
    <details class="card" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{say.photo.allMetadata}</summary>
      {reading.problem ? (
        <ReadingProblem
          said={say.photo.metadataNotLoaded}
          problem={reading.problem}
          retry={reading.retry}
        />
      ) : (
        <pre tabIndex={0}>
          {reading.value === undefined
            ? say.common.loading
            : JSON.stringify(reading.value, null, 2)}
        </pre>
      )}
    </details>
  );
}

/**
 * The key of an image's metadata document; undefined if there is none. Images that were processed
 * before their items held it have it in the folder of their renditions.
 */
export function metadataDocumentKey(image: Image): string | undefined {
  if (image.details) return image.details.key;
  const rendition = Object.values(image.renditions)[0];
  if (image.steps["metadata"]?.state !== "done" || !rendition) return undefined;
  return `${rendition.key.slice(0, rendition.key.lastIndexOf("/"))}/details.json`;
}
