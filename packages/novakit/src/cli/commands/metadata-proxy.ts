import { parseArgs } from 'node:util'
import { guestsByAddress, metadataProxy } from '@novakit/metadata'
import type { Command } from '../command.ts'
import { addressOf, listen, logOf, secretFrom } from '../first-boot/listen.ts'
import { portsOf } from '../first-boot/listed-source.ts'
import { readServerFile } from '../first-boot/read-server-file.ts'

const usage = `novakit metadata-proxy --input FILE --listen ADDRESS:PORT --upstream URL --secret-file FILE [options]

Stands where guests ask, in the namespace of their network: finds who asks by the address, signs, and asks the metadata
service. Such as: ip netns exec NAME novakit metadata-proxy --listen 169.254.169.254:80 …

  --input FILE         the servers of the network (JSON); their ids, projects and NICs are what counts
  --listen ADDR:PORT   port 0 takes a free one
  --upstream URL       the metadata service: http://10.0.0.5:8775
  --secret-file FILE   what the service knows too; at least 32 bytes
  --network NAME       only NICs in that network
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
    const { input, upstream, network = null, verbose, 'secret-file': secretFile } = values
    const at = addressOf(values.listen ?? '')
    if (input === undefined || upstream === undefined || secretFile === undefined || at === null) {
      process.stderr.write(usage)
      return 2
    }
    const log = logOf(verbose)
    const find = guestsByAddress(portsOf(await readServerFile(input), network))
    await listen(metadataProxy({ upstream, secret: await secretFrom(secretFile), find, log }), at, log)
    return 0
  },
}
