import type { FakeNodeOptions } from '../options.ts'
import type { HypervisorFacts } from '@novakit/core'
import { diskFormats } from '@novakit/core'

/** A guest here reads no disk, so every image format will do. */
export const imageTraits: readonly string[] = diskFormats.map((format) => `COMPUTE_IMAGE_TYPE_${format.toUpperCase()}`)

/** What a node says of itself, before the `facts` knob. */
export function factsOf(node: FakeNodeOptions): HypervisorFacts {
  return {
    type: 'fake',
    version: 1_000_000,
    hostIp: null,
    supportedInstances: [
      ['x86_64', 'fake', 'hvm'],
      ['x86_64', 'qemu', 'hvm'],
      ['aarch64', 'fake', 'hvm'],
      ['aarch64', 'qemu', 'hvm'],
    ],
    cpuInfo: { arch: 'x86_64', model: 'fake', topology: { sockets: 1, cores: node.vcpus, threads: 1 } },
    numa: null,
    pci: null,
  }
}
