// sharp: one pipeline for each rendition, as people write it, and its best form, a cascade by hand.
//
// The cascade decodes once and makes each size from the raw pixels of the one above it; its encoder
// is told to skip the second pass for smaller tables, which the other engines do not make either.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [home, form, photo, small, mark, folder, threads] = process.argv.slice(2);
const sharp = createRequire(join(home, "package.json"))("sharp");
sharp.concurrency(Number(threads));
sharp.cache(false);

const { edges, marked, quality, markShare, markMarginShare, markOpacity } = JSON.parse(
  process.env.BENCH_JOB,
);

async function placed(logo, width, height) {
  const { data, info } = await sharp(logo)
    .resize({ width: Math.round(width * markShare) })
    .ensureAlpha()
    .linear([1, 1, 1, markOpacity], [0, 0, 0, 0])
    .png({ compressionLevel: 0 })
    .toBuffer({ resolveWithObject: true });
  const margin = Math.round(width * markMarginShare);
  return { input: data, left: width - info.width - margin, top: height - info.height - margin };
}

function shrunk(data, edge) {
  return sharp(data)
    .autoOrient()
    .resize({ width: edge, height: edge, fit: "inside", withoutEnlargement: true });
}

async function renditions(data, logo) {
  const bodies = edges.map((edge) => shrunk(data, edge).jpeg({ quality }).toBuffer());
  const withMark = (async () => {
    const { width, height } = (await sharp(data).metadata()).autoOrient;
    const scale = Math.min(1, edges[0] / Math.max(width, height));
    const place = await placed(logo, Math.round(width * scale), Math.round(height * scale));
    return shrunk(data, edges[0]).composite([place]).jpeg({ quality }).toBuffer();
  })();
  const made = await Promise.all([...bodies, withMark]);
  return Object.fromEntries([...edges, marked].map((name, index) => [name, made[index]]));
}

async function cascade(data, logo) {
  const options = { quality, optimiseCoding: false };
  const outputs = {};
  let current = await shrunk(data, edges[0]).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const largest = current;
  const { width: fullWidth, height: fullHeight } = current.info;
  for (const edge of edges) {
    const scale = Math.min(1, edge / Math.max(fullWidth, fullHeight));
    const size = { width: Math.round(fullWidth * scale), height: Math.round(fullHeight * scale) };
    if (size.width !== current.info.width) {
      current = await sharp(current.data, { raw: current.info })
        .resize({ ...size, fit: "fill" })
        .raw()
        .toBuffer({ resolveWithObject: true });
    }
    outputs[edge] = await sharp(current.data, { raw: current.info }).jpeg(options).toBuffer();
  }
  outputs[marked] = await sharp(largest.data, { raw: largest.info })
    .composite([await placed(logo, fullWidth, fullHeight)])
    .jpeg(options)
    .toBuffer();
  return outputs;
}

function peakBytes() {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync("/proc/self/status", "utf8"))[1]) * 1024;
  } catch {
    return process.resourceUsage().maxRSS * 1024;
  }
}

const job = { renditions, cascade }[form];
const [data, logo] = [readFileSync(photo), readFileSync(mark)];
await job(readFileSync(small), logo);
const started = process.hrtime.bigint();
const burnt = process.cpuUsage();
const outputs = await job(data, logo);
const wall = Number(process.hrtime.bigint() - started) / 1e9;
const { user, system } = process.cpuUsage(burnt);
const figures = {
  cpu_seconds: (user + system) / 1e6,
  wall_seconds: wall,
  peak_rss_bytes: peakBytes(),
};
for (const [name, body] of Object.entries(outputs)) {
  writeFileSync(join(folder, `${name}.jpg`), body);
}
console.log(JSON.stringify(figures));
