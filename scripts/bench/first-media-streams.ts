/** The streams of `first-media.ts`, by their number. */

export const RTSP_PORT = 554;

/** The first port of streams, at either end; each takes two. */
const FIRST_PORT = 20_000;

/** Whether a stream's client waits for the reply to PLAY. */
export function isPlayed(number: number): boolean {
  return number % 2 === 1;
}

/** Of RTP, at either end. */
export function portOf(number: number): number {
  return FIRST_PORT + 2 * number;
}
