/** Reads the records of many photos at once. */

import type { Cloud } from "../cloud/cloud";
import type { Image } from "../cloud/records";
import { inParallel } from "../parallel";
import { FIRST_PAUSE_MS, nextPause } from "../pauses";

/** The most records that DynamoDB reads at once. */
const AT_ONCE = 100;

/**
 * Take the records of all of these, as long as somebody wants them. What DynamoDB leaves unread, for it
 * was asked for too much, is read after a pause.
 */
export async function readRecords(
  cloud: Pick<Cloud, "imagesOf">,
  keys: readonly string[],
  { put, isWanted }: { put: (images: readonly Image[]) => void; isWanted: () => boolean },
): Promise<void> {
  let unread = keys;
  for (let pause = FIRST_PAUSE_MS; unread.length > 0; pause = nextPause(pause)) {
    const parts: (readonly string[])[] = [];
    for (let at = 0; at < unread.length; at += AT_ONCE) parts.push(unread.slice(at, at + AT_ONCE));
    const left: string[] = [];
    await inParallel(parts, async (part) => {
      const found = await cloud.imagesOf(part);
      put(found.images);
      left.push(...found.unread);
    });
    if (!isWanted()) return;
    unread = left;
    if (left.length > 0) await new Promise((done) => setTimeout(done, pause));
  }
}
