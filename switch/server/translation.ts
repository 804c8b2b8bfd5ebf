/**
 * @p4runtime_translation: what the control plane calls a value, and what the data plane does ("Translation of Port
 * Numbers"). The mapping is the switch's own matter:
 *
 * - numbers (`sdn_bitwidth`) are the same on both sides and have to fit the data plane's width; for ports, P4Runtime's
 *   reserved number of the CPU port (0xfffffffd) stands for the switch's own;
 * - strings (`sdn_string`) of ports are the names of interfaces; a string of digits is that number; any other string is
 *   given the greatest value that is still free, for as long as the program runs.
 */

import { decodeUnsigned, encodeUnsigned } from '../../p4runtime/codec/index.ts';
import { EntityError } from '../../p4runtime/errors.ts';
import { Code } from '../../p4runtime/gen/google/rpc/code.ts';
import type { P4NamedType } from '../../p4runtime/gen/p4/config/v1/p4types.ts';
import { SdnPort } from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import type { Schema } from '../../p4runtime/schema/index.ts';

/** What translation has to know of the switch. */
export type TranslationPorts = {
  readonly cpuPort: number | undefined;
  readonly names: () => ReadonlyMap<number, string>;
};

/** How one type's values are translated. Values are big-endian bytes, shortest on the way out. */
export type Translator = {
  /** @throws EntityError for a value that the data plane has no room for; `what` names it. */
  readonly toDevice: (value: Uint8Array, deviceWidth: number, what: string) => Uint8Array;
  readonly toControl: (value: Uint8Array) => Uint8Array;
};

const SDN_CPU_PORT = BigInt(SdnPort.SDN_PORT_CPU >>> 0);

/** All translations of a program, made when one is asked for. */
export class Translations {
  readonly #schema: Schema;
  readonly #ports: TranslationPorts;
  /** By URI: types that share one share their values. */
  readonly #translators = new Map<string, Translator>();

  constructor(schema: Schema, ports: TranslationPorts) {
    this.#schema = schema;
    this.#ports = ports;
  }

  /** The translator of a type; undefined: its values are the data plane's. */
  of(type: P4NamedType | undefined): Translator | undefined {
    if (type === undefined) return undefined;
    const representation = this.#schema.p4info.typeInfo?.newTypes[type.name]?.representation;
    if (representation?.$case !== 'translatedType') return undefined;
    const { uri, sdnType } = representation.value;
    const isString = sdnType?.$case === 'sdnString';
    const isPort = /port/i.test(uri) || /port/i.test(type.name);
    const key = `${isString ? 'string' : 'number'} ${uri}`;
    let translator = this.#translators.get(key);
    if (translator === undefined) {
      translator = isString
        ? stringTranslator(isPort ? this.#ports : undefined)
        : numberTranslator(isPort ? this.#ports : undefined);
      this.#translators.set(key, translator);
    }
    return translator;
  }

  /** Ports where no type says what they are: watch ports, replicas. */
  get port(): Translator {
    let translator = this.#translators.get('port');
    if (translator === undefined) {
      translator = numberTranslator(this.#ports);
      for (const [name, { representation }] of Object.entries(this.#schema.p4info.typeInfo?.newTypes ?? {})) {
        if (representation?.$case !== 'translatedType') continue;
        if (!/port/i.test(name) && !/port/i.test(representation.value.uri)) continue;
        translator = this.of({ name }) ?? translator;
        break;
      }
      this.#translators.set('port', translator);
    }
    return translator;
  }
}

function numberTranslator(ports: TranslationPorts | undefined): Translator {
  return {
    toDevice: (value, width, what) => {
      const number = decodeUnsigned(value, Math.max(8 * value.length, 1), what);
      if (ports?.cpuPort !== undefined && number === SDN_CPU_PORT) {
        return encodeUnsigned(BigInt(ports.cpuPort), width, what);
      }
      if (number >> BigInt(width) !== 0n) {
        throw new EntityError(
          Code.OUT_OF_RANGE,
          `${what}: ${number} stands for no value of the switch, which has bit<${width}> for it`,
        );
      }
      return encodeUnsigned(number, width, what);
    },
    toControl: (value) => {
      const number = decodeUnsigned(value, Math.max(8 * value.length, 1), 'value');
      if (ports?.cpuPort !== undefined && number === BigInt(ports.cpuPort)) {
        return encodeUnsigned(SDN_CPU_PORT, 32, 'port');
      }
      return encodeUnsigned(number, 8 * value.length, 'value');
    },
  };
}

function stringTranslator(ports: TranslationPorts | undefined): Translator {
  const given = new Map<string, bigint>();
  const names = new Map<bigint, string>();
  return {
    toDevice: (value, width, what) => {
      const text = Buffer.from(value).toString('utf8');
      if (text === '')
        throw new EntityError(Code.INVALID_ARGUMENT, `${what}: an empty string stands for nothing`);
      const port = [...(ports?.names() ?? [])].find(([, name]) => name === text)?.[0];
      if (port !== undefined) return encodeUnsigned(BigInt(port), width, what);
      const known = given.get(text);
      if (known !== undefined) return encodeUnsigned(known, width, what);
      const digits = /^(0|[1-9]\d{0,30})$/.test(text) ? BigInt(text) : undefined;
      if (digits !== undefined && digits >> BigInt(width) === 0n && !names.has(digits)) {
        given.set(text, digits);
        names.set(digits, text);
        return encodeUnsigned(digits, width, what);
      }
      const free = greatestFree(width, names, ports);
      if (free === undefined) {
        throw new EntityError(
          Code.RESOURCE_EXHAUSTED,
          `${what}: '${text}' is new, and all values of bit<${width}> have a name already`,
        );
      }
      given.set(text, free);
      names.set(free, text);
      return encodeUnsigned(free, width, what);
    },
    toControl: (value) => {
      const number = decodeUnsigned(value, Math.max(8 * value.length, 1), 'value');
      const name = names.get(number) ?? ports?.names().get(Number(number)) ?? String(number);
      return Uint8Array.from(Buffer.from(name, 'utf8'));
    },
  };
}

function greatestFree(
  width: number,
  names: ReadonlyMap<bigint, string>,
  ports: TranslationPorts | undefined,
): bigint | undefined {
  const taken = ports?.names();
  let value = (1n << BigInt(width)) - 1n - BigInt(names.size);
  // What strings of digits took may be anywhere.
  while (
    value >= 0n &&
    (names.has(value) || taken?.has(Number(value)) === true || value === BigInt(ports?.cpuPort ?? -1))
  )
    value--;
  return value < 0n ? undefined : value;
}
