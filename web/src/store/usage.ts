/** The user's usage beside their quota. */

import { computed, signal } from "@preact/signals";

import type { Cloud } from "../cloud/cloud";
import type { UsageRow } from "../cloud/records";
import { overQuota, tooLarge, usageOf } from "./quota";
import { same } from "./same";

export class UsageStore {
  readonly #rows = signal<readonly UsageRow[] | undefined>(undefined);
  /** When rows were told live, by their period, in milliseconds since 1970. */
  readonly #toldAt = new Map<string, number>();
  #wasFull = false;

  /** Undefined until the usage table has been read. */
  readonly usage = computed(() =>
    this.#rows.value ? usageOf(this.#rows.value, this.cloud.deployment.quota) : undefined,
  );

  /** Why nothing can be uploaded now, and until when, as a sentence; undefined while there is room. */
  readonly full = computed(() =>
    this.usage.value ? overQuota(this.usage.value, this.cloud.deployment.quota) : undefined,
  );

  constructor(readonly cloud: Cloud) {}

  async load(): Promise<void> {
    const askedAt = Date.now();
    this.set(await this.cloud.usage(), askedAt);
  }

  /**
   * Take rows as the table held them when they were asked for, in milliseconds since 1970, but for what
   * was told since; whether anything has changed.
   */
  set(rows: readonly UsageRow[], askedAt = Date.now()): boolean {
    const before = this.#rows.peek();
    const isNewer = ({ period }: UsageRow) => (this.#toldAt.get(period) ?? 0) > askedAt;
    const newer = before?.filter(isNewer) ?? [];
    this.#rows.value = same(before, [...newer, ...rows.filter((row) => !isNewer(row))]);
    this.#renewWhenThereIsRoom();
    return this.#rows.peek() !== before;
  }

  /** Take one row as it has become. */
  put(row: UsageRow): void {
    const others = (this.#rows.peek() ?? []).filter(({ period }) => period !== row.period);
    this.#rows.value = [row, ...others];
    this.#toldAt.set(row.period, Date.now());
    this.#renewWhenThereIsRoom();
  }

  /** Why a file does not fit beside other uploads, whose sizes are `pending`, as a sentence. */
  refusal(size: number, pending: readonly number[]): string | undefined {
    const usage = this.usage.peek();
    return usage && tooLarge(usage, this.cloud.deployment.quota, size, pending);
  }

  /** Credentials carry whether their user may upload, so they are renewed when the quota opens. */
  #renewWhenThereIsRoom(): void {
    const isFull = this.full.peek() !== undefined;
    if (this.#wasFull && !isFull) void this.cloud.session.renew();
    this.#wasFull = isFull;
  }
}
