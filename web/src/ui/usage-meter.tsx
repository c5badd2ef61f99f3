import { bytes } from "../format";
import { words } from "../words/language";
import { useStore } from "./store";

/** The storage that the user's files take, beside their quota. */
export function UsageMeter() {
  const { cloud, gallery, usage: store } = useStore();
  const usage = store.usage.value;
  const { period } = cloud.deployment.quota;
  if (!usage) return <div class="usage-meter" />;
  const { storedBytes, storedLimit, uploadedBytes, uploadedLimit } = usage;
  const kept = storedBytes + usage.heldBytes;
  const say = words().gallery;
  const size = (limit: number | undefined) => (limit === undefined ? undefined : bytes(limit));
  const detail = [
    say.kept(usage.storedObjects, gallery.noun.value, bytes(kept), size(storedLimit)),
    say.uploadedThis[period](bytes(uploadedBytes), size(uploadedLimit)),
  ].join(" ");
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
        {bytes(kept)} <span class="usage-limit">{say.ofLimit(bytes(storedLimit))}</span>
      </span>
      <div
        class={kept > storedLimit * 0.9 ? "usage-gauge nearly-full" : "usage-gauge"}
        role="meter"
        aria-valuemin={0}
        aria-valuemax={storedLimit}
        aria-valuenow={Math.min(kept, storedLimit)}
        aria-valuetext={detail}
        aria-label={say.storageUsed}
      >
        {kept > 0 && <div style={{ width: `${Math.min(100, (100 * kept) / storedLimit)}%` }} />}
      </div>
    </div>
  );
}
