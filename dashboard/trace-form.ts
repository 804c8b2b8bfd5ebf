/** Asks for the trace of a packet: the first of a session, bytes, or a frame of a capture. */

import type { Overview } from '../controller/overview.ts';
import type { PacketTrace } from '../switch/engine/trace/index.ts';
import { readCapture } from '../switch/ports/pcap.ts';
import { element } from './element.ts';
import { outcomesOf, traceTree } from './trace-view.ts';

const CPU_PORT = 510;
const ROLES = { uplink: 'clients', server: 'servers', both: 'clients and servers' } as const;
/** Frames of a capture that can be chosen. */
const MOST_FRAMES = 2000;

type Source = 'session' | 'hex' | 'capture';

export class TraceForm {
  readonly #switch = element('select', { id: 'trace-switch' });
  readonly #port = element('select', { id: 'trace-port' });
  readonly #service = element('select', { id: 'trace-service' });
  readonly #client = element('input', { id: 'trace-client', size: '24', value: '', spellcheck: 'false' });
  readonly #clientPort = element('input', {
    ...{ id: 'trace-client-port', type: 'number', min: '0', max: '65535', value: '40000' },
  });
  readonly #hex = element('textarea', {
    ...{ id: 'trace-hex', spellcheck: 'false', placeholder: '02 00 00 00 00 01 …' },
    'aria-label': 'Bytes of the packet, in hexadecimal',
  });
  readonly #file = element('input', { id: 'trace-file', type: 'file', accept: '.pcap,.pcapng,.cap' });
  readonly #frame = element('select', { id: 'trace-frame' });
  readonly #submit = element('button', { class: 'main', type: 'submit' }, 'Trace');
  readonly #answer = element('div', { id: 'trace-answer', 'aria-live': 'polite' });
  readonly #sources: ReadonlyMap<Source, HTMLInputElement>;
  #frames: readonly Uint8Array[] = [];
  #overview: Overview | undefined;

  constructor(place: HTMLElement) {
    const radio = (value: Source) => element('input', { type: 'radio', name: 'source', value });
    const sources = { session: radio('session'), hex: radio('hex'), capture: radio('capture') };
    sources.session.checked = true;
    this.#sources = new Map([
      ['session', sources.session],
      ['hex', sources.hex],
      ['capture', sources.capture],
    ]);
    const form = element(
      'form',
      { class: 'card' },
      element(
        'p',
        { class: 'quiet' },
        'The controller reads all that the switch has, and sends the packet through a copy of it. The switch itself notices nothing but reads.',
      ),
      element(
        'div',
        { class: 'row' },
        element('label', {}, 'Switch', this.#switch),
        element('label', {}, 'comes in by port', this.#port),
      ),
      element(
        'fieldset',
        {},
        element('legend', {}, 'Packet'),
        element(
          'label',
          { class: 'block' },
          sources.session,
          'the first of a session of',
          this.#service,
          'from',
          this.#client,
          'port',
          this.#clientPort,
        ),
        element('label', { class: 'block' }, sources.hex, 'these bytes, from the Ethernet header on'),
        this.#hex,
        element(
          'label',
          { class: 'block' },
          sources.capture,
          'a frame of a capture',
          this.#file,
          this.#frame,
        ),
      ),
      element('div', { class: 'row' }, this.#submit),
      this.#answer,
    );
    // What is filled in is what is meant.
    this.#hex.addEventListener('input', () => this.#choose('hex'));
    for (const one of [this.#service, this.#client, this.#clientPort])
      one.addEventListener('input', () => this.#choose('session'));
    this.#service.addEventListener('change', () => this.#suggestClient());
    this.#switch.addEventListener('change', () => this.#fillPorts());
    this.#file.addEventListener('change', () => void this.#readFile());
    this.#frame.hidden = true;
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#ask();
    });
    place.replaceChildren(form);
  }

  /** Offers what there is. */
  offer(overview: Overview): void {
    const before = this.#overview;
    this.#overview = overview;
    const names = (one: Overview | undefined) =>
      JSON.stringify([
        one?.switches.map(({ name, ports }) => [name, ports.map(({ port, role }) => [port, role])]),
        one?.services.map(({ name }) => name),
      ]);
    if (names(before) === names(overview)) return;
    fill(
      this.#switch,
      overview.switches.map(({ name }) => [name, name]),
    );
    fill(
      this.#service,
      overview.services.map(({ name }) => [name, name]),
    );
    this.#fillPorts();
    this.#suggestClient();
  }

  #fillPorts(): void {
    const found = this.#overview?.switches.find(({ name }) => name === this.#switch.value);
    fill(
      this.#port,
      (found?.ports ?? []).map(({ port, role }) => [String(port), `${port} (${ROLES[role]})`]),
    );
  }

  /** An address of the same family as the service's, of the blocks for documentation (RFC 3849, RFC 5737). */
  #suggestClient(): void {
    const service = this.#overview?.services.find(({ name }) => name === this.#service.value);
    const isWide = service?.address.includes(':') ?? true;
    if (this.#client.value === '' || this.#client.value.includes(':') !== isWide)
      this.#client.value = isWide ? '2001:db8:ffff::1' : '203.0.113.1';
  }

  #choose(source: Source): void {
    const radio = this.#sources.get(source);
    if (radio !== undefined) radio.checked = true;
  }

  async #readFile(): Promise<void> {
    this.#choose('capture');
    const file = this.#file.files?.[0];
    if (file === undefined) return;
    const { packets, problem } = readCapture(new Uint8Array(await file.arrayBuffer()));
    this.#frames = packets.slice(0, MOST_FRAMES).map(({ bytes }) => bytes);
    fill(
      this.#frame,
      this.#frames.map((bytes, index) => [String(index), `${index + 1}: ${bytes.length} bytes`]),
    );
    this.#frame.hidden = this.#frames.length === 0;
    if (problem !== undefined) this.#say(`${file.name}: ${problem}`);
    else if (packets.length > MOST_FRAMES)
      this.#say(`the first ${MOST_FRAMES} of ${packets.length} frames can be chosen`);
    else this.#answer.replaceChildren();
  }

  #packet(): Readonly<Record<string, unknown>> {
    if (this.#sources.get('session')?.checked === true) {
      return {
        service: this.#service.value,
        client: this.#client.value,
        clientPort: Number(this.#clientPort.value),
      };
    }
    if (this.#sources.get('hex')?.checked === true) return { hex: this.#hex.value };
    return { hex: toHex(this.#frames[Number(this.#frame.value)] ?? new Uint8Array()) };
  }

  async #ask(): Promise<void> {
    this.#submit.disabled = true;
    this.#answer.replaceChildren(element('p', { class: 'quiet' }, 'The switch is read …'));
    try {
      const response = await fetch('trace', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          switch: this.#switch.value,
          port: Number(this.#port.value),
          ...this.#packet(),
        }),
      });
      const answer: unknown = await response.json();
      if (isTraced(answer)) this.#show(answer);
      else this.#say(errorOf(answer, response.status));
    } catch (problem) {
      this.#say(`the controller does not answer: ${problem instanceof Error ? problem.message : ''}`);
    } finally {
      this.#submit.disabled = false;
    }
  }

  #say(text: string): void {
    this.#answer.replaceChildren(element('p', { class: 'bad', role: 'alert' }, text));
  }

  #show({ hex, traces, remarks }: Traced): void {
    // What was made here can be changed, and be given to `moor trace`.
    this.#hex.value = hex;
    const parts = traces.flatMap((trace) => {
      const outcomes = outcomesOf(trace, (port) => this.#portName(port));
      return [
        ...outcomes.map(({ text, isLost }) =>
          element(
            'p',
            { class: isLost ? 'bad outcome' : 'good outcome' },
            `The packet ${isLost ? 'is' : ''} ${text}.`.replaceAll('  ', ' '),
          ),
        ),
        traceTree(trace),
      ];
    });
    this.#answer.replaceChildren(...parts, ...remarks.map((one) => element('p', { class: 'quiet' }, one)));
  }

  #portName(port: number): string {
    if (port === CPU_PORT) return `port ${port}, to the controller`;
    const servers = [
      ...new Set(this.#overview?.servers.filter((one) => one.port === port).map(({ name }) => name)),
    ];
    return servers.length === 0 ? `port ${port}` : `port ${port}, to ${servers.join(' or ')}`;
  }
}

function fill(select: HTMLSelectElement, options: readonly (readonly [string, string])[]): void {
  const before = select.value;
  select.replaceChildren(...options.map(([value, text]) => element('option', { value }, text)));
  if (options.some(([value]) => value === before)) select.value = before;
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

type Traced = {
  readonly hex: string;
  readonly traces: readonly PacketTrace[];
  readonly remarks: readonly string[];
};

/** What the controller that serves this page sends is right where it is there. */
function isTraced(value: unknown): value is Traced {
  return typeof value === 'object' && value !== null && 'traces' in value && Array.isArray(value.traces);
}

function errorOf(value: unknown, status: number): string {
  if (typeof value === 'object' && value !== null) {
    if ('error' in value && typeof value.error === 'string' && !('message' in value)) return value.error;
    if ('message' in value && typeof value.message === 'string') return value.message;
  }
  return `the controller answers with HTTP ${status}`;
}
