import { xmlDocument } from './base/document.ts'
import { attribute, child, content, leaf, list, record, type ValueOf } from './base/fields.ts'
import { integer, string } from './base/scalars.ts'
import { kibibytes } from './base/sizes.ts'

/** A large host has many CPUs, and each is described. */
const MOST_BYTES = 8 * 2 ** 20

const topology = record({
  sockets: attribute('sockets', integer),
  dies: attribute('dies', integer).maybe,
  cores: attribute('cores', integer),
  threads: attribute('threads', integer),
})

/** The host's own CPU. */
const hostCpu = record({
  arch: leaf('arch', string),
  model: leaf('model', string).maybe,
  vendor: leaf('vendor', string).maybe,
  topology: child('topology', topology).maybe,
  features: list('feature', attribute('name', string)),
})

/** Page size in KiB, and how many there are. */
const pages = list('pages', record({ size: attribute('size', integer), count: content(integer) }))

const cell = record({
  id: attribute('id', integer),
  memory: kibibytes('memory').maybe,
  pages,
  distances: child(
    'distances',
    list('sibling', record({ id: attribute('id', integer), value: attribute('value', integer) })),
  ).maybe,
  cpus: child(
    'cpus',
    list(
      'cpu',
      record({
        id: attribute('id', integer),
        socket: attribute('socket_id', integer).maybe,
        die: attribute('die_id', integer).maybe,
        core: attribute('core_id', integer).maybe,
        siblings: attribute('siblings', string).maybe,
      }),
    ),
  ).maybe,
})

const machine = record({
  /** What an alias stands for. */
  canonical: attribute('canonical', string).maybe,
  maxCpus: attribute('maxCpus', integer).maybe,
  name: content(string),
})

const arch = record({
  name: attribute('name', string),
  wordSize: leaf('wordsize', integer).maybe,
  emulator: leaf('emulator', string).maybe,
  machines: list('machine', machine),
  domains: list('domain', record({ type: attribute('type', string), machines: list('machine', machine) })),
})

const fields = {
  host: child(
    'host',
    record({
      uuid: leaf('uuid', string).maybe,
      cpu: child('cpu', hostCpu),
      topology: child('topology', child('cells', list('cell', cell))).maybe,
    }),
  ),
  guests: list('guest', record({ osType: leaf('os_type', string), arch: child('arch', arch) })),
}

/** What a host is, and what kinds of guests it can have. */
export type HostCapabilities = ValueOf<typeof fields>

export const capabilitiesXml = xmlDocument<HostCapabilities>('capabilities', record(fields), MOST_BYTES)
