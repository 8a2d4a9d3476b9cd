import type { HypervisorHost, ServerId } from '@novakit/core'
import { bytes, millis, systemClock } from '@novakit/core'
import type { Terminal } from '../terminal.ts'

export interface Seen {
  readonly ready: boolean
  /** The server's id, where the guest says what its config drive has. */
  readonly uuid: string | null
}

const LOOK_EVERY = millis(250)
const MOST = bytes(1_000_000)
const WIDEST = 110

/** Shows a guest's console line by line, until it says that it is ready or patience is over. */
export async function watchConsole(
  screen: Terminal,
  host: HypervisorHost,
  server: ServerId,
  { ready, patience }: { readonly ready: RegExp; readonly patience: number },
): Promise<Seen> {
  const guest = (await host.list()).find((one) => one.server === server)
  if (guest === undefined || host.console?.output === undefined) throw new Error('The host shows no console.')
  const deadline = systemClock.now() + patience
  let shown = 0
  for (;;) {
    const said = Buffer.from(await host.console.output(guest, MOST)).toString('latin1')
    const lines = said.split(/\r*\n/)
    for (const line of lines.slice(shown, -1)) screen.say(`  │ ${readable(spelled(line))}`)
    shown = Math.max(shown, lines.length - 1)
    const done = ready.test(said)
    if (done || systemClock.now() > deadline) return { ready: done, uuid: uuidIn(said) }
    await systemClock.sleep(LOOK_EVERY)
  }
}

/** `GUEST file NAME MODE SIZE …`, the name in base64: how the small guest tells of a file. */
function spelled(line: string): string {
  const [, name, size] = /^GUEST file (\S+) \S+ (\d+) /.exec(line) ?? []
  return name === undefined ? line : `GUEST file ${Buffer.from(name, 'base64').toString()}, ${size} bytes`
}

/** A guest's console may steer a terminal; only what can be seen is shown. */
function readable(line: string): string {
  // eslint-disable-next-line no-control-regex
  const plain = line.replaceAll(/\u001B(\[[0-?]*[ -/]*[@-~]|c)/g, '').replaceAll(/[^\u0020-\u007E]/g, '')
  return plain.length > WIDEST ? `${plain.slice(0, WIDEST)}…` : plain
}

const METADATA = Buffer.from('openstack/latest/meta_data.json').toString('base64')

/** `GUEST file NAME MODE SIZE SHA256 CONTENT`, names and contents in base64: what the small guest says of its drives. */
function uuidIn(said: string): string | null {
  const content = new RegExp(`GUEST file ${METADATA} \\S+ \\S+ \\S+ (\\S+)`).exec(said)?.[1]
  if (content === undefined) return null
  const { uuid } = JSON.parse(Buffer.from(content, 'base64').toString()) as { uuid?: unknown }
  return typeof uuid === 'string' ? uuid : null
}
