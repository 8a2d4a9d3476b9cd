import { spawn, type ChildProcess } from 'node:child_process'

/** The agent of one host as a process of its own, started from the same program as this one. */
export interface AgentProcess {
  start(): void
  /** As a power cut would: nothing is cleaned up. */
  kill(): Promise<void>
  /** Asks it to end, and waits. */
  stop(): Promise<void>
  readonly pid: number | undefined
}

export interface AgentArgs {
  readonly socket: string
  readonly state: string
  readonly cell: string
  readonly host: string
  readonly vcpus: number
  readonly memory: number
  readonly spawnMs: number
}

/** @param program the file of the command line, which has a verb `agent` */
export function agentProcess(program: string, args: AgentArgs): AgentProcess {
  const { socket, state, cell, host } = args
  const size = { vcpus: args.vcpus, memory: args.memory, 'spawn-ms': args.spawnMs }
  const words = Object.entries({ socket, state, cell, host, ...size }).flatMap(([name, value]) => [
    `--${name}`,
    String(value),
  ])
  let child: ChildProcess | null = null
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const ending = child
    child = null
    if (ending === null || ending.exitCode !== null) return
    const gone = new Promise((resolve) => ending.once('exit', resolve))
    ending.kill(signal)
    await gone
  }
  return {
    start: () => {
      child = spawn(process.execPath, [...process.execArgv, program, 'agent', ...words], {
        stdio: ['ignore', 'ignore', 'inherit'],
      })
    },
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    get pid() {
      return child?.pid
    },
  }
}
