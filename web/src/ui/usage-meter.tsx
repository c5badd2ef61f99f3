import { bytes, count } from "../format";
import { useStore } from "./store";

/** The storage that the user's files take, beside their quota. */
export function UsageMeter() {
  const { cloud, gallery, usage: store } = useStore();
  const usage = store.usage.value;
  const { period } = cloud.deployment.quota;
  if (!usage) return <div class="usage-meter" />;
  const { storedBytes, storedLimit, uploadedBytes, uploadedLimit } = usage;
  const kept = storedBytes + usage.heldBytes;
  const detail =
    `${count(usage.storedObjects, gallery.noun.value)}, ${bytes(kept)} kept` +
    (storedLimit === undefined ? "" : ` of ${bytes(storedLimit)}`) +
    `. ${bytes(uploadedBytes)} uploaded this ${period}` +
    (uploadedLimit === undefined ? "." : ` of ${bytes(uploadedLimit)}.`);
  if (storedLimit === undefined) {
    return (
      <div class="usage-meter" title={detail}>
        <span class="usage-text">{bytes(kept)}</span>
      </div>
    );
  }
  return (
    <div class="usage-meter" title={detail}>
      <span class="usage-text">
        {bytes(kept)} <span class="usage-limit">of {bytes(storedLimit)}</span>
      </span>
      <div
        class={kept > storedLimit * 0.9 ? "usage-gauge nearly-full" : "usage-gauge"}
        role="meter"
        aria-valuemin={0}
        aria-valuemax={storedLimit}
        aria-valuenow={Math.min(kept, storedLimit)}
        aria-valuetext={detail}
        aria-label="Storage used"
      >
        {kept > 0 && <div style={{ width: `${Math.min(100, (100 * kept) / storedLimit)}%` }} />}
      </div>
    </div>
  );
}
