/** Numbers as people read them at a glance, in a terminal and in a page: no imports. */

const PREFIXES = ['', 'k', 'M', 'G', 'T', 'P'] as const;

/** Three digits and a prefix: 12.3 k, 940, 0.5. @param value 0 or more. */
export function quantity(value: number): string {
  if (value === 0) return '0';
  let power = 0;
  let scaled = value;
  // 999.6 shows as 1000 else.
  while (scaled >= 999.5 && power < PREFIXES.length - 1) {
    scaled /= 1000;
    power++;
  }
  const digits = scaled >= 99.95 ? 0 : scaled >= 9.995 ? 1 : power === 0 && Number.isInteger(scaled) ? 0 : 2;
  const prefix = PREFIXES[power] ?? '';
  return `${Number(scaled.toFixed(digits))}${prefix === '' ? '' : ` ${prefix}`}`;
}

/** Bits a second. */
export function bitRate(value: number): string {
  const text = quantity(value);
  return text.includes(' ') ? `${text}b/s` : `${text} b/s`;
}

/** Thousands apart: 12,345. */
export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** A part of 1. */
export function percent(part: number | null | undefined): string {
  return part === null || part === undefined ? '–' : `${(100 * part).toFixed(part >= 0.9995 ? 0 : 1)} %`;
}

/** A time that has passed: 8 s, 12 min, 3 h 10 min, 5 d 2 h. @param seconds 0 or more. */
export function duration(seconds: number): string {
  const whole = Math.floor(seconds);
  const [minutes, hours, days] = [
    Math.floor(whole / 60),
    Math.floor(whole / 3600),
    Math.floor(whole / 86_400),
  ];
  if (whole < 60) return `${whole} s`;
  if (hours < 1) return `${minutes} min`;
  if (days < 1) return `${hours} h ${minutes % 60} min`;
  return `${days} d ${hours % 24} h`;
}

/** The time of day here. @param at Milliseconds since 1970. */
export function timeOfDay(at: number): string {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}
