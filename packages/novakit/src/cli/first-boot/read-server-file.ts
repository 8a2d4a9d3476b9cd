import { readFile } from 'node:fs/promises'
import { parse, type FirstBootInput } from '@novakit/core'
import { firstBootInput, type DescribedServer } from '@novakit/metadata'
import { serverFileErrors } from './errors.ts'
import { serverShape } from './server-shape.ts'

/** One server, or a list of them, as JSON. @throws `server_file.*` */
export async function readServerFile(file: string): Promise<readonly FirstBootInput[]> {
  const value = jsonOf(file, await textOf(file))
  const all = Array.isArray(value) ? value : [value]
  return all.map((one) => {
    const described = parse(serverShape, one, (what) => serverFileErrors.invalid({ file, what }))
    // What is left to say is which text is an id of what.
    return firstBootInput(described as unknown as DescribedServer)
  })
}

async function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw serverFileErrors.unreadable({ file, what: cause.code ?? 'it is no file' }, { cause })
  })
}

function jsonOf(file: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw serverFileErrors.unreadable({ file, what: 'it is no JSON' }, { cause })
  }
}
