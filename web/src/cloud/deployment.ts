/** Addresses and limits of the stack, from `amplify_outputs.json` beside the page. */

import type { FileKind } from "../kinds";
import type { Limits } from "../uploads/accepted-files";

export interface Deployment {
  region: string;
  /** The address of the local cloud, which stands for every AWS service; undefined on AWS. */
  endpoint?: string;
  identityPoolId: string;
  userPool?: { id: string; clientId: string; passwordLength: number };
  /** Whether anyone may make an account. */
  signUp: boolean;
  guests: boolean;
  /** Whether people are mailed what happened to their photos. */
  mailsPeople: boolean;
  uploadsBucket: string;
  processedBucket: string;
  imagesTable: string;
  usageTable: string;
  notificationsTable: string;
  peopleTable: string;
  answersTable: string;
  /** Where albums are; without it there are neither these nor favourites nor a bin. */
  albumsTable?: string;
  /** So many days what is in the bin stays there; 0 if there is no bin. */
  binDays: number;
  /** The address of the live WebSocket; without it the page polls the tables. */
  liveUrl?: string;
  /** The address that answers searches; without it there is no search. */
  searchUrl?: string;
  /** The address at which links are made, and what links begin with; without them there are none. */
  shareUrl?: string;
  showUrl?: string;
  /** The kinds of files that may be uploaded, and the largest upload of each in bytes. */
  limits: Limits;
  quota: Quota;
}

export interface Quota {
  /** The limits are undefined where usage is only counted. */
  storedBytes?: number;
  uploadedBytes?: number;
  uploadedObjects?: number;
  /** What a smaller upload counts for. */
  minimumBytes: number;
  period: "month" | "day";
}

/** The outputs cannot be loaded or lack a value; the message says which. */
export class DeploymentError extends Error {
  override name = "DeploymentError";
}

/** The deployment that this page belongs to. */
export async function loadDeployment(): Promise<Deployment> {
  const answer = await fetch("./amplify_outputs.json");
  if (!answer.ok) {
    throw new DeploymentError(`amplify_outputs.json beside the page answers ${answer.status}.`);
  }
  return readDeployment(await answer.json());
}

/** What S3 takes in 10,000 parts of the size that `uploads/engine.ts` sends, rounded down. */
const LARGEST_BYTES = 50_000_000_000;

type Tree = { [name: string]: Tree | string | number | boolean | undefined };

/** The deployment that outputs describe; throws a DeploymentError that names all missing values. */
export function readDeployment(outputs: unknown): Deployment {
  const missing: string[] = [];
  const at = (path: string): unknown =>
    path.split(".").reduce<unknown>((tree, name) => (tree as Tree | undefined)?.[name], outputs);
  const text = (path: string): string => {
    const found = at(path);
    if (typeof found === "string" && found) return found;
    missing.push(path);
    return "";
  };
  const optional = (path: string): string | undefined => (at(path) ? String(at(path)) : undefined);
  const number = (path: string): number => {
    const found = Number(at(path));
    if (found > 0) return found;
    missing.push(path);
    return 0;
  };
  const enforced = at("custom.quota.mode") !== "track";
  const named = at("custom.kinds");
  const kinds: unknown[] = Array.isArray(named) ? named : []; // earlier releases name none
  const limit = (kind: FileKind, path: string): number | undefined =>
    (kinds.includes(kind) && Number(at(path))) || undefined;
  const poolId = optional("auth.user_pool_id");
  const deployment: Deployment = {
    region: text("auth.aws_region"),
    endpoint: optional("custom.endpoint"),
    identityPoolId: text("auth.identity_pool_id"),
    userPool: poolId
      ? {
          id: poolId,
          clientId: text("auth.user_pool_client_id"),
          passwordLength: Number(at("auth.password_policy.min_length")) || 8,
        }
      : undefined,
    signUp: at("custom.signUp") === true,
    mailsPeople: at("custom.mailsPeople") === true,
    guests: at("auth.unauthenticated_identities_enabled") === true,
    uploadsBucket: text("custom.uploadsBucket"),
    processedBucket: text("custom.processedBucket"),
    imagesTable: text("custom.imagesTable"),
    usageTable: text("custom.usageTable"),
    notificationsTable: text("custom.notificationsTable"),
    peopleTable: text("custom.peopleTable"),
    answersTable: text("custom.answersTable"),
    albumsTable: optional("custom.albumsTable"),
    binDays: Number(at("custom.binDays")) || 0,
    liveUrl: optional("custom.liveUrl"),
    searchUrl: optional("custom.searchUrl"),
    shareUrl: optional("custom.shareUrl"),
    showUrl: optional("custom.showUrl"),
    limits: {
      picture: number("custom.maxUploadBytes"),
      video: limit("video", "custom.maxVideoBytes"),
      table: limit("table", "custom.maxTableBytes"),
      other: at("custom.keepOtherFiles") === true ? LARGEST_BYTES : undefined,
    },
    quota: {
      storedBytes: enforced ? number("custom.quota.storedBytes") : undefined,
      uploadedBytes: enforced ? number("custom.quota.uploadedBytes") : undefined,
      uploadedObjects: enforced ? number("custom.quota.uploadedObjects") : undefined,
      minimumBytes: Number(at("custom.quota.minimumBytes")) || 0,
      period: at("custom.quota.period") === "day" ? "day" : "month",
    },
  };
  if (missing.length) {
    throw new DeploymentError(`amplify_outputs.json lacks ${missing.join(", ")}.`);
  }
  return deployment;
}
