import { parseArgs } from 'node:util'
import { id, type NetworkId } from '@novakit/core'
import { guestsByAddress, metadataProxy } from '@novakit/metadata'
import type { Command } from '../command.ts'
import { addressOf, listen, logOf, secretFrom } from '../first-boot/listen.ts'
import { portsOf } from '../first-boot/listed-source.ts'
import { readServerFile } from '../first-boot/read-server-file.ts'

const usage = `novakit metadata-proxy (--network NAME | --input FILE) --listen ADDRESS:PORT --upstream URL --secret-file FILE

Stands where guests ask, in the namespace of their network: signs for whoever asks, and asks the metadata service. Such
as: ip netns exec NAME novakit metadata-proxy --listen 169.254.169.254:80 …

  --network NAME       names this network and the guest's address; the service knows the guest by these
  --input FILE         finds the guest by its address in this file (JSON) and names it: the service needs no network
                       service then. The servers' ids, projects and NICs are what counts; with --network only NICs in it
  --listen ADDR:PORT   port 0 takes a free one
  --upstream URL       the metadata service: http://10.0.0.5:8775
  --secret-file FILE   what the service knows too; at least 32 bytes
  --verbose            one JSON line on standard error for whatever goes wrong
`

export const command: Command = {
  summary: 'stand between guests and the metadata service',
  usage,
  run: async (args) => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        input: { type: 'string' },
        listen: { type: 'string' },
        upstream: { type: 'string' },
        'secret-file': { type: 'string' },
        network: { type: 'string' },
        verbose: { type: 'boolean', default: false },
      },
    })
    const { upstream, verbose, 'secret-file': secretFile } = values
    const at = addressOf(values.listen ?? '')
    const naming = await namingBy(values.input, values.network)
    if (naming === null || upstream === undefined || secretFile === undefined || at === null) {
      process.stderr.write(usage)
      return 2
    }
    const log = logOf(verbose)
    await listen(metadataProxy({ upstream, secret: await secretFrom(secretFile), log, ...naming }), at, log)
    return 0
  },
}

/** Null: there is nothing to tell guests by. */
async function namingBy(input: string | undefined, network: string | undefined) {
  if (input !== undefined) return { find: guestsByAddress(portsOf(await readServerFile(input), network ?? null)) }
  return network === undefined ? null : { network: id<NetworkId>(network) }
}
