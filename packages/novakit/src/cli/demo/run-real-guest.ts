import { parseArgs } from 'node:util'

const virtTypes = ['qemu', 'kvm', 'verified'] as const
type VirtType = (typeof virtTypes)[number]
const isVirtType = (word: string): word is VirtType => virtTypes.some((each) => each === word)

const READY = /GUEST ready|login: |Cloud-init v\. \S+ finished/

/** `demo --driver libvirt`: reads its words and runs it. @returns the exit code */
export async function runRealGuest(args: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      driver: { type: 'string' },
      uri: { type: 'string', default: 'qemu:///system' },
      image: { type: 'string' },
      'virt-type': { type: 'string', default: 'verified' },
      memory: { type: 'string', default: '512' },
      ready: { type: 'string' },
      patience: { type: 'string', default: '300' },
      json: { type: 'boolean', default: false },
    },
  })
  const { driver, uri, image, ready, json, 'virt-type': virtType } = values
  const [memory, patience] = [Number(values.memory), Number(values.patience)]
  const wrong = firstWrong([
    [driver === 'libvirt', '--driver takes libvirt; without it the hosts are simulated'],
    [isVirtType(virtType), '--virt-type takes qemu or kvm'],
    [Number.isInteger(memory) && memory > 0, '--memory takes a whole number of MiB'],
    [patience > 0, '--patience takes a number of seconds'],
  ])
  if (wrong !== undefined) {
    process.stderr.write(`novakit demo: ${wrong}.\n`)
    return 2
  }
  const { realGuest } = await import('./real-guest.ts')
  const result = await realGuest({
    uri,
    virtType: virtType as VirtType,
    image: image ?? null,
    memory,
    ready: ready === undefined ? READY : new RegExp(ready.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')),
    patience: patience * 1000,
    quiet: json,
  })
  if (json) process.stdout.write(`${JSON.stringify(result)}\n`)
  return result.ok ? 0 : 1
}

function firstWrong(rules: readonly (readonly [holds: boolean, otherwise: string])[]): string | undefined {
  return rules.find(([holds]) => !holds)?.[1]
}
