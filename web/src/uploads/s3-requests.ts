/** The S3 requests that Uppy makes, as signed addresses. */

import type { Cloud } from "../cloud/cloud";

/** A request as Uppy describes it. */
export interface UploadRequest {
  method: string;
  key: string;
  uploadId?: string;
  partNumber?: number;
}

/** The signed address of a request. */
export function signUpload(cloud: Cloud, bucket: string, request: UploadRequest): Promise<string> {
  const { method, key } = request;
  return cloud.signed(method, bucket, key, queryOf(request));
}

/** What says whether a request is about a whole object, all parts of an upload or one of them. */
function queryOf({ method, uploadId, partNumber }: UploadRequest): Record<string, string> {
  if (!uploadId) return method === "POST" ? { uploads: "" } : {};
  return method === "PUT" ? { uploadId, partNumber: String(partNumber) } : { uploadId };
}
