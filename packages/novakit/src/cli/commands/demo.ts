import { parseArgs } from 'node:util'
import type { Command } from '../command.ts'
import { demo } from '../demo/demo.ts'
import { runRealGuest } from '../demo/run-real-guest.ts'

const usage = `novakit demo [--servers N] [--json]

A small cloud in a temporary folder: three simulated hosts in two cells, one of them with an agent process of its own.
It boots servers, explains one that fits nowhere, kills the agent in the middle of its work and recovers, shows what
stands where, and deletes everything again.

  --servers N   how many to boot, 1 to 200; default 20
  --json        only one line of JSON, on standard output
  --trace DIR   replay a datacentre's requests instead; novakit trace --help shows its options

novakit demo --driver libvirt [--uri URI] [--image FILE] [--virt-type TYPE] [--memory MIB] [--ready TEXT]
             [--patience SECONDS] [--json]

One real guest instead, with a config drive, through the whole cloud: its console is shown until it reports ready, and it
is deleted again.

  --uri URI       libvirt's daemon on this machine; default qemu:///system
  --image FILE    a disk that boots (raw, qcow2, iso); default: a small guest, which a checkout of the repository can build
  --virt-type T   qemu or kvm; default: kvm where a firmware is seen to run with it, else qemu
  --memory MIB    of the guest; default 512
  --ready TEXT    what its console says when it is ready; default: a login prompt, the end of cloud-init, or GUEST ready
  --patience S    seconds to wait for that; default 300
`

export const command: Command = {
  summary: 'show a small cloud at work',
  usage,
  run: async (args) => {
    const replayed = traceArgs(args)
    if (replayed !== null) return (await import('./trace.ts')).command.run(replayed)
    if (args.some((arg) => arg === '--driver' || arg.startsWith('--driver='))) return runRealGuest(args)
    const { values } = parseArgs({
      args: [...args],
      options: { servers: { type: 'string', default: '20' }, json: { type: 'boolean', default: false } },
    })
    const servers = Number(values.servers)
    if (!Number.isInteger(servers) || servers < 1 || servers > 200) {
      process.stderr.write('novakit demo: --servers takes a whole number from 1 to 200.\n')
      return 2
    }
    const result = await demo({ servers, quiet: values.json, program: process.argv[1] ?? '' })
    if (values.json) process.stdout.write(`${JSON.stringify(result)}\n`)
    return result.ok ? 0 : 1
  },
}

/** What the verb `trace` is to be told; null where nobody asks for it. */
function traceArgs(args: readonly string[]): readonly string[] | null {
  const at = args.findIndex((arg) => arg === '--trace' || arg.startsWith('--trace='))
  if (at === -1) return null
  const folder = args[at]?.startsWith('--trace=') ? [(args[at] as string).slice('--trace='.length)] : []
  return [...args.slice(0, at), ...folder, ...args.slice(at + 1)]
}
