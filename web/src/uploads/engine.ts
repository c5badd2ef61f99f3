/** Uppy, as the page uses it: it sends files to S3, and keeps them in the browser until they are there. */

import AwsS3 from "@uppy/aws-s3";
import Uppy, { type Body, type Meta, type UppyFile } from "@uppy/core";
import GoldenRetriever from "@uppy/golden-retriever";

import type { Cloud } from "../cloud/cloud";
import { Failure, notedCauseOf } from "../problems";
import { signUpload, type UploadRequest } from "./s3-requests";

const MIB = 1024 * 1024;
/** S3's smallest part. A larger file is sent in parts, and resumed at the first that is missing. */
const PART_BYTES = 5 * MIB;
const PARALLEL_FILES = 4;
/** Bytes of files that the browser may keep so that uploads survive a reload. */
const RESTORABLE_BYTES = 2048 * MIB;

interface PhotoMeta extends Meta {
  key: string;
  startedAt: string;
}
export type PhotoFile = UppyFile<PhotoMeta, Body>;
export type Engine = Uppy<PhotoMeta, Body>;

export interface EngineOptions {
  /** Under this name the browser keeps files. */
  id: string;
  cloud: Cloud;
  /** Resolves when a request may be sent. */
  pass(request: UploadRequest): Promise<void>;
}

export function createEngine({ id, cloud, pass }: EngineOptions): Engine {
  const engine: Engine = new Uppy<PhotoMeta, Body>({
    id,
    autoProceed: true,
    allowMultipleUploadBatches: true,
  });
  engine.use(AwsS3<PhotoMeta, Body>, {
    limit: PARALLEL_FILES,
    shouldUseMultipart: (file: PhotoFile) => (file.size ?? 0) > PART_BYTES,
    getChunkSize: () => PART_BYTES,
    generateObjectKey: (file: PhotoFile) => file.meta.key,
    signRequest: async (request: UploadRequest) => {
      await pass(request);
      try {
        return { url: await signUpload(cloud, cloud.deployment.uploadsBucket, request) };
      } catch (error) {
        throw new Failure(notedCauseOf(error)); // Uppy keeps its message alone
      }
    },
  });
  return engine;
}

/** Let the browser keep files of at most this size, and bring back those that it has kept. */
export function keepFiles(engine: Engine, maxFileSize: number): void {
  const limits = { maxFileSize, maxTotalSize: RESTORABLE_BYTES };
  engine.use(GoldenRetriever, { indexedDB: limits as object });
}
