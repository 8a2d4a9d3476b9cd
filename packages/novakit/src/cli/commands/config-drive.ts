import { parseArgs } from 'node:util'
import type { ConfigDriveFormat } from '@novakit/core'
import { firstBoot, type DriveImage } from '@novakit/metadata'
import type { Command } from '../command.ts'
import { driveFileErrors } from '../drive/errors.ts'
import { extractDrive } from '../drive/extract-drive.ts'
import { readDrive } from '../drive/read-drive.ts'
import { writeDrive } from '../drive/write-drive.ts'
import { readServerFile } from '../first-boot/read-server-file.ts'

const usage = `novakit config-drive --input FILE --output FILE [--format iso9660 | vfat] [--domain NAME]
novakit config-drive --list FILE
novakit config-drive --extract FILE --to FOLDER

Makes the config drive of a server, or reads one of whatever maker.

  --input FILE     the server as JSON; { "server": "UUID" } is the least that it has
  --output FILE    the image, for its owner alone to read; written whole or not at all. A block device is written to:
                   attached to the server, that volume is its config drive
  --format FORMAT  iso9660 (default) or vfat
  --domain NAME    put after the host name; default novalocal, "" for none
  --list FILE      a file or a block device; prints format and label, then size and path of each file
  --extract FILE   writes every file of the image
  --to FOLDER      where to: a folder that is new or empty
`

/** Just one of the three ways. */
type Way =
  | { readonly way: 'make'; readonly input: string; readonly output: string }
  | { readonly way: 'list'; readonly file: string }
  | { readonly way: 'extract'; readonly file: string; readonly to: string }

export const command: Command = {
  summary: 'make, list or extract a config drive',
  usage,
  run: async (args) => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        input: { type: 'string' },
        output: { type: 'string' },
        format: { type: 'string', default: 'iso9660' },
        domain: { type: 'string', default: 'novalocal' },
        list: { type: 'string' },
        extract: { type: 'string' },
        to: { type: 'string' },
      },
    })
    const chosen = wayOf(values)
    const format = formatOf(values.format)
    if (chosen === null || format === null) {
      process.stderr.write(usage)
      return 2
    }
    if (chosen.way === 'make') await make(chosen.input, chosen.output, format, values.domain)
    else if (chosen.way === 'list') process.stdout.write(listed(await readDrive(chosen.file)))
    else await extractDrive(await readDrive(chosen.file), chosen.to)
    return 0
  },
}

interface Paths {
  readonly input?: string
  readonly output?: string
  readonly list?: string
  readonly extract?: string
  readonly to?: string
}

function wayOf({ input, output, list, extract, to }: Paths): Way | null {
  const given = [input, output, list, extract, to].filter((each) => each !== undefined).length
  if (input !== undefined && output !== undefined && given === 2) return { way: 'make', input, output }
  if (list !== undefined && given === 1) return { way: 'list', file: list }
  if (extract !== undefined && to !== undefined && given === 2) return { way: 'extract', file: extract, to }
  return null
}

function formatOf(text: string): ConfigDriveFormat | null {
  return text === 'iso9660' || text === 'vfat' ? text : null
}

async function make(input: string, output: string, format: ConfigDriveFormat, domain: string): Promise<void> {
  const [server, ...others] = await readServerFile(input)
  if (server === undefined || others.length > 0) {
    throw driveFileErrors.one_server({ file: input, servers: server === undefined ? 0 : others.length + 1 })
  }
  await writeDrive(output, await firstBoot({ documents: { domain } }).configDrive(server, format))
}

function listed({ format, label, entries }: DriveImage): string {
  const lines = entries.flatMap((entry) => {
    if (entry.kind === 'folder') return []
    return [`${entry.kind === 'file' ? String(entry.size).padStart(10) : '     other'}  ${entry.path}`]
  })
  return `${[`${format}  ${label}`, ...lines].join('\n')}\n`
}
