/** Settings of everything that runs in the demonstration. */

import type { HomeAgentSettings, InternetSettings, MobileNodeSettings } from '../nodes.ts';
import type { WebServerSettings } from '../web-server.ts';
import {
  ACCESS,
  HOME_ADDRESS,
  HOME_AGENT,
  internetLink,
  LINKS,
  managementAddress,
  NETWORKS,
  SERVERS,
  type ServerName,
  SWITCH_ADDRESS,
  serverLink,
  transitAddress,
  VIP,
} from './topology.ts';

export const WEB_PORT = 80;
export const RTSP_PORT = 8554;
export const HTTP = '127.0.0.1:9412';
export const GRPC = '127.0.0.1:9559';
export const HEALTH = `[${managementAddress()}]:9413`;
/** Connections that wait at a server when it counts as full, and those that its queue really takes. */
export const QUEUE = 16;
const BACKLOG = 256;
/** d and δ of the SARA paper. */
export const PERIOD_MS = 500;
const PERIOD = `${PERIOD_MS}ms`;
const UPLINK = 1;

export const INTERNET: InternetSettings = {
  kind: 'internet',
  ports: NETWORKS.map(({ name, number, prefixes, delay }) => ({
    interface: name,
    linkAddress: internetLink(number),
    addresses: [name === 'client' ? '2001:db8:5::1' : transitAddress(number, 'internet')],
    nextHop:
      name === 'dc'
        ? SWITCH_ADDRESS
        : name === 'client'
          ? '2001:db8:5::10'
          : transitAddress(number, 'network'),
    prefixes,
    delay,
  })),
};

export const HOME_AGENT_NODE: HomeAgentSettings = {
  kind: 'home-agent',
  interface: 'eth0',
  linkAddress: LINKS.homeAgent,
  address: HOME_AGENT,
  homePrefix: '2001:db8:1::/64',
  router: ACCESS.home.router,
};

export const MOBILE_NODE: MobileNodeSettings = {
  kind: 'mobile-node',
  home: HOME_ADDRESS,
  homeAgent: HOME_AGENT,
  lifetime: 420,
  stack: { interface: 'mip0', linkAddress: LINKS.stack, gateway: 'fe80::1' },
  links: Object.fromEntries(
    Object.entries(ACCESS).map(([name, { careOf, ...rest }]) => [
      name,
      careOf === undefined ? rest : { ...rest, careOf },
    ]),
  ),
};

/** The port of the switch that leads to a server. */
export function serverPort(server: ServerName): number {
  return UPLINK + 1 + SERVERS.indexOf(server);
}

/** What `moor switch` is told about its interfaces. */
export function switchInterfaces(): readonly string[] {
  return ['-i', `${UPLINK}=uplink`, ...SERVERS.flatMap((name) => ['-i', `${serverPort(name)}=${name}`])];
}

/** What of moor.yaml depends on the world. */
export type ControllerPlaces = {
  readonly state: string;
  readonly target: string;
  readonly listen: string;
  /** Where agents are heard. */
  readonly health: string;
  /** File with the key that they share with the controller. */
  readonly key: string;
  /** Directory of the compiled pipeline; unless said, moor's own. */
  readonly pipeline?: string;
};

/** moor.yaml. */
export function controllerSettings({
  state,
  target,
  listen,
  health,
  key,
  pipeline,
}: ControllerPlaces): string {
  const all = `[${SERVERS.join(', ')}]`;
  return `
switches:
  - name: edge
    target: ${target}
    ports:
${[UPLINK, ...SERVERS.map(serverPort)]
  .map(
    (number) =>
      `      - { number: ${number}, role: ${number === UPLINK ? 'uplink' : 'server'}, link-address: '${LINKS.switch}' }`,
  )
  .join('\n')}
addresses: ['${SWITCH_ADDRESS}']
services:
  - { name: web, address: '${VIP}', port: ${WEB_PORT}, servers: ${all} }
  - { name: film, address: '${VIP}', port: ${RTSP_PORT}, servers: ${all} }
servers:
${SERVERS.map(
  (name) =>
    `  - { name: ${name}, id: ${SERVERS.indexOf(name) + 1}, port: ${serverPort(name)}, link-address: '${serverLink(name)}' }`,
).join('\n')}
neighbors:
  - { name: internet, port: ${UPLINK}, link-address: '${internetLink(4)}' }
routes:
  - { prefix: '::/0', via: internet }
health: { listen: '${health}', key-file: ${key}, every: ${PERIOD}, slow-start: 1s }
# All servers share this machine's processors and memory: what tells them apart is who waits in their queues.
load: { every: ${PERIOD}, weights: { cpu: 0, memory: 0, networkBuffers: 0, ioQueue: 0 } }
admission: { enabled: true }
state: ${state}
listen: ${listen}
${pipeline === undefined ? '' : `pipeline: { p4info: ${pipeline}/pipeline.txtpb, program: ${pipeline}/pipeline.json }\n`}`;
}

/** agent.yaml. */
export function agentSettings(server: ServerName, directory: string): string {
  return `
identity: ${SERVERS.indexOf(server) + 1}
controllers: ['${HEALTH}']
key-file: ${directory}/agent.key
heartbeat-every: ${PERIOD}
load-every: ${PERIOD}
serves: [{ port: ${WEB_PORT}, limit: ${QUEUE} }]
probe: { tcp: '[${VIP}]:${WEB_PORT}', timeout: 3s, fall: 3 }
virtual-addresses: ['${VIP}']
state: ${directory}/${server}
`;
}

/** nginx.conf: a film to download, and the server's name in every answer. */
export function nginxSettings(server: ServerName, directory: string): string {
  return `
daemon off;
# Files of the demonstration are for nobody else.
user root;
worker_processes 1;
error_log ${directory}/nginx-${server}.error.log;
pid ${directory}/nginx-${server}.pid;
events { worker_connections 1024; }
http {
  access_log off;
  client_body_temp_path ${directory}/nginx-${server}-body;
  proxy_temp_path ${directory}/nginx-${server}-proxy;
  fastcgi_temp_path ${directory}/nginx-${server}-fastcgi;
  uwsgi_temp_path ${directory}/nginx-${server}-uwsgi;
  scgi_temp_path ${directory}/nginx-${server}-scgi;
  server {
    listen [::]:${WEB_PORT} backlog=${BACKLOG};
    root ${directory}/www;
    add_header X-Server ${server};
  }
}
`;
}

/** The web server where there is no nginx. */
export function webServer(server: ServerName, directory: string): WebServerSettings {
  return { kind: 'web-server', name: server, port: WEB_PORT, directory };
}

/** A server for RTSP, which GStreamer has for Python. */
export const RTSP_SERVER = `
import gi
gi.require_version('Gst', '1.0')
gi.require_version('GstRtspServer', '1.0')
from gi.repository import GLib, Gst, GstRtspServer

Gst.init(None)
server = GstRtspServer.RTSPServer()
server.set_address('::')
server.set_service('${RTSP_PORT}')
factory = GstRtspServer.RTSPMediaFactory()
factory.set_launch(
    '( videotestsrc is-live=true ! video/x-raw,format=I420,width=320,height=240,framerate=25/1'
    ' ! jpegenc ! rtpjpegpay name=pay0 )'
)
server.get_mount_points().add_factory('/film', factory)
server.attach(None)
print('ready', flush=True)
GLib.MainLoop().run()
`;
