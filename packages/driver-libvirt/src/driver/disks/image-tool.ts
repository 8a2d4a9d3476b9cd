import { execFile, type ExecFileException } from 'node:child_process'
import type { GiB } from '@novakit/core'
import { hypervisorErrors } from '../errors.ts'

export type ToolFormat = 'raw' | 'qcow2'

/** What `qemu-img` says of a file. */
export interface ImageFacts {
  /** Bytes that a guest sees. */
  readonly virtualSize: number
  /** What it refers to besides itself: another file's name, or null. */
  readonly refersTo: string | null
}

/**
 * `qemu-img`, with every format said and none guessed, words as a list and no shell, and limits for what looks at
 * bytes that others wrote.
 */
export interface ImageTool {
  facts(file: string, format: ToolFormat): Promise<ImageFacts>
  /** An empty disk. */
  blank(file: string, size: GiB, signal?: AbortSignal): Promise<void>
  /** The same, of so many bytes. */
  blankOf(file: string, bytes: number): Promise<void>
  /** A qcow2 disk whose content is that of `base` until it is written to. Size null: that of the base. */
  overlay(file: string, base: string, baseFormat: ToolFormat, size: GiB | null, signal?: AbortSignal): Promise<void>
  /** Everything of a qcow2 disk and of what it stands on, in one file. */
  flatten(from: string, to: string, format: ToolFormat, signal?: AbortSignal): Promise<void>
  grow(file: string, size: GiB): Promise<void>
}

/** Nova's limits for reading headers (nova/privsep/qemu.py): a hostile one must not take the host down. */
const LIMITS = ['--as=1073741824', '--cpu=30', '--core=0', '--']
const MOST_OUTPUT = 1024 * 1024

export function imageTool(program: string): ImageTool {
  const run = (verb: string, words: readonly string[], limited: boolean, signal?: AbortSignal) =>
    execute(program, verb, words, limited, signal)
  return {
    facts: async (file, format) => factsOf(await run('read', ['info', '--output=json', '-f', format, file], true)),
    blank: async (file, size, signal) =>
      void (await run('make', ['create', '-q', '-f', 'qcow2', file, `${size}G`], true, signal)),
    blankOf: async (file, bytes) =>
      void (await run('make', ['create', '-q', '-f', 'qcow2', file, String(bytes)], true)),
    overlay: async (file, base, baseFormat, size, signal) => {
      const words = ['create', '-q', '-f', 'qcow2', '-b', base, '-F', baseFormat, file]
      await run('make', size === null ? words : [...words, `${size}G`], true, signal)
    },
    flatten: async (from, to, format, signal) =>
      void (await run('copy', ['convert', '-q', '-f', 'qcow2', '-O', format, from, to], false, signal)),
    grow: async (file, size) => void (await run('enlarge', ['resize', '-q', '-f', 'qcow2', file, `${size}G`], true)),
  }
}

function execute(
  program: string,
  verb: string,
  words: readonly string[],
  limited: boolean,
  signal: AbortSignal | undefined,
): Promise<string> {
  const [file, args] = limited ? ['prlimit', [...LIMITS, program, ...words]] : [program, [...words]]
  const options = { maxBuffer: MOST_OUTPUT, shell: false, ...(signal === undefined ? {} : { signal }) }
  return new Promise((resolve, reject) => {
    execFile(file, args, options, (error, stdout, stderr) => {
      if (error === null) return resolve(stdout)
      reject(failed(error, { program, verb, words, stderr, signal }))
    })
  })
}

interface Run {
  readonly program: string
  readonly verb: string
  readonly words: readonly string[]
  readonly stderr: string
  readonly signal: AbortSignal | undefined
}

function failed(error: ExecFileException, run: Run): Error {
  const { program, verb, words, stderr, signal } = run
  if (signal?.aborted === true) return hypervisorErrors.aborted({ call: 'the work on a disk' }, { cause: error })
  // `prlimit` says 127 of a program that it does not find.
  const missing = error.code === 'ENOENT' ? (error.path ?? program) : error.code === 127 ? program : null
  if (missing !== null) return hypervisorErrors.no_image_tool({ program: missing }, { cause: error })
  return hypervisorErrors.image_tool({ verb }, { detail: { words, stderr: stderr.slice(0, 2000) }, cause: error })
}

interface Info {
  readonly 'virtual-size': number
  readonly 'backing-filename'?: string
  readonly 'full-backing-filename'?: string
  readonly 'format-specific'?: { readonly data?: { readonly 'data-file'?: string } }
}

function factsOf(output: string): ImageFacts {
  const info = JSON.parse(output) as Info
  const refersTo =
    info['backing-filename'] ?? info['full-backing-filename'] ?? info['format-specific']?.data?.['data-file'] ?? null
  return { virtualSize: info['virtual-size'], refersTo }
}
