import path from 'node:path'
import { parseArgs } from 'node:util'
import type { Command } from '../command.ts'
import { createAgent } from '../../create-agent.ts'
import { fakeDriver } from '@novakit/driver-fake'
import { gib, jsonLog, millis, silentLog, unixSocket } from '@novakit/core'

const usage = `novakit agent --socket PATH --state FOLDER --cell NAME --host NAME [options]

Runs the agent of one simulated host in this process, for the cloud that listens at the socket.

  --vcpus N      default 16
  --memory N     GiB, default 64
  --disk N       GiB, default 1000
  --spawn-ms N   how long a guest takes to start, default 0
  --verbose      one JSON line on standard error for whatever happens
`

/** An agent in a process of its own: what a host of a real cloud runs. */
export const command: Command = {
  summary: 'run the agent of one simulated host',
  usage,
  run: async (args) => {
    const options = parseArgs({
      args: [...args],
      options: {
        socket: { type: 'string' },
        state: { type: 'string' },
        cell: { type: 'string', default: 'cell1' },
        host: { type: 'string' },
        vcpus: { type: 'string', default: '16' },
        memory: { type: 'string', default: '64' },
        disk: { type: 'string', default: '1000' },
        'spawn-ms': { type: 'string', default: '0' },
        verbose: { type: 'boolean', default: false },
      },
    }).values
    const { socket, state, host, cell, verbose } = options
    if (socket === undefined || state === undefined || host === undefined) {
      process.stderr.write(usage)
      return 2
    }
    const log = verbose ? jsonLog('info') : silentLog
    const transport = unixSocket({ path: socket, role: 'leaf', log })
    await transport.open()
    const driver = fakeDriver({
      vcpus: Number(options.vcpus),
      memory: gib(Number(options.memory)),
      disk: gib(Number(options.disk)),
      latency: { spawn: millis(Number(options['spawn-ms'])) },
      stateFile: path.join(state, `${host}.guests`),
    })
    const agent = await createAgent({ host, cell, driver, transport, stateFolder: state, log })
    await agent.start()
    await new Promise((resolve) => process.once('SIGTERM', resolve))
    await agent.stop()
    await transport.close()
    return 0
  },
}
