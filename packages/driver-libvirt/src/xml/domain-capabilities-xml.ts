import { xmlDocument } from './base/document.ts'
import { attribute, child, content, leaf, list, mark, record, type ValueOf } from './base/fields.ts'
import { integer, string, word, yesNo } from './base/scalars.ts'

/** `<enum name='bus'><value>virtio</value>…` */
const enums = list('enum', record({ name: attribute('name', string), values: list('value', content(string)) }))
const supported = attribute('supported', yesNo)
const device = record({ supported, enums })

const cpuMode = record({
  name: attribute('name', word('host-passthrough', 'maximum', 'host-model', 'custom')),
  supported,
  vendor: leaf('vendor', string).maybe,
  /** Of `custom` all, of `host-model` the one. */
  models: list(
    'model',
    record({
      usable: attribute('usable', word('yes', 'no', 'unknown')).maybe,
      name: content(string),
    }),
  ),
  features: list('feature', record({ policy: attribute('policy', string), name: attribute('name', string) })),
})

const fields = {
  path: leaf('path', string),
  type: leaf('domain', string),
  machine: leaf('machine', string),
  arch: leaf('arch', string),
  maxVcpus: child('vcpu', attribute('max', integer)).maybe,
  os: child(
    'os',
    record({
      supported,
      enums,
      loader: child('loader', record({ supported, files: list('value', content(string)), enums })).maybe,
    }),
  ).maybe,
  cpu: child('cpu', record({ modes: list('mode', cpuMode) })).maybe,
  memoryBacking: child('memoryBacking', device).maybe,
  devices: child(
    'devices',
    record({
      disk: child('disk', device).maybe,
      graphics: child('graphics', device).maybe,
      video: child('video', device).maybe,
      hostdev: child('hostdev', device).maybe,
      rng: child('rng', device).maybe,
      filesystem: child('filesystem', device).maybe,
      tpm: child('tpm', device).maybe,
    }),
  ).maybe,
  features: child(
    'features',
    record({
      sev: child('sev', record({ supported })).maybe,
      genid: child('genid', record({ supported })).maybe,
      vmcoreinfo: mark('vmcoreinfo', 'supported', yesNo).maybe,
    }),
  ).maybe,
}

/** What one emulator can do for one kind of guest on this host. */
export type DomainCapabilities = ValueOf<typeof fields>

export const domainCapabilitiesXml = xmlDocument<DomainCapabilities>('domainCapabilities', record(fields))
