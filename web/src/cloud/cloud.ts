/** Requests to S3 and DynamoDB with the user's own credentials: their photos, usage and notifications. */

import { inParallel } from "../parallel";
import { ownPath, shownName } from "../uploads/keys";
import { bucketAddress } from "./addresses";
import type { Deployment } from "./deployment";
import { JsonService } from "./json-service";
import { type Entry, entryOf } from "./photo-index";
import {
  type Album,
  fromItem,
  type Image,
  type Item,
  type Notification,
  type UsageRow,
} from "./records";
import { answerOf } from "./requests";
import type { Session } from "./session";
import { escapePart, Signatures } from "./signatures";

/** Where a query's next page begins. */
export type Cursor = Item;

/** What DynamoDB answers to a query. */
interface Found {
  Items: Item[];
  LastEvaluatedKey?: Cursor;
}

export interface ImagePage {
  images: Image[];
  next?: Cursor;
}

export interface IndexPage {
  entries: Entry[];
  next?: Cursor;
}

export interface NotificationPage {
  notifications: Notification[];
  next?: Cursor;
}

/** A signed address is valid for this long, or until its credentials expire, which is sooner. */
const SIGNED_SECONDS = 6 * 3600;

const NOTIFICATIONS_LOOKED_AT = 500;

/** So many images are read together. */
export const NEWEST = 48;
/** The first time on a phone, whose screen shows no more, and whose line may be slow. */
const FIRST_ON_PHONE = 24;
const PHONE = 640;

export class Cloud {
  readonly #dynamodb: JsonService;
  readonly #s3: Signatures;
  readonly #signed = new Map<string, Promise<string>>();
  #signedBy = "";
  /** The newest images, where they were asked for before anybody needed them. */
  #ahead: Promise<ImagePage> | undefined;

