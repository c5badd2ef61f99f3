import type { Studio } from "../studio";
import { bytes, count } from "../words";

/** Usage against the quota. */
export function Meter(props: { studio: Studio }) {
  const usage = props.studio.usage.value;
  const { period } = props.studio.cloud.deployment.quota;
  if (!usage) return <div class="meter" />;
  const { storedBytes, storedLimit, uploadedBytes, uploadedLimit } = usage;
  const kept = storedBytes + usage.heldBytes;
  const detail =
    `${count(usage.storedObjects, "photo")}, ${bytes(kept)} kept` +
    (storedLimit === undefined ? "" : ` of ${bytes(storedLimit)}`) +
    `. ${bytes(uploadedBytes)} uploaded this ${period}` +
    (uploadedLimit === undefined ? "." : ` of ${bytes(uploadedLimit)}.`);
  if (storedLimit === undefined) {
    return (
      <div class="meter" title={detail}>
        <span class="meter-text">{bytes(kept)}</span>
      </div>
    );
  }
  return (
    <div class="meter" title={detail}>
      <span class="meter-text">
        {bytes(kept)} <span class="meter-of">of {bytes(storedLimit)}</span>
      </span>
      <div
        class={kept > storedLimit * 0.9 ? "gauge nearly-full" : "gauge"}
        role="meter"
        aria-valuemin={0}
        aria-valuemax={storedLimit}
        aria-valuenow={Math.min(kept, storedLimit)}
        aria-valuetext={detail}
        aria-label="Storage used"
      >
        <div style={{ width: `${Math.min(100, (100 * kept) / storedLimit)}%` }} />
      </div>
    </div>
  );
}
