/** Photos for tests, and a gallery of them. */

import { signal } from "@preact/signals";

import type { Cloud } from "../src/cloud/cloud";
import type { Image } from "../src/cloud/records";
import { GalleryStore } from "../src/store/gallery";
import type { UploadStore } from "../src/uploads/upload-store";

/** The record of a photo of Ann's, as it is after processing. */
export function photo(name: string, part: Partial<Image> = {}): Image {
  return {
    image: `users/ann/${name}`,
    version: "1",
    status: "processed",
    bytes: 1,
    uploaded_at: "2026-11-24T08:00:00Z",
    steps: {},
    renditions: {},
    ...part,
  };
}

/** Ann's gallery over a cloud that answers what a test needs, while nothing is uploaded. */
export function galleryOver(cloud: object): GalleryStore {
  const uploads = { starts: signal(new Map()), dismissRecorded: () => {}, dismiss: () => {} };
  const session = { identityId: "ann" };
  return new GalleryStore(
    { session, ...cloud } as unknown as Cloud,
    uploads as unknown as UploadStore,
  );
}
