import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";

import { entryOf } from "../cloud/photo-index";
import type { Image } from "../cloud/records";
import { bytes, moment } from "../format";
import { kindOf } from "../kinds";
import { takenOn } from "../store/days";
import { Card } from "./card";
import { Pin } from "./icons";
import { ReadingProblem, useReading } from "./reading";
import { useStore } from "./store";
import { videoFacts } from "./video-words";

/** What the file says about itself, in the order in which people look for it. */
export function Facts(props: { image: Image }) {
  const { image } = props;
  const metadata = image.metadata ?? {};
  const taken = takenOn(entryOf(image));
  const facts: Fact[] = [
    ["Taken", taken && moment(taken)],
    ["Camera", text(metadata["camera"])],
    ["Lens", text(metadata["lens"])],
    [
      "Exposure",
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
    ["Title", text(metadata["title"])],
    ["Size", image.width && image.height ? `${image.width} × ${image.height} pixels` : undefined],
    image.format
      ? ["Format", `${image.format.toUpperCase()}, ${bytes(image.bytes)}`]
      : ["File size", bytes(image.bytes)],
    ["Frames", Number(metadata["frames"]) > 1 ? String(metadata["frames"]) : undefined],
    ["Colours", text(metadata["colour_profile"])],
    ["Uploaded", moment(image.uploaded_at)],
  ];
  const latitude = Number(metadata["latitude"]);
  const longitude = Number(metadata["longitude"]);
  const placed =
    metadata["has_gps"] === true && Number.isFinite(latitude) && Number.isFinite(longitude);
  return (
    <Card title="Metadata">
      <FactList facts={facts}>
        {placed && (
          <div>
            <dt>Place</dt>
            <dd>
              <a
                class="place"
                href={`https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=14/${latitude}/${longitude}`}
                target="_blank"
                rel="noopener noreferrer"
              >
                <Pin /> {latitude.toFixed(4)}, {longitude.toFixed(4)}
                <span class="visually-hidden"> on OpenStreetMap, in a new tab</span>
              </a>
            </dd>
          </div>
        )}
      </FactList>
    </Card>
  );
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
  const [open, setOpen] = useState(false);
  const key = metadataDocumentKey(props.image);
  const reading = useReading(open && key ? () => cloud.details(key) : undefined, [open, key]);
  if (!key) return null;
  return (
    <details class="card" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>All metadata of the file</summary>
      {reading.problem ? (
        <ReadingProblem what="They" problem={reading.problem} retry={reading.retry} />
      ) : (
        <pre tabIndex={0}>
          {reading.value === undefined ? "Loading …" : JSON.stringify(reading.value, null, 2)}
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
