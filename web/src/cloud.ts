/** A user's own photos, usage and notifications in the cloud, reached with their own credentials. */

import {
  DynamoDBClient,
  GetItemCommand,
  QueryCommand,
  type AttributeValue,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import { DeleteObjectCommand, GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl, S3RequestPresigner } from "@aws-sdk/s3-request-presigner";
import { Sha256 } from "@smithy/core/checksum";

import type { Deployment } from "./deployment";
import { shownName } from "./keys";
import { type Image, type Notification, plain, type UsageRow } from "./records";
import type { Session } from "./session";

export type Cursor = Record<string, AttributeValue>;

/** How long a signed address holds; credentials end sooner, and renewed ones sign anew. */
const SIGNED_SECONDS = 6 * 3600;

export class Cloud {
  readonly s3: S3Client;
  readonly #dynamodb: DynamoDBClient;
  readonly #signer: S3RequestPresigner;
  readonly #bases = new Map<string, Promise<URL>>();
  readonly #signed = new Map<string, Promise<string>>();
  #signedBy = "";

  constructor(
    readonly deployment: Deployment,
    readonly session: Session,
  ) {
    const { region, endpoint } = deployment;
    // Clients keep credentials until they expire, and would not hear of those that were renewed
    // because of the quota: the session does the keeping.
    const credentials = async () => ({ ...(await session.credentials()), expiration: new Date() });
    this.s3 = new S3Client({
      region,
      endpoint,
      credentials,
      forcePathStyle: endpoint !== undefined,
      // A signed address cannot hold the checksum of a body that is not there yet.
      requestChecksumCalculation: "WHEN_REQUIRED",
      responseChecksumValidation: "WHEN_REQUIRED",
    });
    this.#dynamodb = new DynamoDBClient({ region, endpoint, credentials });
    this.#signer = new S3RequestPresigner({ region, credentials, sha256: Sha256 });
  }

  /** A page of this user's images, newest first. */
  async images(limit: number, from?: Cursor): Promise<{ images: Image[]; next?: Cursor }> {
    const { Items = [], LastEvaluatedKey } = await this.#dynamodb.send(
      new QueryCommand({
        TableName: this.deployment.imagesTable,
        IndexName: "newest-first",
        ...this.#own(),
        ScanIndexForward: false,
        Limit: limit,
        ExclusiveStartKey: from,
      }),
    );
    return { images: Items.map((item) => plain<Image>(item)), next: LastEvaluatedKey };
  }

  /** One image with everything that is known of it. */
  async image(key: string): Promise<Image | undefined> {
    const { Item } = await this.#dynamodb.send(
      new GetItemCommand({
        TableName: this.deployment.imagesTable,
        Key: { identity_id: { S: this.session.identityId }, image: { S: key } },
        ConsistentRead: true,
      }),
    );
    return Item && plain<Image>(Item);
  }

  /** The newest notifications. */
  async notifications(limit: number): Promise<Notification[]> {
    const { Items = [] } = await this.#dynamodb.send(
      new QueryCommand({
        TableName: this.deployment.notificationsTable,
        ...this.#own(),
        ScanIndexForward: false,
        Limit: limit,
      }),
    );
    return Items.map((item) => plain<Notification>(item));
  }

  /** The total and the newest periods of this user's usage. */
  async usage(): Promise<UsageRow[]> {
    const { Items = [] } = await this.#dynamodb.send(
      new QueryCommand({
        TableName: this.deployment.usageTable,
        ...this.#own(),
        ScanIndexForward: false, // `total` sorts behind every period
        Limit: 4,
      }),
    );
    return Items.map((item) => plain<UsageRow>(item));
  }

  /** Say when a notification was seen. */
  async markSeen(notification: Notification, now = new Date()): Promise<void> {
    await this.#update(notification, { seen_at: now.toISOString() });
  }

  /** Answer a notification: keep, delete or retry. */
  async respond(notification: Notification, response: string, now = new Date()): Promise<void> {
    const moment = now.toISOString();
    await this.#update(notification, { response, responded_at: moment });
  }

  /** The kinds of notifications that are not mailed to this user. */
  async muted(): Promise<ReadonlySet<string>> {
    const { Item } = await this.#dynamodb.send(
      new GetItemCommand({
        TableName: this.deployment.peopleTable,
        Key: this.#me(),
        ProjectionExpression: "muted",
      }),
    );
    return new Set(Item?.["muted"]?.SS);
  }

  /** Mail all kinds but these. */
  async mute(kinds: ReadonlySet<string>): Promise<void> {
    await this.#dynamodb.send(
      new UpdateItemCommand({
        TableName: this.deployment.peopleTable,
        Key: this.#me(),
        // DynamoDB knows no empty set.
        ...(kinds.size > 0
          ? {
              UpdateExpression: "SET muted = :kinds",
              ExpressionAttributeValues: { ":kinds": { SS: [...kinds] } },
            }
          : { UpdateExpression: "REMOVE muted" }),
      }),
    );
  }

  /** Delete an original; everything that was made of it goes with it. */
  async deleteImage(key: string): Promise<void> {
    await this.s3.send(
      new DeleteObjectCommand({ Bucket: this.deployment.uploadsBucket, Key: key }),
    );
  }

  /** The whole metadata document of a version. */
  async details(key: string): Promise<unknown> {
    const answer = await fetch(await this.address(this.deployment.processedBucket, key));
    if (!answer.ok) throw new Error(`The details could not be loaded (${answer.status}).`);
    return answer.json();
  }

  /**
   * A signed address of an object, the same for as long as the credentials are, so that the browser's
   * cache knows it again. With `download`, the browser saves it under that name.
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

  /** The address of an original, saved under the name its owner gave it. */
  original(key: string): Promise<string> {
    return this.address(this.deployment.uploadsBucket, key, shownName(key));
  }

  /** Signs without the client's whole machinery, which takes many times as long: galleries sign a lot. */
  async #sign(bucket: string, key: string, download?: string): Promise<string> {
    const base = await this.#base(bucket);
    const disposition = download === undefined ? undefined : attachment(download);
    const signed = await this.#signer.presign(
      {
        method: "GET",
        protocol: base.protocol,
        hostname: base.hostname,
        port: base.port ? Number(base.port) : undefined,
        path: base.pathname + key.split("/").map(escapePart).join("/"),
        query: disposition ? { "response-content-disposition": disposition } : {},
        headers: { host: base.host },
      },
      { expiresIn: SIGNED_SECONDS },
    );
    const query = Object.entries(signed.query ?? {})
      .map(([name, value]) => `${escapePart(name)}=${escapePart(String(value))}`)
      .join("&");
    return `${base.origin}${signed.path}?${query}`;
  }

  /** Where a bucket is: the client knows, for whatever region and endpoint. */
  #base(bucket: string): Promise<URL> {
    let base = this.#bases.get(bucket);
    if (!base) {
      const command = new GetObjectCommand({ Bucket: bucket, Key: "-" });
      base = getSignedUrl(this.s3, command).then(
        (address) => new URL(address.split("-?")[0] ?? ""),
      );
      this.#bases.set(bucket, base);
      base.catch(() => this.#bases.delete(bucket));
    }
    return base;
  }

  #me() {
    return { identity_id: { S: this.session.identityId } };
  }

  #own() {
    return {
      KeyConditionExpression: "identity_id = :me",
      ExpressionAttributeValues: { ":me": { S: this.session.identityId } },
    };
  }

  async #update(notification: Notification, values: Record<string, string>): Promise<void> {
    const names = Object.keys(values);
    await this.#dynamodb.send(
      new UpdateItemCommand({
        TableName: this.deployment.notificationsTable,
        Key: {
          identity_id: { S: this.session.identityId },
          notification_id: { S: notification.notification_id },
        },
        UpdateExpression: `SET ${names.map((_, index) => `#n${index} = :v${index}`).join(", ")}`,
        ExpressionAttributeNames: Object.fromEntries(names.map((name, i) => [`#n${i}`, name])),
        ExpressionAttributeValues: Object.fromEntries(
          names.map((name, i) => [`:v${i}`, { S: values[name] ?? "" }]),
        ),
      }),
    );
  }
}

/** RFC 6266: every character of a name, and no way for one to end the header. */
export function attachment(name: string): string {
  const plainName = name.replace(/[^\x20-\x7e]|["\\%]/g, "_");
  const encoded = escapePart(name);
  return `attachment; filename="${plainName}"; filename*=UTF-8''${encoded}`;
}

/** RFC 3986, as Signature Version 4 asks for: more than encodeURIComponent escapes. */
function escapePart(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
