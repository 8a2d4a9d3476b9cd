import { parseArgs } from 'node:util'
import { id } from '@novakit/core'
import { bySourceAddress, metadataService, signedByEither, type Identify } from '@novakit/metadata'
import type { Command } from '../command.ts'
import { addressOf, listen, logOf, secretFrom } from '../first-boot/listen.ts'
import { listedSource } from '../first-boot/listed-source.ts'
import { readServerFile } from '../first-boot/read-server-file.ts'

const usage = `novakit metadata --input FILE --listen ADDRESS:PORT (--secret-file FILE | --network NAME) [options]

Serves the metadata of the servers in a file (JSON: one server, or a list of them) as Nova's metadata service does.

  --input FILE         the servers; { "server": "UUID" } is the least that one has
  --listen ADDR:PORT   such as 127.0.0.1:8775; port 0 takes a free one
  --secret-file FILE   guests are named by signed headers, as Neutron's metadata agent and novakit metadata-proxy send
                       them: the server and its project, or the network and an address in it
  --network NAME       guests are known by their address in that network
  --domain NAME        put after host names; default novalocal, "" for none
  --verbose            one JSON line on standard error for whatever goes wrong
`

export const command: Command = {
  summary: 'serve metadata to guests',
  usage,
  run: async (args) => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        input: { type: 'string' },
        listen: { type: 'string' },
        'secret-file': { type: 'string' },
        network: { type: 'string' },
        domain: { type: 'string', default: 'novalocal' },
        verbose: { type: 'boolean', default: false },
      },
    })
    const at = addressOf(values.listen ?? '')
    const identify = await identifyBy(values['secret-file'], values.network)
    if (values.input === undefined || at === null || identify === null) {
      process.stderr.write(usage)
      return 2
    }
    const source = listedSource(await readServerFile(values.input))
    const log = logOf(values.verbose)
    await listen(metadataService({ source, identify, log, documents: { domain: values.domain } }), at, log)
    return 0
  },
}

/** Null: not just one of the two ways was chosen. */
async function identifyBy(secretFile: string | undefined, network: string | undefined): Promise<Identify | null> {
  if ((secretFile === undefined) === (network === undefined)) return null
  if (network !== undefined) return bySourceAddress({ networks: [id(network)] })
  return signedByEither({ secret: await secretFrom(secretFile ?? ''), networksOf: async (network) => [id(network)] })
}
