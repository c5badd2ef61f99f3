/** Where AWS's services are. */

import type { Deployment } from "./deployment";

/** The address of a service, which ends with a slash. A local cloud is all services at one address. */
export function serviceAddress({ endpoint, region }: Deployment, service: string): URL {
  return new URL(endpoint ?? `https://${service}.${region}.${suffixOf(region)}`);
}

/** The address below which a bucket's objects are, which ends with a slash. */
export function bucketAddress(deployment: Deployment, bucket: string): URL {
  const url = serviceAddress(deployment, "s3");
  // A certificate of AWS's stands for one label: a bucket with a dot in its name has no host.
  if (deployment.endpoint === undefined && !bucket.includes("."))
    url.hostname = `${bucket}.${url.hostname}`;
  else url.pathname = `/${bucket}/`;
  return url;
}

/** Which domain a region's services are in: those of China and of the EU's sovereign cloud differ. */
function suffixOf(region: string): string {
  if (region.startsWith("cn-")) return "amazonaws.com.cn";
  return region.startsWith("eusc-") ? "amazonaws.eu" : "amazonaws.com";
}
