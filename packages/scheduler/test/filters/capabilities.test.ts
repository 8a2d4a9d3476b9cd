import { computeCapabilitiesFilter, imagePropertiesFilter, jsonFilter } from '@novakit/scheduler'
import { describeFilter, flavor, host, image, request } from '@novakit/scheduler/testing'

const specs = (extraSpecs: Record<string, string>) => request({ flavor: flavor({ extraSpecs }) })
const cpuInfo = { arch: 'x86_64', topology: { cores: 8 }, features: ['aes', 'avx2'], maxphysaddr: { bits: 46 } }
const subject = host('subject', { hypervisor: { cpuInfo }, stats: { metrics: { opt1: 5 } } })

describeFilter(computeCapabilitiesFilter, {
  'has nothing to say without extra specs': { answers: 'yes' },
  'walks into nested capabilities': {
    host: subject,
    request: specs({ 'capabilities:cpu_info:topology:cores': '>= 8' }),
    answers: 'yes',
  },
  'turns a host away whose capability is another': {
    host: subject,
    request: specs({ 'capabilities:cpu_info:topology:cores': '>= 9' }),
    answers: 'host.capability',
  },
  'turns a host away that lacks the capability': {
    host: subject,
    request: specs({ 'capabilities:cpu_info:numa:nodes': '1' }),
    answers: 'host.capability',
  },
  'looks for words in a list': {
    host: subject,
    request: specs({ 'capabilities:cpu_info:features': '<all-in> aes avx2' }),
    answers: 'yes',
  },
  'reads JSON text as what it says': {
    host: host('subject', { hypervisor: { cpuInfo: { topology: '{"cores": 4}' } } }),
    request: specs({ 'capabilities:cpu_info:topology:cores': '== 4' }),
    answers: 'yes',
  },
  'compares a key without a scope where the host knows it': {
    host: subject,
    request: specs({ hypervisor_type: 'xen' }),
    answers: 'host.capability',
  },
  'passes a key without a scope by that the host does not know': {
    host: subject,
    request: specs({ ssd: 'true' }),
    answers: 'yes',
  },
  'finds what the host counts among its stats': {
    host: subject,
    request: specs({ 'capabilities:opt1': '== 5' }),
    answers: 'yes',
  },
  'passes other scopes by': { host: subject, request: specs({ 'hw:cpu_policy': 'shared' }), answers: 'yes' },
  'reads hw:maxphysaddr_bits as a capability': {
    host: subject,
    request: specs({ 'hw:maxphysaddr_bits': '47' }),
    answers: 'host.capability',
  },
  'finds nothing in what every object inherits': {
    host: subject,
    request: specs({ 'capabilities:cpu_info:constructor:name': 'Object' }),
    answers: 'host.capability',
  },
})

const runs = host('subject', { hypervisor: { supportedInstances: [['x86_64', 'kvm', 'hvm']], version: 6_002_001 } })
const of = (properties: Record<string, string>) => ({ host: runs, request: request({ image: image(properties) }) })

describeFilter(imagePropertiesFilter(), {
  'has nothing to say of an image that asks for nothing': { ...of({ os_distro: 'debian' }), answers: 'yes' },
  'has nothing to say without an image': { host: runs, request: request({ image: null }), answers: 'yes' },
  'takes a host that runs all three': {
    ...of({ hw_architecture: 'x86_64', img_hv_type: 'kvm', hw_vm_mode: 'hvm' }),
    answers: 'yes',
  },
  'knows architectures by their other names': { ...of({ hw_architecture: 'AMD64' }), answers: 'yes' },
  'reads the older property names': { ...of({ architecture: 'aarch64' }), answers: 'host.image' },
  'turns a host away that runs another hypervisor': { ...of({ img_hv_type: 'xapi' }), answers: 'host.image' },
  'turns a host away that runs nothing that it tells of': {
    host: host('subject', { hypervisor: { supportedInstances: [] } }),
    request: request({ image: image({ hw_vm_mode: 'hvm' }) }),
    answers: 'host.image',
  },
  'takes a version that the image asks for': {
    ...of({ img_hv_type: 'kvm', img_hv_requested_version: '>=6.0, <6.3' }),
    answers: 'yes',
  },
  'turns another version away': {
    ...of({ img_hv_type: 'kvm', img_hv_requested_version: '>6.2.1' }),
    answers: 'host.image',
  },
  'turns a host away if the version asked for cannot be read': {
    ...of({ img_hv_type: 'kvm', img_hv_requested_version: 'six' }),
    answers: 'host.image',
  },
  'turns a host away whose addresses are too narrow': {
    host: host('subject', { hypervisor: { supportedInstances: [['x86_64', 'kvm', 'hvm']], cpuInfo } }),
    request: request({ image: image({ img_hv_type: 'kvm', hw_maxphysaddr_bits: '52' }) }),
    answers: 'host.image',
  },
})

describeFilter(imagePropertiesFilter({ defaultArchitecture: 'aarch64' }), {
  'takes images without an architecture for the operator’s': { ...of({}), answers: 'host.image' },
})

const query = (expression: unknown) => request({ hints: { query: JSON.stringify(expression) } })

describeFilter(jsonFilter, {
  'has nothing to say without the hint': { answers: 'yes' },
  'takes a host that meets the query': {
    request: query(['and', ['>=', '$free_ram_mb', 1024], ['>=', '$free_disk_mb', 200 * 1024]]),
    answers: 'yes',
  },
  'turns a host away that does not': { request: query(['<', '$vcpus_total', 16]), answers: 'hint.query' },
  'walks into attributes': { host: subject, request: query(['=', '$cpu_info.arch', 'x86_64']), answers: 'yes' },
  'knows or and not': {
    request: query(['or', ['=', '$hypervisor_type', 'xen'], ['not', ['>', '$num_instances', 0]]]),
    answers: 'yes',
  },
  'finds the first in the rest': { request: query(['in', '$host', 'a', 'subject']), answers: 'yes' },
  'meets nothing with one argument': { request: query(['=', '$nothing', 1]), answers: 'hint.query' },
  'never finds a number above a text': { request: query(['>', '$host', 1]), answers: 'hint.query' },
  'takes any host for an empty query': { request: query([]), answers: 'yes' },
  'refuses an operator that is not known': { request: query(['near', '$host', 'a']), answers: 'hint.invalid' },
  'refuses what is no JSON': { request: request({ hints: { query: '[">",' } }), answers: 'hint.invalid' },
  'refuses a query that is nested without end': {
    request: request({ hints: { query: `${'["not",'.repeat(5000)}1${']'.repeat(5000)}` } }),
    answers: 'hint.invalid',
  },
})
