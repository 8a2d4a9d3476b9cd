import { spawn } from 'node:child_process'
import type { Bytes, Clock, Millis } from '@novakit/core'
import { programErrors } from './errors.ts'

/** What a program may use (setrlimit(2)). */
export interface ProgramLimits {
  readonly memory: Bytes
  /** Of processor time. */
  readonly cpuSeconds: number
  /** The largest file that it may write. */
  readonly fileSize: Bytes
  /** Of wall time. */
  readonly within: Millis
}

export interface ProgramCall {
  readonly program: string
  /** Handed over as they are: there is no shell anywhere. */
  readonly args: readonly string[]
  readonly input?: string
  readonly limits?: ProgramLimits
  readonly signal?: AbortSignal | undefined
}

/** Runs a program to its end and gives what it said. */
export type RunProgram = (call: ProgramCall) => Promise<string>

const MOST_OUTPUT = 256 * 1024
/** Nothing of the environment of this process goes to programs. */
const ENVIRONMENT = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' }
const NOT_FOUND = 127
const MISSING = /^(?:prlimit|setpriv): failed to execute|: No such file or directory$/m

/**
 * Programs in processes of their own, which end with this one, gain no privileges, and keep within limits.
 * @throws `program.missing`, `program.failed`, `program.stopped`; what aborted the signal
 */
export function programRunner(clock: Clock): RunProgram {
  return (call) =>
    new Promise((resolve, reject) => {
      call.signal?.throwIfAborted()
      const [command = '', ...args] = commandLine(call)
      const child = spawn(command, args, { env: ENVIRONMENT, shell: false, stdio: ['pipe', 'pipe', 'pipe'] })
      const output = { stdout: '', stderr: '' }
      let late = false
      const kill = (): void => void child.kill('SIGKILL')
      const cancel =
        call.limits === undefined
          ? () => undefined
          : clock.after(call.limits.within, () => {
              late = true
              kill()
            })
      call.signal?.addEventListener('abort', kill)
      const settle = (settled: () => void): void => {
        cancel()
        call.signal?.removeEventListener('abort', kill)
        settled()
      }
      for (const name of ['stdout', 'stderr'] as const) {
        child[name].setEncoding('utf8').on('data', (text: string) => {
          if (output[name].length < MOST_OUTPUT) output[name] += text
        })
      }
      // It may end before it has read everything; its exit code says what that means.
      child.stdin.on('error', () => undefined).end(call.input ?? '')
      child.on('error', (cause: NodeJS.ErrnoException) =>
        settle(() => reject(programErrors.missing({ program: command }, { cause }))),
      )
      child.on('close', (code, killedBy) =>
        settle(() => {
          if (call.signal?.aborted === true) reject(call.signal.reason as Error)
          else if (code === 0) resolve(output.stdout)
          else reject(failure(call, late, code, killedBy, output.stderr))
        }),
      )
    })
}

/** `setpriv` and `prlimit` (util-linux) set what Node cannot, and become the program. */
function commandLine({ program, args, limits }: ProgramCall): readonly string[] {
  const private_ = ['setpriv', '--pdeathsig', 'KILL', '--no-new-privs', '--']
  if (limits === undefined) return [...private_, program, ...args]
  const { memory, cpuSeconds, fileSize } = limits
  const set = [`--as=${memory}`, `--cpu=${cpuSeconds}`, `--fsize=${fileSize}`, '--core=0', '--nofile=64']
  return ['prlimit', ...set, '--', ...private_, program, ...args]
}

function failure(call: ProgramCall, late: boolean, code: number | null, killedBy: string | null, said: string): Error {
  const { program, args } = call
  const detail = { program, args, code, killedBy, late, said: said.slice(0, 2000) }
  if (late || killedBy !== null) return programErrors.stopped({ program }, { detail })
  if (code === NOT_FOUND && MISSING.test(said)) return programErrors.missing({ program }, { detail })
  return programErrors.failed({ program }, { detail })
}

/** The same in a network namespace that has a name (ip-netns(8)). */
export function inNamespace(run: RunProgram, namespace: string | undefined): RunProgram {
  if (namespace === undefined) return run
  return ({ program, args, ...rest }) =>
    run({ ...rest, program: 'ip', args: ['netns', 'exec', namespace, program, ...args] })
}
