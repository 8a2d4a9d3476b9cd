import { parseArgs } from 'node:util'
import { stopOnSignal } from '@novakit/http-kit'
import { PROFILES, type PolicyProfile } from '@novakit/http-placement'
import type { Command } from '../command.ts'
import { servePlacement } from '../placement/serve-placement.ts'

const usage = `novakit placement --port N --auth noauth2 [options]

Serves the Placement API, microversions 1.0 to 1.39, on a ledger of its own.

  --port N           0 takes a free one
  --host ADDRESS     default 127.0.0.1
  --auth noauth2     believes what a request says of itself: for tests and trusted networks
  --profile NAME     who may do what: ${PROFILES.join(', ')} or cors; default "default"
  --database FILE    a SQLite file; without it everything is forgotten at the end
  --cors ORIGIN      lets pages of that origin in; may be repeated
  --verbose          one JSON line on standard error for whatever goes wrong
`

export const command: Command = {
  summary: 'serve the Placement API',
  usage,
  run: async (args) => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        port: { type: 'string' },
        host: { type: 'string', default: '127.0.0.1' },
        auth: { type: 'string' },
        profile: { type: 'string', default: 'default' },
        database: { type: 'string' },
        cors: { type: 'string', multiple: true, default: [] },
        verbose: { type: 'boolean', default: false },
      },
    })
    const port = Number(values.port ?? '')
    const { profile, auth, host, database, verbose } = values
    if (values.port === undefined || !isPort(port) || auth !== 'noauth2' || !isProfile(profile)) {
      process.stderr.write(usage)
      return 2
    }
    const origins = profile === 'cors' ? ['http://valid.example.com', ...values.cors] : values.cors
    const policy = profile === 'cors' ? 'default' : profile
    const served = await servePlacement({ host, port, policy, origins, database: database ?? null, verbose })
    process.stdout.write(`listening on ${served.server.url}\n`)
    await stopOnSignal(served.server)
    await served.close()
    return 0
  },
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 0 && port <= 65_535
}

/** `cors` is the default with the origin that Placement's own tests use. */
function isProfile(name: string): name is PolicyProfile | 'cors' {
  return name === 'cors' || PROFILES.some((profile) => profile === name)
}
