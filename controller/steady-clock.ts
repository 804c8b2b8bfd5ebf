/** Time that nobody sets: intervals are what they are, whatever is done to the clock of the machine. */

/**
 * Milliseconds since 1970 as the clock of the machine had them when this process began, and as many more as have gone by since.
 * For what is measured from one moment to another; what others wrote with clocks of theirs is compared with `Date.now`.
 */
export function steadyNow(): number {
  return Math.floor(performance.timeOrigin + performance.now());
}
