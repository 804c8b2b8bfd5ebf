#!/usr/bin/python3
"""A topology of bmv2-tests/topologies in Mininet: moor's switch or simple_switch_grpc, its controller, and all hosts.

`npm run mininet` calls it, and says what it takes. Ends with 0 when the commands and checks it was given are right.
"""

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from mininet.cli import CLI
from mininet.log import setLogLevel
from mininet.net import Mininet
from mininet.node import Node, Switch

GRPC = '127.0.0.1:9559'
LISTEN = '127.0.0.1:9412'
CPU_PORT = '510'
READY_S = 90


class LabError(Exception):
    """Something did not come to be."""


class Programs:
    """Programs in namespaces of nodes, each with a log; they end with this one, in whatever way that ends."""

    def __init__(self, directory):
        self.directory = directory
        self.running = []

    def start(self, name, node, words):
        log = self.directory / f'{name}.log'
        with log.open('ab') as output:
            process = node.popen(
                ['setpriv', '--pdeathsig', 'KILL', *words],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        self.running.append(process)
        return process, log

    def end(self, process):
        if process not in self.running:
            return
        if process.poll() is None:
            process.terminate()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        self.running.remove(process)

    def end_all(self):
        for process in reversed(list(self.running)):
            self.end(process)


def until(what, process, log, holds):
    """Waits until something holds."""
    end = time.monotonic() + READY_S
    while time.monotonic() < end:
        if holds():
            return
        if process.poll() is not None:
            break
        time.sleep(0.2)
    last = log.read_text(errors='replace').strip().splitlines()[-3:]
    raise LabError(f'it does not come to be: {what}: {" | ".join(last)}')


class ProgrammableSwitch(Switch):
    """A switch in a namespace of its own, with the interfaces of a topology. Its program comes from the controller."""

    def __init__(self, name, lab=None, **params):
        super().__init__(name, **{**params, 'dpid': '1', 'inNamespace': True})
        self.lab = lab
        self.process = None

    def words(self):
        """What starts it."""
        raise NotImplementedError

    def listens(self):
        """Whether its P4Runtime server does: in its namespace, so a program there has to look."""
        host, port = GRPC.split(':')
        return self.cmd(f'(exec 3<>/dev/tcp/{host}/{port}) 2>/dev/null && echo yes').strip().endswith('yes')

    def start(self, _controllers):
        self.process, log = self.lab.programs.start('switch', self, self.words())
        until('the switch listens', self.process, log, self.listens)

    def stop(self, deleteIntfs=True):
        if self.process is not None:
            self.lab.programs.end(self.process)
            self.process = None
        super().stop(deleteIntfs)


class MoorSwitch(ProgrammableSwitch):
    """moor's embedded switch."""

    def words(self):
        ports = [word for port, name in self.lab.ports() for word in ('-i', f'{port}={name}')]
        return [*self.lab.moor, 'switch', *ports, '--cpu-port', CPU_PORT, '--grpc', GRPC, *self.lab.switch_options]


class SimpleSwitchGrpc(ProgrammableSwitch):
    """BMv2's simple_switch_grpc."""

    def words(self):
        ports = [word for port, name in self.lab.ports() for word in ('-i', f'{port}@{name}')]
        own = ['--no-p4', '--device-id', '1', '-L', 'error', *ports]
        return [self.lab.bmv2, *own, '--', '--grpc-server-addr', GRPC, '--cpu-port', CPU_PORT]


class LabHost(Node):
    """A host whose addresses and routes are those of the topology."""

    def set_up(self, namespace):
        forwards = 1 if namespace.get('forwards') else 0
        for scope in ('all', 'default'):
            self.run(f'sysctl -qw net.ipv6.conf.{scope}.disable_ipv6=0 net.ipv6.conf.{scope}.accept_dad=0')
            self.run(f'sysctl -qw net.ipv6.conf.{scope}.accept_ra=0 net.ipv4.conf.{scope}.rp_filter=0')
            self.run(f'sysctl -qw net.ipv6.conf.{scope}.forwarding={forwards} net.ipv4.conf.{scope}.forwarding={forwards}')
        self.run('ip link set lo up')
        for name in namespace.get('bridges', []):
            self.run(f'ip link add {name} type bridge mcast_snooping 0')
        for name, interface in namespace['interfaces'].items():
            if name not in namespace.get('bridges', []):
                # One frame is one packet on every link: what is between counts, delays and rewrites packets.
                self.run(f'ip link set dev {name} gso_max_segs 1')
            if 'mtu' in interface:
                self.run(f'ip link set dev {name} mtu {interface["mtu"]}')
            if 'master' in interface:
                self.run(f'ip link set dev {name} master {interface["master"]}')
            self.run(f'ip link set dev {name} up')
            for address in interface.get('addresses', []):
                self.run(f'ip addr add {address} dev {name} {"nodad" if ":" in address else ""}')
                known = self.nameToIntf.get(name)
                # What Mininet's own commands, such as pingall, take for the host's address.
                if known is not None and '.' in address and known.ip is None:
                    known.ip, known.prefixLen = address.split('/')

    def set_routes(self, namespace):
        for route in namespace.get('routes', []):
            via = f'via {route["via"]}' if 'via' in route else ''
            family = '-4' if '.' in route['prefix'] + route.get('via', '') else '-6'
            onlink = 'onlink' if via else ''
            self.run(f'ip {family} route add {route["prefix"]} {via} dev {route["interface"]} {onlink}')

    def run(self, command):
        said = self.cmd(command).strip()
        if said:
            raise LabError(f'{self.name}: {command}: {said}')


class LabCLI(CLI):
    """Mininet's CLI, which remembers what failed."""

    failed = 0

    def do_pingall(self, line):
        """Ping between all hosts."""
        LabCLI.failed += 1 if self.mn.pingAll(line) > 0 else 0


class Lab:
    """The topology, as it runs."""

    def __init__(self, topology, directory, moor, bmv2, switch_options):
        self.topology = topology
        self.directory = directory
        self.moor = moor
        self.bmv2 = bmv2
        self.switch_options = switch_options
        self.programs = Programs(directory)
        # No OpenFlow controller, and addresses of our own.
        self.net = Mininet(controller=None, build=False, autoSetMacs=False)

    def ports(self):
        return self.topology['switch']['ports'].items()

    def expand(self, text):
        return text.replace('%directory%', str(self.directory))

    def build(self, switch_class):
        namespaces = self.topology['namespaces']
        home = self.topology['switch']['namespace']
        for name in namespaces:
            if name == home:
                self.net.addSwitch(name, cls=switch_class, lab=self)
            else:
                self.net.addHost(name, cls=LabHost)
        for one, other in self.topology['links']:
            ends = [end.split(':') for end in (one, other)]
            (name1, interface1), (name2, interface2) = ends
            links = [namespaces[name]['interfaces'][interface].get('linkAddress') for name, interface in ends]
            addresses = {f'addr{number}': link for number, link in enumerate(links, 1) if link is not None}
            # Mininet numbers both ends alike where a link begins and ends in one host, and cannot take that away again.
            ports = {'port2': self.net[name2].newPort() + 1} if name1 == name2 else {}
            self.net.addLink(name1, name2, intfName1=interface1, intfName2=interface2, **ports, **addresses)
        switch = self.net[home]
        switch.cmd('ip link set lo up')
        for _, interface in self.ports():
            # Its kernel is to have no opinion about what passes.
            switch.cmd(f'sysctl -qw net.ipv6.conf.{interface}.disable_ipv6=1')
            switch.cmd(f'ip link set dev {interface} gso_max_segs 1 up')
        for host in self.net.hosts:
            host.set_up(namespaces[host.name])
        for host in self.net.hosts:
            host.set_routes(namespaces[host.name])
        if self.bmv2 is not None:
            # BMv2 sends packets as it takes them from the kernel: those whose checksum is still to be written, without one.
            for link in self.topology['links']:
                if any(end.startswith(f'{home}:') for end in link):
                    for name, interface in (end.split(':') for end in link):
                        self.net[name].cmd(f'ethtool -K {interface} tx off rx off tso off gso off gro off')
        self.net.built = True

    def start(self):
        www = self.directory / 'www'
        www.mkdir()
        (www / 'index.html').write_text('moored\n')
        self.net.start()
        self.start_controller()
        for name, program in self.topology.get('programs', {}).items():
            for file, lines in program.get('files', {}).items():
                (self.directory / file).write_text('\n'.join(map(self.expand, lines)) + '\n')
            words = [self.expand(word) for word in program['command']]
            self.programs.start(name, self.net[program['namespace']], words)
        nodes = []
        for name, node in self.topology['nodes'].items():
            words = [*self.moor, 'lab-node', self.expand(json.dumps(node['settings']))]
            nodes.append((name, *self.programs.start(name, self.net[node['namespace']], words)))
        for name, process, log in nodes:
            until(f'{name} is there', process, log, lambda log=log: b'"ready"' in log.read_bytes())

    def start_controller(self):
        settings = self.topology['controller']
        switches = [{**one, 'target': GRPC} for one in settings['switches']]
        rest = {'state': str(self.directory / 'state'), 'listen': LISTEN}
        file = self.directory / 'moor.yaml'
        # JSON is YAML.
        file.write_text(json.dumps({**settings, 'switches': switches, **rest}, indent=2))
        home = self.net[self.topology['switch']['namespace']]
        process, log = self.programs.start('controller', home, [*self.moor, 'run', '--config', str(file)])
        until('the controller has the switch ready', process, log, lambda: b': ready' in log.read_bytes())

    def check(self):
        """Runs the topology's checks. Gives how many failed."""
        failed = 0
        for check in self.topology['checks']:
            command = ' '.join(check['command'])
            out, err, code = self.net[check['namespace']].pexec(check['command'])
            right = code == 0 and check['expect'] in out
            print(f'{"ok" if right else "FAILED"}: {check["namespace"]} {command}')
            if not right:
                print(f'{out}{err}'.rstrip())
                failed += 1
        return failed

    def stop(self):
        self.programs.end_all()
        self.net.stop()


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--topology', required=True, help='a file of JSON')
    parser.add_argument('--directory', required=True, help='where logs and settings go; it is there')
    parser.add_argument('--moor', required=True, help='what starts moor, as a list in JSON')
    parser.add_argument('--bmv2', help='a simple_switch_grpc to take for moor\'s own switch')
    parser.add_argument('--switch-option', action='append', default=[], help='a word for moor\'s switch')
    parser.add_argument('--command', action='append', default=[], help='a line for the CLI, and then the end')
    parser.add_argument('--test', action='store_true', help='the topology\'s checks, and then the end')
    return parser.parse_args()


def main():
    options = arguments()
    # Ctrl-C ends what runs in the CLI; outside of it, as SIGTERM, all.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    setLogLevel('warning')
    topology = json.loads(Path(options.topology).read_text())
    lab = Lab(topology, Path(options.directory), json.loads(options.moor), options.bmv2, options.switch_option)
    failed = 0
    try:
        lab.build(MoorSwitch if options.bmv2 is None else SimpleSwitchGrpc)
        lab.start()
        print(f'{topology["description"]}\nLogs are in {options.directory}.', flush=True)
        if options.test:
            failed = lab.check()
        if options.command:
            script = lab.directory / 'commands'
            script.write_text('\n'.join(options.command) + '\n')
            setLogLevel('output')
            LabCLI(lab.net, script=str(script))
            failed += LabCLI.failed
        elif not options.test:
            setLogLevel('info')
            LabCLI(lab.net)
    except LabError as problem:
        print(f'mininet: {problem}', file=sys.stderr)
        failed += 1
    except KeyboardInterrupt:
        failed += 1
    finally:
        setLogLevel('warning')
        lab.stop()
    return 1 if failed else 0


if __name__ == '__main__':
    sys.exit(main())
