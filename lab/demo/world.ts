/** What the story of the demonstration needs, whatever it is made of. */

import type { MobileNode } from '../mobile-node.ts';
import type { AccessName, ServerName } from './topology.ts';

export type Carried = MobileNode['carried'];

export type DownloadOptions = {
  readonly from: 'mn' | 'client';
  /** The large file, not the small page. */
  readonly film?: boolean;
  /** How long it is to take; as fast as it goes, unless said. */
  readonly seconds?: number;
  /** Seconds after which it is given up. */
  readonly within?: number;
};

export type Download = {
  /** Undefined: nobody answered. */
  readonly server: ServerName | undefined;
  /** Seconds of the TCP handshake. */
  readonly connect: number;
  /** Bytes a second. */
  readonly speed: number;
  /** Whether everything came, as it was. */
  readonly isWhole: boolean;
};

export type FilmFigures = { readonly frames: number; readonly lost: boolean };

/** A world to tell the story in. */
export type DemoWorld = {
  readonly hasFilms: boolean;
  /** What happened to the mobile node, since the beginning. */
  readonly events: readonly Readonly<Record<string, unknown>>[];
  /** Waits for an event that comes after so many. */
  event(kind: string, after: number): Promise<Readonly<Record<string, unknown>>>;
  /** The mobile node goes to another link. */
  move(to: AccessName): void;
  setRouteOptimization(routeOptimization: boolean): void;
  /** What the mobile node's packets took. */
  carried(): Promise<Carried>;
  download(options: DownloadOptions): Promise<Download>;
  /** The mobile node watches the film for so many seconds. */
  watch(seconds: number): Promise<FilmFigures>;
  /** So many visitors come at once, with a session each. @returns Who served each; undefined: nobody, within so many seconds. */
  visit(count: number, within: number): Promise<readonly (ServerName | undefined)[]>;
  /** Web servers stop accepting connections, which then wait in their queues, or go on. Films are not touched. */
  stall(isStalled: boolean): void;
  /** Packets of new sessions that the switch has refused so far. */
  refused(): Promise<number>;
  /** Pulls the plug of a server. */
  killServer(server: ServerName): Promise<void>;
};