  constructor(
    readonly deployment: Deployment,
    readonly session: Session,
  ) {
    this.#dynamodb = new JsonService(
      deployment,
      { service: "dynamodb", target: "DynamoDB_20120810", version: "1.0" },
      new Signatures("dynamodb", deployment.region, session),
    );
    this.#s3 = new Signatures("s3", deployment.region, session);
  }

  /** Ask for the newest images now: they come while the code that shows them is still on its way. */
  readAhead(): void {
    this.#ahead = this.images(innerWidth <= PHONE ? FIRST_ON_PHONE : NEWEST);
    this.#ahead.catch(() => {}); // whoever takes it sees that it failed
  }

  /** This user's newest images. */
  newest(): Promise<ImagePage> {
    const newest = this.#ahead ?? this.images(NEWEST);
    this.#ahead = undefined;
    return newest;
  }

  /** One page of this user's images, newest first. */
  async images(limit: number, from?: Cursor): Promise<ImagePage> {
    const { Items, LastEvaluatedKey } = await this.#query({
      TableName: this.deployment.imagesTable,
      IndexName: "newest-first",
      ...this.#ownItems(),
      ScanIndexForward: false,
      Limit: limit,
      ExclusiveStartKey: from,
    });
    return { images: Items.map((item) => fromItem<Image>(item)), next: LastEvaluatedKey };
  }

  /**
   * One page of what gives this user's photos their places, those that were uploaded last first. It
   * is as many as DynamoDB reads at once, which is a megabyte of whole items.
   */
  async photoIndex(from?: Cursor): Promise<IndexPage> {
    const { Items, LastEvaluatedKey } = await this.#query({
      TableName: this.deployment.imagesTable,
      IndexName: "newest-first",
      ...this.#ownItems(),
      ScanIndexForward: false,
      ProjectionExpression:
        "image, kind, uploaded_at, dominant_colour, metadata.taken_at, favourite, binned_at, " +
        "bin_until, albums",
      ExclusiveStartKey: from,
    });
    return { entries: Items.map((item) => entryOf(fromItem<Image>(item))), next: LastEvaluatedKey };
  }

  /** The images with these keys, at most 100, and the keys of which DynamoDB has not read yet. */
  async imagesOf(keys: readonly string[]): Promise<{ images: Image[]; unread: string[] }> {
    const table = this.deployment.imagesTable;
    const Keys = keys.map((key) => ({ ...this.#key(), image: { S: key } }));
    const { Responses, UnprocessedKeys } = await this.#dynamodb.ask<{
      Responses?: Record<string, Item[]>;
      UnprocessedKeys?: Record<string, { Keys: Item[] }>;
    }>("BatchGetItem", { RequestItems: { [table]: { Keys, ConsistentRead: true } } });
    return {
      images: (Responses?.[table] ?? []).map((item) => fromItem<Image>(item)),
      unread: (UnprocessedKeys?.[table]?.Keys ?? []).map(({ image }) => image?.S ?? ""),
    };
  }

  /** The keys of all images by the SHA-256 of their originals, as far as that is known. */
  async contentHashes(): Promise<ReadonlyMap<string, string>> {
    const keys = new Map<string, string>();
    let from: Cursor | undefined;
    do {
      const { Items, LastEvaluatedKey } = await this.#query({
        TableName: this.deployment.imagesTable,
        ...this.#ownItems(),
        ProjectionExpression: "image, content_hash",
        ExclusiveStartKey: from,
      });
      for (const { image, content_hash } of Items)
        if (content_hash?.S && image?.S) keys.set(content_hash.S, image.S);
      from = LastEvaluatedKey;
    } while (from);
    return keys;
  }

  /** One image with all its attributes; undefined if there is none. */
  async image(key: string): Promise<Image | undefined> {
    const { Item } = await this.#dynamodb.ask<{ Item?: Item }>("GetItem", {
      TableName: this.deployment.imagesTable,
      Key: { ...this.#key(), image: { S: key } },
      ConsistentRead: true,
    });
    return Item && fromItem<Image>(Item);
  }

  /** One page of notifications, newest first. */
  async notifications(limit: number, from?: Cursor): Promise<NotificationPage> {
    const { Items, LastEvaluatedKey } = await this.#query({
      TableName: this.deployment.notificationsTable,
      ...this.#ownItems(),
      ScanIndexForward: false,
      Limit: limit,
      ExclusiveStartKey: from,
    });
    return {
      notifications: Items.map((item) => fromItem<Notification>(item)),
      next: LastEvaluatedKey,
    };
  }

  /** The ids of all notifications older than those before `from` that have not been seen. */
  async unseen(from: Cursor): Promise<string[]> {
    const found: string[] = [];
    let next: Cursor | undefined = from;
    do {
      const { Items, LastEvaluatedKey } = await this.#query({
        TableName: this.deployment.notificationsTable,
        ...this.#ownItems(),
        ScanIndexForward: false,
        ProjectionExpression: "notification_id",
        FilterExpression: "attribute_not_exists(seen_at)",
        ExclusiveStartKey: next,
      });
      for (const { notification_id } of Items)
        if (notification_id?.S) found.push(notification_id.S);
      next = LastEvaluatedKey;
    } while (next);
    return found;
  }

  /** The newest notification about an image of one of these kinds; undefined if it has expired. */
  async notificationAbout(
    image: string,
    kinds: readonly string[],
  ): Promise<Notification | undefined> {
    let from: Cursor | undefined;
    do {
      const page = await this.notifications(NOTIFICATIONS_LOOKED_AT, from);
      const found = page.notifications.find(
        (one) => one.image === image && kinds.includes(one.kind),
      );
      if (found) return found;
      from = page.next;
    } while (from);
    return undefined;
  }

  /** This user's usage: the total and the newest periods. */
  async usage(): Promise<UsageRow[]> {
    const { Items } = await this.#query({
      TableName: this.deployment.usageTable,
      ...this.#ownItems(),
      ScanIndexForward: false, // `total` sorts after every period
      Limit: 4,
    });
    return Items.map((item) => fromItem<UsageRow>(item));
  }

  /** Say that a notification, which has this id, was seen. */
  async markSeen(id: string): Promise<void> {
    await this.#say(id, { seen: { BOOL: true } });
  }

  /** Say what the answer to a notification is. */
  async respond(notification: Notification, response: string): Promise<void> {
    await this.#say(notification.notification_id, { response: { S: response } });
  }

  /** The kinds of notifications that this user does not want to be mailed. */
  async muted(): Promise<ReadonlySet<string>> {
    const { Item } = await this.#dynamodb.ask<{ Item?: Item }>("GetItem", {
      TableName: this.deployment.peopleTable,
      Key: this.#key(),
      ProjectionExpression: "muted",
    });
    return new Set(Item?.["muted"]?.SS);
  }

  /** Say which kinds of notifications this user does not want to be mailed. */
  async mute(kinds: ReadonlySet<string>): Promise<void> {
    await this.#say("mails", { muted: { L: [...kinds].map((kind) => ({ S: kind })) } });
  }

  /** Say whether a photo is a favourite. */
  async setFavourite(key: string, favourite: boolean): Promise<void> {
    await this.#say(`file/${ownPath(key)}`, { favourite: { BOOL: favourite } });
  }

  /** Say whether a photo belongs into the bin. */
  async setBinned(key: string, binned: boolean): Promise<void> {
    await this.#say(`file/${ownPath(key)}`, { binned: { BOOL: binned } });
  }

  /** All albums of this user. */
  async albums(): Promise<Album[]> {
    const albums: Album[] = [];
    let from: Cursor | undefined;
    do {
      const { Items, LastEvaluatedKey } = await this.#query({
        TableName: this.deployment.albumsTable,
        ...this.#ownItems(),
        ExclusiveStartKey: from,
      });
      albums.push(...Items.map((item) => fromItem<Album>(item)));
      from = LastEvaluatedKey;
    } while (from);
    return albums;
  }

  /** Make an album, or change it: its name, or the path of its cover. */
  async writeAlbum(id: string, said: { name?: string; cover?: string }): Promise<void> {
    const values = Object.entries(said).map(([name, value]) => [name, { S: value }] as const);
    const isThere = said.name !== undefined && { gone: { BOOL: false } }; // from now on
    await this.#say(`album/${id}`, { ...Object.fromEntries(values), ...isThere });
  }

  /** Say that an album is to be there no more. */
  async deleteAlbum(id: string): Promise<void> {
    await this.#say(`album/${id}`, { gone: { BOOL: true } });
  }

  /** Put a photo into an album, or elsewhere in it. */
  async putIntoAlbum(id: string, key: string, rank: string): Promise<void> {
    await this.#say(`in/${id}/${ownPath(key)}`, { rank: { S: rank }, gone: { BOOL: false } });
  }

  async takeOutOfAlbum(id: string, key: string): Promise<void> {
    await this.#say(`in/${id}/${ownPath(key)}`, { gone: { BOOL: true } });
  }

  /** Delete an original. The stack then deletes everything that was made from it. */
  async deleteImage(key: string): Promise<void> {
    const address = await this.signed("DELETE", this.deployment.uploadsBucket, key);
    await answerOf(address, { method: "DELETE" });
  }

  /**
   * Delete all originals of this user, also those that no table knows; and say after each how many are
   * gone. The stack then deletes everything that was made from them.
   */
  async deleteAllImages(onDeleted: (deleted: number) => void): Promise<void> {
    let deleted = 0;
    for (;;) {
      const keys = await this.#originals();
      if (keys.length === 0) return;
      await inParallel(keys, async (key) => {
        await this.deleteImage(key);
        onDeleted(++deleted);
      });
    }
  }

  /** Delete all albums of this user. */
  async deleteAllAlbums(): Promise<void> {
    if (!this.deployment.albumsTable) return;
    await inParallel(await this.albums(), ({ album_id }) => this.deleteAlbum(album_id));
  }

  /** The keys of up to 1,000 originals. */
  async #originals(): Promise<string[]> {
    const address = await this.signed("GET", this.deployment.uploadsBucket, "", {
      "list-type": "2",
      "encoding-type": "url",
      prefix: `users/${this.session.identityId}/`,
    });
    const answer = await answerOf(address, { cache: "no-store" });
    const found = (await answer.text()).matchAll(/<Key>([^<]*)<\/Key>/g);
    return [...found].map(([, key = ""]) => decodeURIComponent(key.replaceAll("+", " ")));
  }

  /** A document that was made of a file: of a picture everything that it says about itself. */
  async details<T = unknown>(key: string): Promise<T> {
    return JSON.parse(await this.text(key)) as T;
  }

  /** The text of a file in the processed bucket. */
  async text(key: string): Promise<string> {
    const answer = await answerOf(await this.address(this.deployment.processedBucket, key));
    return answer.text();
  }

  /**
   * A signed address of an object. It is the same for as long as the credentials are, in every page
   * of this browser, so that an object is in its cache: all are signed with the moment at which the
   * credentials were issued. With `download`, the browser saves the object under that name; and it
   * is another address than the one of a picture, whose answer in the cache is not for scripts.
   */
  async address(bucket: string, key: string, download?: string): Promise<string> {
    const credentials = await this.session.credentials();
    if (credentials.accessKeyId !== this.#signedBy) {
      this.#signed.clear();
      this.#signedBy = credentials.accessKeyId;
    }
    const name = `${bucket}/${key}?${download ?? ""}`;
    let address = this.#signed.get(name);
    if (!address) {
      address = this.#sign(bucket, key, download);
      this.#signed.set(name, address);
      address.catch(() => this.#signed.delete(name));
    }
    return address;
  }

  /** The signed address of an original, which the browser saves under the owner's name for it. */
  original(key: string): Promise<string> {
    return this.address(this.deployment.uploadsBucket, key, shownName(key));
  }

  #sign(bucket: string, key: string, download?: string): Promise<string> {
    const query = download && { "response-content-disposition": attachment(download) };
    return this.signed("GET", bucket, key, query || {}, new Date(this.session.issuedAt));
  }

  /** The signed address of a request to S3, about the object with a key or, without one, a bucket. */
  signed(
    method: string,
    bucket: string,
    key: string,
    query: Record<string, string> = {},
    signingDate = new Date(),
  ): Promise<string> {
    const url = bucketAddress(this.deployment, bucket);
    url.pathname += key.split("/").map(escapePart).join("/");
    return this.#s3.address({ method, url, query }, SIGNED_SECONDS, signingDate);
  }

  #query(query: object): Promise<Found> {
    return this.#dynamodb.ask<Found>("Query", query);
  }

  #key() {
    return { identity_id: { S: this.session.identityId } };
  }

  #ownItems() {
    return {
      KeyConditionExpression: "identity_id = :me",
      ExpressionAttributeValues: { ":me": { S: this.session.identityId } },
    };
  }

  /**
   * Write an answer, beside what is there and has not been read. A function of the stack checks it, and
   * notes it where the page reads it: it shows there a moment later.
   */
  async #say(about: string, said: Item): Promise<void> {
    const names = Object.keys(said);
    await this.#dynamodb.ask("UpdateItem", {
      TableName: this.deployment.answersTable,
      Key: { ...this.#key(), about: { S: about } },
      UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(", ")}`,
      ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
      ExpressionAttributeValues: Object.fromEntries(
        Object.entries(said).map(([name, value]) => [`:${name}`, value]),
      ),
    });
  }
}

/** A Content-Disposition header (RFC 6266) that saves a file under any name. */
export function attachment(name: string): string {
  const plainName = name.replace(/[^\x20-\x7e]|["\\%]/g, "_");
  const encoded = escapePart(name);
  return `attachment; filename="${plainName}"; filename*=UTF-8''${encoded}`;
}
