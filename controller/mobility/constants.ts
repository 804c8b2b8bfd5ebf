/** Numbers of RFC 6275, section 12 and 6.1.8; times in milliseconds. */

export const MAX_NONCE_LIFETIME = 240_000;
export const MAX_TOKEN_LIFETIME = 210_000;
export const MAX_RR_BINDING_LIFETIME = 420_000;

/** The difference of the two above: a new nonce that often keeps tokens valid long enough (5.2.7). */
export const NONCE_INTERVAL = MAX_NONCE_LIFETIME - MAX_TOKEN_LIFETIME;

/** Lifetimes on the wire count in units of four seconds (6.1.7). */
export const LIFETIME_UNIT = 4000;

/** What a Binding Acknowledgement says (6.1.8). The others are for home agents. */
export const STATUS = {
  accepted: 0,
  reasonUnspecified: 128,
  administrativelyProhibited: 129,
  insufficientResources: 130,
  homeRegistrationNotSupported: 131,
  sequenceOutOfWindow: 135,
  expiredHomeNonce: 136,
  expiredCareOfNonce: 137,
  expiredNonces: 138,
  registrationTypeChange: 139,
  invalidCareOfAddress: 174,
} as const;

/** What a Binding Error says (6.1.9). */
export const ERROR_UNKNOWN_BINDING = 1;
export const ERROR_UNKNOWN_TYPE = 2;
