import { expect, test } from "vitest";

import type { Image, PlaceNames, Step } from "../src/cloud/records";
import { metadataDocumentKey, placeName } from "../src/ui/photo-metadata";

const FOLDER = "users/ann/a.jpg/1";

function image(metadata: Step["state"], details?: { key: string }): Image {
  return {
    image: "users/ann/a.jpg",
    version: "1",
    status: "processed",
    bytes: 1,
    uploaded_at: "2026-11-24T08:00:00Z",
    steps: { metadata: { state: metadata } },
    renditions: {
      "thumbnail-240-webp": {
        key: `${FOLDER}/thumbnail-240.webp`,
        format: "webp",
        width: 240,
        height: 180,
        bytes: 1,
      },
    },
    details,
  };
}

test("the document is the one that the image names", () => {
  expect(metadataDocumentKey(image("done", { key: "elsewhere/all.json" }))).toBe(
    "elsewhere/all.json",
  );
});

test("the document is beside the renditions when an older image names none", () => {
  expect(metadataDocumentKey(image("done"))).toBe(`${FOLDER}/details.json`);
});

test("there is no document when the step that writes it has not ended well", () => {
  expect(metadataDocumentKey(image("pending"))).toBeUndefined();
  expect(metadataDocumentKey(image("rejected"))).toBeUndefined();
});

test("a place is called by its town, region and country, each once", () => {
  const at = (place?: PlaceNames) =>
    placeName({ ...image("done"), metadata: { latitude: 1, ...(place && { place }) } });
  expect(at({ country_code: "AT", country: "Austria", region: "Styria", town: "Graz" })).toBe(
    "Graz, Styria, Austria",
  );
  expect(at({ country: "Japan", region: "Tokyo", town: "Tokyo" })).toBe("Tokyo, Japan");
  expect(at({ country: "Singapore", town: "Singapore" })).toBe("Singapore");
  expect(at({ country: "Niger", region: "Agadez" })).toBe("Agadez, Niger");
  expect(at({})).toBeUndefined();
  expect(at()).toBeUndefined();
  expect(placeName(image("done"))).toBeUndefined();
});
