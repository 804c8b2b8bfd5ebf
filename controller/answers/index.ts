/** What the controller says to packets that the switch hands to it, beside mobility. */

export type { AnswerContext } from './context.ts';
export { answerEcho } from './echo.ts';
export { answerWithError, type DeliveryProblem } from './errors.ts';
export {
  type FrameToSend,
  frameBack,
  type NetworkPacket,
  type PuntedFrame,
  readNetworkPacket,
} from './frame.ts';
export { answerHeaders } from './headers.ts';
export { answerArp, answerNeighborDiscovery } from './resolution.ts';
export { addRoutingHeader } from './second-routing-header.ts';
export { type OwnEndpoint, type TranslatedError, translateError } from './translate-error.ts';
export { translateServerError } from './translate-server-error.ts';
