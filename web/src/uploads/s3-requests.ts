/** The S3 requests that Uppy makes, as commands of the SDK, which signs them. */

import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListPartsCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";

const SIGNED_SECONDS = 3600;

/** A request as Uppy describes it. */
export interface UploadRequest {
  method: string;
  key: string;
  uploadId?: string;
  partNumber?: number;
  contentType?: string;
}

/** The signed address of a request. */
export function signUpload(s3: S3Client, bucket: string, request: UploadRequest): Promise<string> {
  // All commands are signed alike, so the type of one stands for all.
  const command = commandOf(bucket, request) as PutObjectCommand;
  return getSignedUrl(s3, command, { expiresIn: SIGNED_SECONDS });
}

function commandOf(
  bucket: string,
  { method, key, uploadId, partNumber, contentType }: UploadRequest,
) {
  const target = { Bucket: bucket, Key: key };
  if (!uploadId) {
    return method === "POST"
      ? new CreateMultipartUploadCommand(target)
      : new PutObjectCommand({ ...target, ContentType: contentType });
  }
  const upload = { ...target, UploadId: uploadId };
  if (method === "PUT") return new UploadPartCommand({ ...upload, PartNumber: partNumber });
  if (method === "GET") return new ListPartsCommand(upload);
  if (method === "DELETE") return new AbortMultipartUploadCommand(upload);
  return new CompleteMultipartUploadCommand(upload);
}
