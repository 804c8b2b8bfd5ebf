/** Memory and socket buffers, from /proc/meminfo, /proc/net/sockstat and the limits in /proc/sys/net. */

/** The part of the memory that is not available; caches that can go count as available. */
export function memoryLoad(meminfo: string): number | undefined {
  const total = kilobytes(meminfo, 'MemTotal');
  const available = kilobytes(meminfo, 'MemAvailable');
  if (total === undefined || available === undefined || total === 0) return undefined;
  return Math.min(1, Math.max(0, 1 - available / total));
}

function kilobytes(meminfo: string, name: string): number | undefined {
  const found = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(meminfo)?.[1];
  return found === undefined ? undefined : Number(found);
}

/**
 * The part of the pages that TCP or UDP may have for buffers which they have: the greater of both.
 * @param sockstat /proc/net/sockstat
 * @param tcpMem, udpMem Three numbers of pages, the last the limit: /proc/sys/net/ipv4/tcp_mem, udp_mem
 */
export function networkBufferLoad(sockstat: string, tcpMem: string, udpMem: string): number | undefined {
  const parts = [part(sockstat, 'TCP', tcpMem), part(sockstat, 'UDP', udpMem)].filter(
    (one) => one !== undefined,
  );
  return parts.length === 0 ? undefined : Math.min(1, Math.max(...parts));
}

function part(sockstat: string, protocol: string, limits: string): number | undefined {
  const pages = new RegExp(`^${protocol}:.* mem (\\d+)`, 'm').exec(sockstat)?.[1];
  const limit = Number(limits.trim().split(/\s+/)[2]);
  return pages === undefined || !(limit > 0) ? undefined : Number(pages) / limit;
}
