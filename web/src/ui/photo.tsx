import { useComputed } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

import { shownName } from "../keys";
import type { Image, Rendition } from "../records";
import type { Studio } from "../studio";
import { bytes, moment } from "../words";
import { Back, Download, Pin, Trash, Warning } from "./icons";
import { Picture } from "./picture";
import { addressOf } from "./routes";
import { StepList } from "./steps";

/** The page of one photo. */
export function Photo(props: { studio: Studio; photo: string }) {
  const { studio, photo } = props;
  const image = useComputed(() => studio.images.value.get(photo)).value;
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
    void studio.load(photo).then((found) => setMissing(!found));
  }, [image === undefined, hasMetadata]);

  useEffect(() => {
    const keys = studio.photos.value.filter((key) => studio.images.value.has(key));
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
      <p class="photo-back">
        <a class="button" href="#">
          <Back /> All photos
        </a>
      </p>
      <h1 ref={heading} tabIndex={-1}>
        <bdi>{name}</bdi>
      </h1>
      {image ? (
        <Developed studio={studio} image={image} name={name} />
      ) : (
        <p role="status">
          {missing ? "There is no such photo. It may have been deleted." : "Loading …"}
        </p>
      )}
    </article>
  );
}

function Developed(props: { studio: Studio; image: Image; name: string }) {
  const { studio, image, name } = props;
  const failed = image.status !== "processing" && image.status !== "processed";
  // As it was when the page opened: what comes to be known later does not move the page.
  const [[width, height]] = useState<[number, number]>([image.width ?? 3, image.height ?? 2]);
  return (
    <div class="photo-columns">
      <div>
        {failed ? (
          <p class="notice" role="alert">
            <Warning /> {image.message ?? "This photo could not be processed."}
          </p>
        ) : (
          <div
            class="stage"
            style={{
              aspectRatio: `${width} / ${height}`,
              // No taller than the window, whatever its shape.
              maxWidth: `calc(82vh * ${width / height})`,
              backgroundColor: image.dominant_colour,
            }}
          >
            <Picture
              studio={studio}
              image={image}
              preview={studio.uploads.previewOf(image.image)}
              side={Math.min(innerWidth, innerHeight) * 0.8}
              alt={`The photo ${name}`}
              eager
              urgent
            />
          </div>
        )}
      </div>
      <div class="photo-side">
        <Card title="Steps">
          <StepList image={image} />
        </Card>
        <Facts image={image} />
        <Card title="Downloads">
          <Downloads studio={studio} image={image} name={name} />
        </Card>
        <Details studio={studio} image={image} />
        <Delete studio={studio} image={image} name={name} />
      </div>
    </div>
  );
}

function Card(props: { title: string; children: ComponentChildren }) {
  return (
    <section class="card" aria-label={props.title}>
      <h2>{props.title}</h2>
      {props.children}
    </section>
  );
}

/** What the picture says of itself, in the order people look for it. */
function Facts(props: { image: Image }) {
  const { image } = props;
  const of = image.metadata ?? {};
  const facts: [string, string | undefined][] = [
    ["Taken", of["taken_at"] ? moment(String(of["taken_at"])) : undefined],
    ["Camera", text(of["camera"])],
    ["Lens", text(of["lens"])],
    [
      "Exposure",
      [
        of["exposure"] && `${of["exposure"]}${/s$/.test(String(of["exposure"])) ? "" : " s"}`,
        of["f_number"] && `ƒ/${of["f_number"]}`,
        of["iso"] && `ISO ${of["iso"]}`,
        of["focal_length_mm"] && `${of["focal_length_mm"]} mm`,
      ]
        .filter(Boolean)
        .join(" · ") || undefined,
    ],
    ["Title", text(of["title"])],
    ["Size", image.width && image.height ? `${image.width} × ${image.height} pixels` : undefined],
    [
      "Format",
      image.format ? `${image.format.toUpperCase()}, ${bytes(image.bytes)}` : bytes(image.bytes),
    ],
    ["Frames", Number(of["frames"]) > 1 ? String(of["frames"]) : undefined],
    ["Colours", text(of["colour_profile"])],
    ["Uploaded", moment(image.uploaded_at)],
  ];
  const latitude = Number(of["latitude"]);
  const longitude = Number(of["longitude"]);
  const placed = of["has_gps"] === true && Number.isFinite(latitude) && Number.isFinite(longitude);
  return (
    <Card title="Metadata">
      <dl class="facts">
        {facts.map(
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
      </dl>
    </Card>
  );
}

function text(value: unknown): string | undefined {
  return value === undefined || value === "" ? undefined : String(value);
}

function Downloads(props: { studio: Studio; image: Image; name: string }) {
  const { studio, image, name } = props;
  const stem = name.replace(/\.[^.]*$/, "");
  const made = Object.entries(image.renditions).sort(
    ([a, one], [b, other]) => other.width - one.width || (a < b ? -1 : 1),
  );
  return (
    <ul class="downloads">
      <li>
        <DownloadLink
          label="Original"
          detail={bytes(image.bytes)}
          address={() => studio.cloud.original(image.image)}
        />
      </li>
      {made.map(([label, rendition]) => (
        <li key={label}>
          <DownloadLink
            label={renditionName(label, rendition)}
            detail={`${rendition.width} × ${rendition.height}, ${bytes(rendition.bytes)}`}
            address={() =>
              studio.cloud.address(
                studio.cloud.deployment.processedBucket,
                rendition.key,
                `${stem}-${label.replace(/-(jpeg|webp|avif|png)$/, "")}${rendition.key.slice(rendition.key.lastIndexOf("."))}`,
              )
            }
          />
        </li>
      ))}
    </ul>
  );
}

function renditionName(name: string, rendition: Rendition): string {
  const format =
    { jpeg: "JPEG", webp: "WebP", avif: "AVIF", png: "PNG" }[rendition.format] ?? rendition.format;
  if (name.startsWith("thumbnail-")) return `${name.split("-")[1]} px, ${format}`;
  return `${name.charAt(0).toUpperCase()}${name.slice(1).replaceAll("-", " ")}, ${format}`;
}

/** A link to what only its owner may have: signed when it is clicked, not before. */
function DownloadLink(props: { label: string; detail: string; address: () => Promise<string> }) {
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

/** Everything the file says, fetched when it is asked for. */
function Details(props: { studio: Studio; image: Image }) {
  const { studio, image } = props;
  const [document, setDocument] = useState<string>();
  if (image.steps["metadata"]?.state !== "done") return null;
  const anyKey = Object.values(image.renditions)[0]?.key;
  if (!anyKey) return null;
  const key = `${anyKey.slice(0, anyKey.lastIndexOf("/"))}/details.json`;
  return (
    <details
      class="card"
      onToggle={(event) => {
        if (!event.currentTarget.open || document) return;
        void studio.cloud.details(key).then(
          (found) => setDocument(JSON.stringify(found, null, 2)),
          (error: unknown) => setDocument(error instanceof Error ? error.message : String(error)),
        );
      }}
    >
      <summary>Everything the file says</summary>
      <pre tabIndex={0}>{document ?? "Loading …"}</pre>
    </details>
  );
}

function Delete(props: { studio: Studio; image: Image; name: string }) {
  const { studio, image, name } = props;
  const dialog = useRef<HTMLDialogElement>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  async function remove(): Promise<void> {
    setBusy(true);
    try {
      await studio.remove(image.image);
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
          <bdi>{name}</bdi> and everything that was made of it will be gone for good.
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
            onClick={() => void remove()}
          >
            Delete
          </button>
        </div>
      </dialog>
    </>
  );
}
