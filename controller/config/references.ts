/** What a configuration must hold beside its form: names that exist, once each, and parts that fit together. */

import { checkEngines } from './engines.ts';
import type { Config } from './schema.ts';

/** A mistake, and the place of it: keys and indices from the top. */
export type ConfigProblem = { readonly path: readonly (string | number)[]; readonly message: string };

/** All mistakes of a configuration whose form is right. */
export function checkReferences(config: Config): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const report = (path: ConfigProblem['path'], message: string) => problems.push({ path, message });
  for (const part of ['switches', 'services', 'servers', 'neighbors'] as const) {
    const named: readonly { readonly name: string }[] = config[part];
    once(
      named,
      ({ name }) => name,
      (index, name) => report([part, index, 'name'], `'${name}' is there already`),
    );
  }
  for (const part of ['services', 'servers'] as const) {
    const numbered: readonly { readonly id?: number | undefined }[] = config[part];
    once(
      numbered,
      ({ id }) => id,
      (index, id) => report([part, index, 'id'], `${id} is taken already`),
    );
  }
  const ports = new Set(config.switches.flatMap((one) => one.ports.map(({ number }) => number)));
  for (const [index, one] of config.switches.entries()) {
    once(
      one.ports,
      ({ number }) => number,
      (at, number) => report(['switches', index, 'ports', at, 'number'], `port ${number} is there already`),
    );
    if (one.tls !== undefined && (one.tls.certificate === undefined) !== (one.tls.key === undefined)) {
      report(['switches', index, 'tls'], 'write certificate and key, or neither');
    }
  }
  for (const part of ['servers', 'neighbors'] as const) {
    for (const [index, { port }] of config[part].entries()) {
      if (!ports.has(port)) report([part, index, 'port'], `no switch has a port ${port}`);
    }
  }
  const neighbors = new Set(config.neighbors.map(({ name }) => name));
  for (const [index, { via }] of config.routes.entries()) {
    if (!neighbors.has(via)) report(['routes', index, 'via'], `no neighbour is called '${via}'`);
  }
  once(
    config.routes,
    ({ prefix }) => prefix,
    (index, prefix) => report(['routes', index, 'prefix'], `there is a route to ${prefix} already`),
  );
  checkServices(config, report);
  return [...problems, ...checkEngines(config)];
}

function checkServices(config: Config, report: (path: ConfigProblem['path'], message: string) => void): void {
  const servers = new Map(config.servers.map((server) => [server.name, server]));
  once(
    config.services,
    ({ address, protocol, port }) => `${address} ${protocol} ${port ?? '*'}`,
    (index) => report(['services', index], 'another service has the same address, protocol and port'),
  );
  for (const [index, service] of config.services.entries()) {
    const at = (...more: (string | number)[]) => ['services', index, ...more];
    const hasPorts = service.protocol === 'tcp' || service.protocol === 'udp';
    if (!hasPorts && service.port !== undefined) report(at('port'), `${service.protocol} has no ports`);
    if (service.signalling !== 'none' && service.port === undefined) {
      report(at('signalling'), 'signalling is read at a port: write one');
    }
    checkSignalling(service, (message) => report(at('signalling'), message));
    if (service.mode === 'nat' && !hasPorts) report(at('mode'), 'NAT is for tcp and udp');
    if (service.mode === 'nat' && service.port === undefined)
      report(at('mode'), 'NAT needs the port of the service');
    if (service.mode === 'hand-over' && service.servers.length !== 1) {
      report(at('servers'), 'one load balancer takes what is handed over');
    }
    for (const [place, name] of service.servers.entries()) {
      const server = servers.get(name);
      if (server === undefined) {
        report(at('servers', place), `no server is called '${name}'`);
        continue;
      }
      if (service.mode !== 'nat') continue;
      if (server.address === undefined) {
        report(at('servers', place), `'${name}' has no address, which NAT needs`);
      } else if (server.address.includes(':') !== service.address.includes(':')) {
        report(at('servers', place), `'${name}' has an address of another family than the service`);
      }
    }
    if (new Set(service.servers).size !== service.servers.length)
      report(at('servers'), 'a server is there twice');
  }
}

/** What is announced names ports of the virtual address, so that servers have to have that themselves. */
function checkSignalling(service: Config['services'][number], report: (message: string) => void): void {
  const { signalling, mode, protocol } = service;
  if (signalling === 'none') return;
  if (mode !== 'layer2') report(`flows that ${signalling} announces are for mode: layer2, not ${mode}`);
  const carriers = signalling === 'sip' ? ['tcp', 'udp'] : ['tcp'];
  if (!carriers.includes(String(protocol))) {
    report(`${signalling} goes over ${carriers.join(' or ')}, not ${protocol}`);
  }
}

function once<T, K>(all: readonly T[], keyOf: (one: T) => K, again: (index: number, key: K) => void): void {
  const seen = new Set<K>();
  for (const [index, one] of all.entries()) {
    const key = keyOf(one);
    if (key === undefined) continue;
    if (seen.has(key)) again(index, key);
    seen.add(key);
  }
}
