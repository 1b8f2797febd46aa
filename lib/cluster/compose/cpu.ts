/**
 * How much of a processor a container may use, and how often it had to wait for more.
 *
 * @module
 */
import type Docker from "./docker.ts";

/** The kernel's usual period, in microseconds. */
const periodUs = 100_000;

/** Sets the limit, as a part of one processor; returns what it was. */
export async function limitCpu(
  container: Docker.Container,
  share: number | undefined,
): Promise<number | undefined> {
  const { HostConfig: { CpuQuota, CpuPeriod, NanoCpus } } = await container.inspect();
  const before = NanoCpus
    ? NanoCpus / 1e9
    : CpuQuota && CpuQuota > 0
    ? CpuQuota / (CpuPeriod || periodUs)
    : undefined;
  const quota = share === undefined ? -1 : Math.round(share * periodUs);
  await container.update({ CpuPeriod: periodUs, CpuQuota: quota });
  return before;
}

/** In how many periods it had to wait since it was started. */
export async function cpuWaits(container: Docker.Container): Promise<number> {
  const stats = await container.stats({ stream: false, "one-shot": true });
  return stats.cpu_stats.throttling_data.throttled_periods;
}
